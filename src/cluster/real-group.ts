import type { GroupDescription, GroupPartition } from './cluster.ts'
import type { RealClient } from './real-client.ts'

/** What the members of a group have to read. */
export type Assignment = GroupDescription['members'][number]['assignment']

/**
 * A group as the cluster describes it; undefined when it isn't there. `had` is what its members had when it was seen
 * before: Kafka forgets a group that is left by all and has committed nothing.
 */
export async function describeGroup(
  client: RealClient,
  groupId: string,
  had?: Assignment,
): Promise<GroupDescription | undefined> {
  const found = await client.ask((client) => client.describeGroup(groupId))
  if (found === undefined && had === undefined) return undefined
  const group = found ?? { state: 'Dead', members: [] }
  const assigned = group.members.flatMap(({ assignment }) => assignment)
  return { groupId, ...group, partitions: await partitionsOf(client, groupId, assigned.concat(had ?? [])) }
}

/** What was committed, and where the logs begin and end: three questions, so it may be of slightly different moments. */
async function partitionsOf(client: RealClient, groupId: string, assigned: Assignment): Promise<GroupPartition[]> {
  const committed = new Map<string, Map<number, number | undefined>>()
  const note = (topic: string, partition: number, offset?: number): void => {
    const ofTopic = committed.get(topic) ?? new Map<number, number | undefined>()
    committed.set(topic, ofTopic.set(partition, offset))
  }
  for (const { topic, partitions } of assigned) for (const partition of partitions) note(topic, partition)
  const offsets = await client.ask((client) => client.committedOffsets(groupId))
  for (const { topic, partition, offset } of offsets) note(topic, partition, offset)
  const topics = [...committed.keys()].sort()
  if (topics.length === 0) return []
  const [ends, starts] = await client.ask((client) =>
    Promise.all([client.endOffsets(topics), client.startOffsets(topics)]),
  )
  const described = topics.flatMap((topic) =>
    [...committed.get(topic)!]
      .sort(([a], [b]) => a - b)
      .map(async ([partition, offset]): Promise<GroupPartition> => {
        const logStart = starts.get(topic)?.[partition] ?? 0
        const logEnd = ends.get(topic)?.[partition] ?? 0
        const place = { topic, partition, from: Math.max(offset ?? logStart, logStart), logEnd }
        const lag = await lagFrom(client, place)
        // That its reader waits at the end of the log is known to the broker only: here it is the commit that counts.
        return { topic, partition, committed: offset, logStart, logEnd, lag, caughtUp: lag === 0 }
      }),
  )
  return Promise.all(described)
}

/** Of so little it is asked whether it is records at all: of more some surely are. */
const LITTLE = 10

/** Records from an offset on to where the log ends. What is left of a log that transactions write to may be markers alone. */
async function lagFrom(
  client: RealClient,
  { topic: name, partition, from, logEnd }: { topic: string; partition: number; from: number; logEnd: number },
): Promise<number> {
  const lag = Math.max(0, logEnd - from)
  if (lag === 0 || lag > LITTLE) return lag
  const topic = await client.ask((client) => client.topic(name))
  const node = topic?.leaders[partition]
  if (topic === undefined || node === undefined) return lag
  const wanted = { node, topic, partitions: [{ partition, offset: from }], committedOnly: true }
  const [fetched] = await client.fetch(wanted)
  if (fetched === undefined) return lag
  return fetched.records.filter(({ offset }) => offset < logEnd).length + Math.max(0, logEnd - fetched.next)
}
