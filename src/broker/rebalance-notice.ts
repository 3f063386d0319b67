import type { Context } from './api.ts'
import type { GroupView } from './groups/description.ts'
import type { Partition } from './log/partition.ts'

/** kafkajs's own assignor; every other client calls it `roundrobin`. */
const KAFKAJS_ASSIGNOR = 'RoundRobinAssigner'

/**
 * Whether an empty Fetch of this partition is better answered with REBALANCE_IN_PROGRESS, which Kafka never does: a
 * kafkajs consumer hears of a rebalance by its heartbeat only, which it sends every 3 s, but rejoins at once on this
 * error, whatever brought it (consumer/runner.js, scheduleFetchManager). It has processed and committed what it fetched
 * before it fetches again, so it loses nothing. Only the owner of the partition is told, and only when there can be no
 * doubt who that is: other clients, and kafkajs consumers of other groups with the same client id, get no error.
 */
export function rebalanceErrorHelps({ broker, connection, clientId }: Context, partition: Partition): boolean {
  if (
    broker.options.strict.rebalanceByHeartbeat ||
    connection.software !== undefined ||
    !broker.groups.rebalancingFor(clientId)
  )
    return false
  const [group, ...others] = broker.groups.list().filter((view) => reads(view, clientId, partition))
  return others.length === 0 && group?.state === 'PreparingRebalance' && group.protocol === KAFKAJS_ASSIGNOR
}

function reads({ members }: GroupView, clientId: string, { topic, index }: Partition): boolean {
  return members.some(
    (member) =>
      member.clientId === clientId &&
      member.assignment.some((assigned) => assigned.topic === topic && assigned.partitions.includes(index)),
  )
}
