import type { Connection, Context } from './api.ts'
import type { GroupView } from './groups/description.ts'
import type { Partition } from './log/partition.ts'
import type { BrokerState } from './state.ts'

/**
 * Whether an empty Fetch of this partition is better answered with REBALANCE_IN_PROGRESS, which Kafka never does: a
 * kafkajs consumer hears of a rebalance by its heartbeat only, which it sends every 3 s, but rejoins at once on this
 * error, whatever brought it (consumer/runner.js, scheduleFetchManager). It has processed and committed what it fetched
 * before it fetches again, so it loses nothing. Only the owner of the partition is told, and only when there can be no
 * doubt who that is: other clients, and kafkajs consumers of other groups with the same client id, get no error.
 */
export function rebalanceErrorHelps({ broker, connection, clientId }: Context, partition: Partition): boolean {
  if (broker.options.strict.rebalanceByHeartbeat || !fetchesAsKafkajs(connection)) return false
  if (!broker.groups.rebalancingFor(clientId)) return false
  const [group, ...others] = broker.groups.list().filter((view) => readers(view, clientId, partition).length > 0)
  if (group?.state !== 'PreparingRebalance' || others.length > 0) return false
  return readers(group, clientId, partition).every((memberId) => joinedAsKafkajs(broker, group.groupId, memberId))
}

function readers({ members }: GroupView, clientId: string, { topic, index }: Partition): string[] {
  return members.flatMap((member) =>
    member.clientId === clientId &&
    member.assignment.some((assigned) => assigned.topic === topic && assigned.partitions.includes(index))
      ? member.memberId
      : [],
  )
}

/*
 * kafkajs 2, and what is built on it as NestJS, by what it asks for. It gives no name, asks in its highest versions, has
 * a connection of its own for Fetch and one for all the rest (network/connectionPool.js). aiokafka asks in the same
 * versions of JoinGroup and Fetch, but not for Metadata by the connection of its coordinator.
 */

function fetchesAsKafkajs({ software, versions }: Connection): boolean {
  return software === undefined && versions.size === 1 && versions.get('Fetch') === 11
}

function joinedAsKafkajs({ groups }: BrokerState, groupId: string, memberId: string): boolean {
  const { software, versions } = groups.find(groupId)!.members.get(memberId)!.connection!
  return software === undefined && versions.get('JoinGroup') === 5 && versions.get('Metadata') === 6
}
