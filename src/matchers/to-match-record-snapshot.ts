import { isDate } from 'node:util/types'
import { isPlainObject } from '../base/plain-object.ts'
import { checkOptions } from '../config/options.ts'
import { plural } from '../kafka/failure-message.ts'
import { ownerOf, redactionOf } from '../kafka/owner.ts'
import { placeOf, type ReceivedRecord, undecodableError } from '../kafka/record.ts'
import type { Scope } from '../kafka/scope.ts'
import { TopicHandle } from '../kafka/topic.ts'
import { deadlineOf, seenOf } from '../kafka/waiting.ts'
import { hidesRecords } from '../redaction/redaction.ts'
import { inTheClear, type Show, showing } from '../redaction/shown.ts'
import { check, type MatcherContext, type MatcherResult, type Verdict } from './check.ts'
import { type CommonOptions, common } from './options.ts'
import { type Certainty, readUntilQuiet } from './quiescence.ts'
import { isStored, type SnapshotContext } from './stored-snapshot.ts'
import { isRecord, title, wrongSubject } from './subjects.ts'

/** What the runner has of snapshots. */
export interface RunnersSnapshots {
  /** Its own `toMatchSnapshot`, to be called with its `this`. */
  match: (this: never, received: unknown, hint?: string) => MatcherResult
  /** Under which name that keeps a snapshot; `testName` is `suite > test`. */
  nameOf(context: SnapshotContext, testName: string, hint: string | undefined): string
}

type SnapshotMatcher = (
  this: MatcherContext & SnapshotContext,
  received: unknown,
  hint?: string,
  options?: CommonOptions,
) => Promise<MatcherResult>

const name = 'toMatchRecordSnapshot'

const stillData =
  'The records are not as in the snapshot. Record data is redacted, so what differs is not shown: run the test without redaction to see it, or write the snapshot anew with -u, redacted.'

/**
 * Makes the matcher out of the runner's. It holds when records are as they were, but for what differs in each run. Those
 * of a topic are read when nothing more is to come.
 */
export function createToMatchRecordSnapshot(snapshots: RunnersSnapshots): SnapshotMatcher {
  return function toMatchRecordSnapshot(received, hint, options = {}) {
    if (this.isNot) throw new TypeError(`${name}() says what records are, so it has no .not`)
    if (hint !== undefined && typeof hint !== 'string') throw new TypeError(`${name}(): its hint has to be a string`)
    checkOptions(`${name}()`, options, common)
    const { what, scope, read } = subjectOf(received, options)
    const look = async (): Promise<Verdict> => {
      const { records, certainty } = await read()
      // A copy of a record is nobody's, and as redacted as the strictest test that runs.
      const isHidden = [records].flat().some((record) => hidesRecords(redactionOf(record)))
      const clear = isHidden && stableForm(records, () => inTheClear)
      // Then nothing is written or printed, and the same snapshot serves runs with redaction and without.
      const isClear =
        isHidden && scope !== undefined && isStored(this, snapshots.nameOf(this, scope.testName, hint), clear)
      const form = isClear ? clear : stableForm(records, shown)
      const result: MatcherResult = Reflect.apply(snapshots.match, this, hint === undefined ? [form] : [form, hint])
      if (result.pass) return { pass: true, message: '', result, certainty }
      // What was stored before may hold what is redacted now.
      const message = isHidden ? `${title(this, name, 'records', '')}\n\n${stillData}` : result.message()
      return { pass: false, message, ...(isHidden ? { hint: stillData } : { result }) }
    }
    return check(this, scope, { matcher: name, subject: what }, look)
  }
}

type Received = ReceivedRecord | readonly ReceivedRecord[]

interface Subject {
  what: string
  scope: Scope | undefined
  read(): Promise<{ records: Received; certainty?: Certainty | undefined }>
}

function subjectOf(received: unknown, options: CommonOptions): Subject {
  if (received instanceof TopicHandle) {
    const topic = received as TopicHandle
    return { what: `topic ${topic.name}`, scope: topic.scope, read: () => readAll(topic, options) }
  }
  if (isRecord(received)) {
    return {
      what: `record ${placeOf(received)}`,
      scope: ownerOf(received),
      read: async () => ({ records: received }),
    }
  }
  if (Array.isArray(received) && received.every(isRecord)) {
    return {
      what: plural(received.length, 'record'),
      scope: received.map(ownerOf).find((owner) => owner !== undefined),
      read: async () => ({ records: received }),
    }
  }
  throw wrongSubject(name, received, 'a topic, a record or a list of records')
}

/** All records of a topic once nothing more is to come, by partition: between two of them no order is certain. */
async function readAll(topic: TopicHandle, options: CommonOptions): ReturnType<Subject['read']> {
  const deadline = deadlineOf(topic.scope, options.timeout)
  const arrived = await readUntilQuiet(topic, { options, deadline, atOnce: false, decided: () => false })
  const { unknown, certainty } = arrived
  const { records, undecodable } = await seenOf(arrived)
  if (undecodable[0] !== undefined) throw undecodableError(undecodable[0], topic.scope.redaction)
  if (unknown !== undefined) {
    throw new Error(`${name}(): more records may come, the cluster did not come to rest: ${unknown.join('; ')}`)
  }
  const sorted = records.map(({ record }) => record).sort((a, b) => a.partition - b.partition || a.offset - b.offset)
  return { records: sorted, certainty }
}

const uuid = /\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi
const isoTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:?\d\d)$/

const shown = (record: ReceivedRecord): Show => showing(record.topic, redactionOf(record))

/** Offsets count from 0 in each partition, timestamps go, and ids get a number each: the same id the same number. */
function stableForm(received: Received, showOf: (record: ReceivedRecord) => Show): unknown {
  const firstOffsets = new Map<string, number>()
  const ids = new Map<string, string>()
  const numbered = (id: string): string => {
    const known = ids.get(id.toLowerCase()) ?? `<uuid ${ids.size + 1}>`
    ids.set(id.toLowerCase(), known)
    return known
  }
  const stable = (value: unknown): unknown => {
    if (typeof value === 'string') return isoTime.test(value) ? '<time>' : value.replaceAll(uuid, numbered)
    if (Array.isArray(value)) return value.map(stable)
    if (isPlainObject(value)) return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, stable(one)]))
    return isDate(value) ? '<time>' : value
  }
  const form = (received: ReceivedRecord): unknown => {
    const { topic, partition, offset, key, value, headers } = received
    const first = firstOffsets.get(`${topic}/${partition}`) ?? offset
    firstOffsets.set(`${topic}/${partition}`, first)
    const place = placeOf({ topic, partition, offset: offset - first })
    const show = showOf(received)
    return { place, ...show({ key: stable(key), value: stable(value), headers: stable(headers) }) }
  }
  return isRecord(received) ? form(received) : received.map(form)
}
