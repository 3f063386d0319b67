import type { GroupDescription, GroupPartition } from './cluster.ts'
import type { RealClients } from './real-clients.ts'
import { ClusterTrouble } from './trouble.ts'

type Assignment = GroupDescription['members'][number]['assignment']

/** A group as the cluster describes it; undefined when it isn't there. */
export async function describeGroup(clients: RealClients, groupId: string): Promise<GroupDescription | undefined> {
  const described = await clients
    .admin((admin) => admin.describeGroups({ groups: [groupId] }))
    .catch((error) => unlessMissing(error))
  const group = described?.get(groupId)
  if (group === undefined || stateOf(group.state) === 'Dead') return undefined
  const members = [...group.members.values()].map(({ id, clientId, assignments }) => ({
    memberId: id,
    clientId,
    assignment: [...(assignments?.values() ?? [])].map(({ topic, partitions }) => ({ topic, partitions })),
  }))
  return {
    groupId,
    state: stateOf(group.state),
    members,
    partitions: await partitionsOf(
      clients,
      groupId,
      members.flatMap(({ assignment }) => assignment),
    ),
  }
}

/** Kafka answers so for a group that was never there, since 4.0 (KIP-1043); before, it says that it is dead. */
function unlessMissing(error: unknown): undefined {
  if (ClusterTrouble.codeOf(error) === 'GROUP_ID_NOT_FOUND') return undefined
  throw error
}

const states: Readonly<Record<string, GroupDescription['state']>> = {
  EMPTY: 'Empty',
  PREPARING_REBALANCE: 'PreparingRebalance',
  COMPLETING_REBALANCE: 'CompletingRebalance',
  STABLE: 'Stable',
  DEAD: 'Dead',
}

function stateOf(state: string): GroupDescription['state'] {
  return states[state] ?? state
}

/** What was committed, and where the logs begin and end: three questions, so it may be of slightly different moments. */
async function partitionsOf(clients: RealClients, groupId: string, assigned: Assignment): Promise<GroupPartition[]> {
  const committed = new Map<string, Map<number, number | undefined>>()
  const note = (topic: string, partition: number, offset?: number): void => {
    const ofTopic = committed.get(topic) ?? new Map<number, number | undefined>()
    committed.set(topic, ofTopic.set(partition, offset))
  }
  for (const { topic, partitions } of assigned) for (const partition of partitions) note(topic, partition)
  const [offsets] = await clients.admin((admin) => admin.listConsumerGroupOffsets({ groups: [groupId] }))
  for (const { name, partitions } of offsets?.topics ?? []) {
    for (const { partitionIndex, committedOffset } of partitions) {
      if (committedOffset >= 0n) note(name, partitionIndex, Number(committedOffset))
    }
  }
  const topics = [...committed.keys()].sort()
  if (topics.length === 0) return []
  const [ends, starts] = await Promise.all([logOffsets(clients, topics, -1n), logOffsets(clients, topics, -2n)])
  return topics.flatMap((topic) =>
    [...committed.get(topic)!]
      .sort(([a], [b]) => a - b)
      .map(([partition, offset]): GroupPartition => {
        const logStart = starts.get(topic)?.[partition] ?? 0
        const logEnd = ends.get(topic)?.[partition] ?? 0
        // That its reader waits at the end of the log is known to the broker only: here it is the commit that counts.
        const caughtUp = (offset ?? logStart) >= logEnd
        return { topic, partition, committed: offset, logStart, logEnd, caughtUp }
      }),
  )
}

/** Of each topic the offsets by partition: -1 is the end, -2 the start, else the first one of that time or later. */
export async function logOffsets(
  clients: RealClients,
  topics: readonly string[],
  timestamp: bigint,
): Promise<Map<string, number[]>> {
  const found = await clients.consumer((consumer) => consumer.listOffsets({ topics: [...topics], timestamp }))
  return new Map([...found].map(([topic, offsets]) => [topic, Array.from(offsets, Number)]))
}
