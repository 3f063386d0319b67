import type { GroupDescription, GroupPartition } from '../cluster/cluster.ts'
import { count, text } from '../config/options.ts'
import type { MatcherContext, MatcherResult } from './check.ts'
import { groupMatcher } from './group-matcher.ts'
import { type CommittedOffsetOptions, checkCount } from './options.ts'

/**
 * Holds when the group has committed this offset (the one that it reads next) before the deadline. A group with several
 * partitions needs `topic` and `partition`, else which one is meant isn't known.
 */
export function toHaveCommittedOffset(
  this: MatcherContext,
  received: unknown,
  offset: number,
  options: CommittedOffsetOptions = {},
): Promise<MatcherResult> {
  checkCount('toHaveCommittedOffset', 'offset', offset)
  const isMeant = ({ topic, partition }: GroupPartition): boolean =>
    topic === (options.topic ?? topic) && partition === (options.partition ?? partition)
  const meant = (group: GroupDescription | undefined): GroupPartition[] => group?.partitions.filter(isMeant) ?? []
  return groupMatcher(this, received, {
    name: 'toHaveCommittedOffset',
    expected: `committed offset ${offset}${where(options)}`,
    unexpected: `any committed offset but ${offset}${where(options)}`,
    concerns: isMeant,
    options,
    known: { topic: text, partition: count },
    holds: (group) => {
      const partitions = meant(group)
      return partitions.length === 1 && partitions[0]!.committed === offset
    },
    received: (group) => describe(meant(group)),
  })
}

function where({ topic, partition }: CommittedOffsetOptions): string {
  if (topic === undefined && partition === undefined) return ''
  return ` of ${topic ?? 'any topic'}${partition === undefined ? '' : `/${partition}`}`
}

function describe(partitions: readonly GroupPartition[]): string {
  if (partitions.length === 0) return 'no such partition in this group'
  const listed = partitions.map(({ topic, partition, committed }) => `${topic}/${partition}: ${committed ?? 'nothing'}`)
  const which = partitions.length === 1 ? '' : '; say which one is meant: { topic, partition }'
  return listed.join(', ') + which
}
