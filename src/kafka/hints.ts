import { now } from '../broker/clock.ts'
import { nearest } from '../broker/nearest.ts'
import type { GroupDescription, StartingPoint, StoredRecord, TopicDescription } from '../cluster/cluster.ts'
import type { Closest } from './closest.ts'
import type { Failure } from './diagnosis.ts'
import { isItRunning, isRebalancing, troubleWith } from './group-trouble.ts'
import { inTime } from './in-time.ts'
import { milliseconds } from './message.ts'
import { compare, isPlainObject, type Tester } from './patterns.ts'
import { decodeRecord, firstBytes, isUndecodable, placeOf, type SeenRecord } from './record.ts'
import type { Scope } from './scope.ts'
import { hidesRecords, pathsOf } from './shown.ts'

export interface Circumstances extends Failure {
  /** Only those that nothing matched. */
  patterns: readonly unknown[]
  testers: readonly Tester[]
  topics: readonly TopicDescription[]
  closest: Closest | undefined
}

type Hint = (circumstances: Circumstances) => Promise<string | undefined> | string | undefined

/** Milliseconds that may pass on a real cluster until a hint is found: at most, and of them before the test's own timeout. */
const HINT_TIME = 2000
const HINT_MARGIN = 100
/** How far before the test a real cluster's topic is read, in milliseconds: it may hold years. */
const LOOK_BACK = 60_000

/** The cause, when the data show it: the first of these that has something to say. */
export async function hintFor(circumstances: Circumstances): Promise<string | undefined> {
  const { cluster, testDeadline } = circumstances.topic.scope
  if (cluster.deterministic) return firstHint(circumstances)
  const deadline = Math.min(now() + HINT_TIME, testDeadline - HINT_MARGIN)
  return inTime(firstHint(circumstances), deadline, () => new Error('too late')).catch(() => undefined)
}

async function firstHint(circumstances: Circumstances): Promise<string | undefined> {
  for (const hint of hints) {
    const text = await hint(circumstances)
    if (text !== undefined) return text
  }
  return undefined
}

/** Which key or value could not be decoded, why, and how it begins. */
export function undecodable({ seen, topic }: Pick<Circumstances, 'seen' | 'topic'>): string | undefined {
  const [first] = seen.undecodable
  if (first === undefined) return undefined
  const { stored, part, serde, error } = first
  const failed = `the ${part} of ${placeOf(stored)} could not be decoded by serde "${serde}"`
  if (hidesRecords(topic.scope.redaction)) return `${failed}: ${error.name} (record data is redacted)`
  return `${failed}: ${error.message}. ` + `It begins with ${firstBytes(stored[part])}`
}

const arrivedLate: Hint = async (circumstances) => {
  const { topic, deadline } = circumstances
  const late = await firstMatch(circumstances, topic.name, ({ appendedAt }) => appendedAt > deadline)
  if (late === undefined) return undefined
  const after = milliseconds(late.stored.appendedAt - deadline)
  return `a record that matches, ${placeOf(late.record)}, arrived ${after} after the deadline: raise the timeout`
}

const afterAnEarlierDeadline: Hint = ({ topic: { name, scope }, seen }) => {
  for (const { matcher, topic, deadline, wanted } of scope.pastDeadlines) {
    if (topic !== name) continue
    const late = seen.records.find(({ stored, record }) => stored.appendedAt > deadline && wanted(record))
    if (late === undefined) continue
    const after = milliseconds(late.stored.appendedAt - deadline)
    return `${placeOf(late.record)} arrived ${after} after the deadline of an earlier ${matcher}() that waited for it: raise its timeout`
  }
  return undefined
}

const beforeTheTest: Hint = async (circumstances) => {
  const { topic, from } = circumstances
  const { scope } = topic
  if (from !== undefined) return undefined
  const { deterministic } = scope.cluster
  const since = deterministic ? 'beginning' : new Date(scope.began.at - LOOK_BACK)
  const early = await firstMatch(circumstances, topic.name, (stored) => isBefore(stored, scope), since)
  if (early === undefined) return undefined
  const before = milliseconds(scope.began.at - early.stored.appendedAt)
  return (
    `a record that matches, ${placeOf(early.record)}, was there ${before} before the test began. ` +
    `Produce it in the test, or read it with { from: 'beginning' }`
  )
}

/** By the count of appends where there is one: two of them may come within a millisecond. */
function isBefore({ sequence, appendedAt }: StoredRecord, { began }: Scope): boolean {
  return sequence > 0 ? sequence <= began.sequence : appendedAt < began.at
}

const otherPartition: Hint = ({ seen, patterns, testers }) => {
  for (const pattern of patterns) {
    if (!isPlainObject(pattern) || pattern.partition === undefined) continue
    const { partition, ...rest } = pattern
    const found = seen.records.find(({ record }) => compare(record, rest, testers).pass)
    if (found === undefined) continue
    const { record } = found
    return `a record that else matches came to partition ${record.partition}, not ${String(partition)}: ${placeOf(record)}`
  }
  return undefined
}

const otherTopic: Hint = async (circumstances) => {
  const { topic, topics, patterns } = circumstances
  // An empty pattern, or a function, matches too much for its match elsewhere to say something.
  const telling = patterns.filter((pattern) => isPlainObject(pattern) && Object.keys(pattern).length > 0)
  for (const { name } of topics) {
    if (name === topic.name || name.startsWith('__')) continue
    const found = await firstMatch(
      { ...circumstances, patterns: telling },
      name,
      (stored) => !isBefore(stored, topic.scope),
    )
    if (found !== undefined) return `a record that matches came to another topic: ${placeOf(found.record)}`
  }
  return undefined
}

const noSuchTopic: Hint = ({ topic: { name }, topics }) => {
  if (topics.some((topic) => topic.name === name)) return undefined
  const meant = nearest(
    name,
    topics.map((topic) => topic.name),
  )
  return meant === undefined ? undefined : `topic "${name}" doesn't exist. Did you mean "${meant}"?`
}

const otherType: Hint = ({ closest, topic }) => {
  for (const mismatch of closest?.comparison.mismatches ?? []) {
    const { path, expected, received } = mismatch
    if (typeof expected === typeof received || typeof expected === 'object' || typeof received === 'object') continue
    if (String(expected) !== String(received)) continue
    const { redaction } = topic.scope
    if (hidesRecords(redaction)) {
      const paths = pathsOf({ mismatches: [mismatch] }, redaction).join('')
      return `${paths} has ${typeof received}, expected is ${typeof expected}: only the type differs`
    }
    const shown = (value: unknown): string => `the ${typeof value} ${JSON.stringify(value)}`
    return `${path.join('.')} is ${shown(received)}, expected is ${shown(expected)}: only the type differs`
  }
  return undefined
}

const groups: Hint = async ({ topic: { scope, name }, seen }) => {
  const all = (await scope.cluster.groups(scope.touched)).filter((group) => isOfTheTest(group, scope))
  const trouble =
    firstOf(all, (group) => (isRebalancing(group) ? troubleWith(group) : undefined)) ??
    firstOf(all, (group) => troubleWith(group, ({ topic }) => topic !== name)) ??
    firstOf(all, (group) => troubleWith(group))
  if (trouble !== undefined) return trouble
  const produced = scope.timeline.find(({ kind, topic }) => kind === 'produced' && topic !== name)
  if (seen.records.length > 0 || produced === undefined || all.length > 0) return undefined
  return `no consumer group has joined: nobody reads ${produced.topic}. ${isItRunning}`
}

/** Of an earlier test there may be groups left that have no members: they are no cause of anything here. */
function isOfTheTest({ groupId, members }: GroupDescription, { touched, timeline }: Scope): boolean {
  return members.length > 0 || touched.has(groupId) || timeline.some(({ group }) => group === groupId)
}

function firstOf<T, R>(list: readonly T[], find: (one: T) => R | undefined): R | undefined {
  for (const one of list) {
    const found = find(one)
    if (found !== undefined) return found
  }
  return undefined
}

const nothingProduced: Hint = ({ topic: { scope, name }, topics, seen }) => {
  // Of a real cluster it isn't known what others produced.
  if (!scope.cluster.deterministic) return undefined
  if (seen.records.length > 0 || scope.timeline.some(({ kind }) => kind === 'produced')) return undefined
  const exists = topics.some((topic) => topic.name === name)
  const what = exists ? 'nothing' : `topic "${name}" doesn't exist, and nothing`
  return `${what} was produced to any topic since the test began: was the produce awaited? ${isItRunning}`
}

const stillNoTopic: Hint = ({ topic: { name }, topics }) =>
  topics.some((topic) => topic.name === name) ? undefined : `topic "${name}" doesn't exist: nobody has produced to it`

const hints: readonly Hint[] = [
  undecodable,
  arrivedLate,
  afterAnEarlierDeadline,
  beforeTheTest,
  otherPartition,
  otherTopic,
  noSuchTopic,
  otherType,
  groups,
  nothingProduced,
  stillNoTopic,
]

async function firstMatch(
  { topic: { scope, serdes }, patterns, testers }: Circumstances,
  name: string,
  isWanted: (stored: StoredRecord) => boolean,
  from: StartingPoint = scope.began,
): Promise<SeenRecord | undefined> {
  if (patterns.length === 0) return undefined
  for (const stored of await scope.cluster.reader(name, from).read()) {
    if (!isWanted(stored)) continue
    const one = await decodeRecord(stored, serdes, scope.sandbox)
    if (isUndecodable(one)) continue
    if (patterns.some((pattern) => compare(one.record, pattern, testers).pass)) return one
  }
  return undefined
}
