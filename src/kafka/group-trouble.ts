import type { GroupDescription, GroupPartition } from '../cluster/cluster.ts'
import { plural } from './failure-message.ts'

/** What to ask when nobody joined or produced. */
export const isItRunning =
  'Is the application running, and does it use kafka.brokers (process.env.KAFKA_BROKERS)?' as const

export function isRebalancing({ state }: GroupDescription): boolean {
  return state === 'PreparingRebalance' || state === 'CompletingRebalance'
}

/**
 * Why a group doesn't take records, when its state shows it: it is rebalancing, or stuck at an offset of one of the
 * partitions that `isAsked` is true for.
 */
export function whatStopsGroup(
  group: GroupDescription,
  isAsked: (partition: GroupPartition) => boolean = () => true,
): string | undefined {
  const { groupId, state, members, partitions } = group
  if (isRebalancing(group)) {
    return `group ${groupId} is rebalancing (${state}, ${plural(members.length, 'member')}): it takes no records until that ends`
  }
  const stuck = partitions.find((partition) => !partition.caughtUp && partition.atEnd !== true && isAsked(partition))
  if (stuck === undefined) return undefined
  if (stuck.trouble !== undefined) return stuck.trouble
  const { topic, partition, committed, logEnd } = stuck
  const where = `${topic}/${partition} (end ${logEnd})`
  const at =
    committed === undefined ? `has committed nothing of ${where}` : `is stuck at offset ${committed} of ${where}`
  const record = committed === undefined ? 'the first record' : 'that record'
  return members.length === 0
    ? `group ${groupId} ${at}: it has no members any more`
    : `group ${groupId} ${at}: its consumer is busy with ${record}, or fails on it again and again`
}
