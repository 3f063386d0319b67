import { nearest } from '../broker/nearest.ts'
import type { GroupDescription, TopicDescription } from '../cluster/cluster.ts'
import type { Closest, Failure } from './diagnosis.ts'
import { milliseconds, plural } from './message.ts'
import { compare, type Tester } from './patterns.ts'
import { decodeRecord, isUndecodable, type SeenRecord } from './record.ts'
import { readAll } from './timeline.ts'

export interface Circumstances extends Failure {
  /** Only those that nothing matched. */
  patterns: readonly unknown[]
  testers: readonly Tester[]
  topics: readonly TopicDescription[]
  closest: Closest | undefined
}

type Hint = (circumstances: Circumstances) => Promise<string | undefined> | string | undefined

/** The cause, when the data show it: the first of these that has something to say. */
export async function hintFor(circumstances: Circumstances): Promise<string | undefined> {
  for (const hint of hints) {
    const text = await hint(circumstances)
    if (text !== undefined) return text
  }
  return undefined
}

const undecodable: Hint = ({ seen }) => {
  const [first] = seen.undecodable
  if (first === undefined) return undefined
  const { topic, partition, offset } = first.stored
  const bytes = first.stored[first.part]!
  return (
    `the ${first.part} of ${topic}/${partition}@${offset} could not be decoded by serde "${first.serde}": ` +
    `${first.error.message}. It begins with ${bytes
      .subarray(0, 16)
      .toString('hex')
      .replaceAll(/(..)(?=.)/g, '$1 ')}`
  )
}

const arrivedLate: Hint = async (circumstances) => {
  const { topic, deadline } = circumstances
  const late = await firstMatch(circumstances, topic.name, ({ stored }) => stored.appendedAt > deadline)
  if (late === undefined) return undefined
  return `a record that matches, ${placeOf(late)}, arrived ${milliseconds(late.stored.appendedAt - deadline)} after the deadline: raise the timeout`
}

const beforeTheTest: Hint = async (circumstances) => {
  const { topic, from } = circumstances
  if (from !== undefined) return undefined
  const early = await firstMatch(
    circumstances,
    topic.name,
    ({ stored }) => stored.sequence <= topic.scope.began.sequence,
  )
  if (early === undefined) return undefined
  const before = milliseconds(topic.scope.began.at - early.stored.appendedAt)
  return (
    `a record that matches, ${placeOf(early)}, was there ${before} before the test began. ` +
    `Produce it in the test, or read it with { from: 'beginning' }`
  )
}

const otherPartition: Hint = ({ seen, patterns, testers }) => {
  for (const pattern of patterns) {
    if (typeof pattern !== 'object' || pattern === null || !('partition' in pattern)) continue
    const { partition, ...rest } = pattern as { partition: unknown }
    const found = seen.records.find(({ record }) => compare(record, rest, testers).pass)
    if (found === undefined) continue
    return `a record that matches else came to partition ${found.record.partition}, not ${String(partition)} (${placeOf(found)})`
  }
  return undefined
}

const otherTopic: Hint = async (circumstances) => {
  const { topic, topics } = circumstances
  for (const { name } of topics) {
    if (name === topic.name || name.startsWith('__')) continue
    const found = await firstMatch(circumstances, name, ({ stored }) => stored.sequence > topic.scope.began.sequence)
    if (found !== undefined && isTelling(circumstances)) {
      return `a record that matches came to another topic: ${placeOf(found)}`
    }
  }
  return undefined
}

/** An empty pattern, or a function, matches too much for its match elsewhere to say something. */
function isTelling({ patterns }: Circumstances): boolean {
  return patterns.some((pattern) => typeof pattern === 'object' && pattern !== null && Object.keys(pattern).length > 0)
}

const noSuchTopic: Hint = ({ topic, topics }) => {
  if (topics.some(({ name }) => name === topic.name)) return undefined
  const meant = nearest(
    topic.name,
    topics.map(({ name }) => name),
  )
  return meant === undefined
    ? `topic "${topic.name}" doesn't exist: nobody has produced to it`
    : `topic "${topic.name}" doesn't exist. Did you mean "${meant}"?`
}

const otherType: Hint = ({ closest }) => {
  for (const { path, expected, received } of closest?.comparison.mismatches ?? []) {
    if (typeof expected === typeof received || typeof expected === 'object' || typeof received === 'object') continue
    if (String(expected) !== String(received)) continue
    const shown = (value: unknown): string => `the ${typeof value} ${JSON.stringify(value)}`
    return `${path.join('.')} is ${shown(received)}, expected is ${shown(expected)}: only the type differs`
  }
  return undefined
}

const afterAnEarlierDeadline: Hint = ({ topic, seen }) => {
  for (const { matcher, topic: name, deadline } of topic.scope.pastDeadlines) {
    if (name !== topic.name) continue
    const late = seen.records.find(({ stored }) => stored.appendedAt > deadline)
    if (late === undefined) continue
    const after = milliseconds(late.stored.appendedAt - deadline)
    return `${placeOf(late)} arrived ${after} after the deadline of an earlier ${matcher}(): raise its timeout`
  }
  return undefined
}

const groups: Hint = async ({ topic: { scope, name }, seen }) => {
  const all = (await scope.cluster.groups()).filter(
    ({ members, partitions }) => members.length > 0 || partitions.length > 0,
  )
  const rebalancing = all.find(({ state }) => state === 'PreparingRebalance' || state === 'CompletingRebalance')
  if (rebalancing !== undefined) {
    return `group ${rebalancing.groupId} is still rebalancing (${rebalancing.state}, ${plural(rebalancing.members.length, 'member')}): it takes no records until that ends`
  }
  const stuck = all.flatMap((group) =>
    group.partitions.filter(({ caughtUp }) => !caughtUp).map((partition) => ({ group, partition })),
  )[0]
  if (stuck !== undefined) return describeStuck(stuck.group, stuck.partition)
  const produced = scope.timeline.filter(({ kind, topic }) => kind === 'produced' && topic !== name)
  const joined = scope.timeline.some(({ kind }) => kind === 'joined')
  if (seen.records.length === 0 && produced.length > 0 && all.length === 0 && !joined) {
    return `no consumer group has joined: nobody reads ${produced[0]!.topic}. Is the application running, and does it use kafka.brokers (process.env.KAFKA_BROKERS)?`
  }
  return undefined
}

function describeStuck(
  { groupId, members }: GroupDescription,
  partition: GroupDescription['partitions'][number],
): string {
  const { topic, partition: index, committed, logEnd } = partition
  const at = committed === undefined ? 'has committed nothing' : `is stuck at offset ${committed}`
  if (members.length === 0)
    return `group ${groupId} ${at} of ${topic}/${index} (end ${logEnd}), and has no members any more`
  return `group ${groupId} ${at} of ${topic}/${index} (end ${logEnd}): its consumer is busy with that record, or fails on it again and again`
}

const nothingProduced: Hint = ({ topic: { scope }, seen }) => {
  if (seen.records.length > 0 || scope.timeline.some(({ kind }) => kind === 'produced')) return undefined
  return 'nothing was produced to any topic since the test began: was the produce awaited, and does the application use kafka.brokers (process.env.KAFKA_BROKERS)?'
}

const hints: readonly Hint[] = [
  undecodable,
  arrivedLate,
  beforeTheTest,
  otherPartition,
  otherTopic,
  noSuchTopic,
  otherType,
  afterAnEarlierDeadline,
  groups,
  nothingProduced,
]

async function firstMatch(
  { topic, patterns, testers }: Circumstances,
  name: string,
  wanted: (one: SeenRecord) => boolean,
): Promise<SeenRecord | undefined> {
  for (const stored of await readAll(topic.scope.cluster, name)) {
    const one = await decodeRecord(stored, topic.serdes)
    if (isUndecodable(one) || !wanted(one)) continue
    if (patterns.some((pattern) => compare(one.record, pattern, testers).pass)) return one
  }
  return undefined
}

function placeOf({ stored: { topic, partition, offset } }: SeenRecord): string {
  return `${topic}/${partition}@${offset}`
}
