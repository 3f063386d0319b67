import { after, clearTimeout, earliest, LONG_AGO, latest, type Moment, now, setTimeout } from '../base/clock.ts'
import { inTime } from '../base/in-time.ts'
import type { Isolation, StartingPoint, StoredRecord, TopicReader } from '../cluster/cluster.ts'
import { isOn } from '../redaction/redaction.ts'
import { examined } from './closest.ts'
import { Decoder } from './decoder.ts'
import { milliseconds } from './failure-message.ts'
import type { Arrived } from './looking.ts'
import { type Deserializers, type SeenRecord, UndecodableRecord } from './record.ts'
import type { Scope } from './scope.ts'

/** What came of a topic, decoded: for a message, which says more of records than whether they match. */
export interface Seen<K = unknown, V = unknown> {
  /** In the order of arrival. */
  records: SeenRecord<K, V>[]
  undecodable: UndecodableRecord[]
  /** How many came: of very many a message doesn't look at all. */
  total: number
}

export interface Wait<K, V> {
  topic: string
  serdes: Deserializers<K, V>
  /** Default: where the test began. */
  from?: StartingPoint | undefined
  /** Default: what is committed. */
  isolation?: Isolation | undefined
  deadline: Moment
  /** Looked at once, and then after each thing that happens, until it holds. */
  until: (arrived: Arrived) => boolean | Promise<boolean>
  /** Ends the wait before the deadline. */
  ended?: Promise<unknown> | undefined
}

/** The runner's timeout would hide why: our own failure comes this much before it, at half of a short one. In milliseconds. */
const MARGIN = 250

function marginOf({ testTimeout }: Scope): number {
  return Math.min(MARGIN, testTimeout / 2)
}

/** When a wait that may take `timeout` milliseconds ends: never later than shortly before the test's own timeout. */
export function deadlineOf(scope: Scope, timeout: number = scope.defaultTimeout): Moment {
  return earliest(after(timeout), latest(now(), after(-marginOf(scope), scope.testDeadline)))
}

/** Says of a deadline that it is not what was asked for, but all that the test has; undefined where it is. */
export function cutShort(scope: Scope, deadline: Moment): string | undefined {
  const margin = marginOf(scope)
  if (deadline === LONG_AGO || deadline < scope.testDeadline - margin) return undefined
  return `cut short ${milliseconds(margin)} before the end of the test, which has ${milliseconds(scope.testTimeout)} in all`
}

/** How long was waited until a deadline, for a message: "within 4000 ms". */
export function within(scope: Scope, deadline: Moment, timeout: number = scope.defaultTimeout): string {
  const short = cutShort(scope, deadline)
  return short === undefined ? `within ${milliseconds(timeout)}` : `in time (${milliseconds(timeout)}, ${short})`
}

/**
 * Reads a topic until `until` holds or the deadline has come. Told of each append; never polls.
 *
 * @throws Error when the cluster can't be read at the deadline, saying why. Before, it is asked again: a broker may move.
 */
export async function waitForRecords<K, V>(
  scope: Scope,
  { topic, serdes, from, isolation, deadline, until, ended }: Wait<K, V>,
): Promise<Arrived> {
  const stored: StoredRecord[] = []
  const arrived: Arrived = { stored, decoder: new Decoder(serdes, scope) }
  const reader = scope.cluster.reader(topic, from ?? scope.began, isolation)
  const activity = watch(scope, deadline, (listener) => reader.onMore(listener))
  ended?.then(activity.end, activity.end)
  let isLast = false
  try {
    for (;;) {
      const told = activity.next()
      const found = await readInTime(scope, reader, topic, deadline)
      if (!('trouble' in found)) {
        for (const one of found) stored.push(one)
        if (isOn(scope.redaction)) await note(scope, found, arrived.decoder)
      }
      if (await until(arrived)) return arrived
      if (await told) continue
      // What came since the last look, where nobody tells of it.
      if (!isLast && deadline > 0 && !scope.cluster.deterministic) {
        isLast = true
        continue
      }
      if ('trouble' in found) throw found.trouble
      return arrived
    }
  } finally {
    activity.stop()
  }
}

/** All that a test could see is kept while it is redacted, as it is looked for in what the test tells. */
async function note(scope: Scope, records: readonly StoredRecord[], decoder: Decoder): Promise<void> {
  for (const stored of records) {
    const one = await decoder.look(stored)
    scope.data.note(stored, one instanceof UndecodableRecord ? undefined : one.record)
  }
}

/** What came, decoded: all of it, or what a message looks at to say why nothing matched these patterns. */
export async function seenOf({ stored, decoder }: Arrived, patterns?: readonly unknown[]): Promise<Seen> {
  const seen: Seen = { records: [], undecodable: [], total: stored.length }
  for (const record of patterns === undefined ? stored : examined(stored, patterns)) {
    const one = await decoder.look(record)
    if (one instanceof UndecodableRecord) seen.undecodable.push(one)
    else seen.records.push(one)
  }
  return seen
}

/** Milliseconds that an answer may take, whatever the check's deadline, where the test itself has them. */
const ANSWER_TIME = 1000
/** Milliseconds that it always has: the test's own timeout is no further away (`MARGIN`). */
const GRACE = 150

/** What a real cluster doesn't answer is a trouble by the deadline; an embedded one has answered at once. */
async function readInTime(
  scope: Scope,
  reader: TopicReader,
  topic: string,
  deadline: Moment,
): Promise<StoredRecord[] | { trouble: Error }> {
  if (scope.cluster.deterministic) return reader.read()
  const until = latest(
    deadline === LONG_AGO ? deadlineOf(scope) : deadline,
    deadlineOf(scope, ANSWER_TIME),
    after(GRACE),
  )
  try {
    return await inTime(reader.read(), until, () => new Error('the cluster does not answer'))
  } catch (error) {
    return { trouble: new Error(`topic ${topic} can't be read: ${(error as Error).message}`) }
  }
}

interface Activity {
  /** Resolves at the next thing that happens (true), or at the deadline or the test's end (false). */
  next(): Promise<boolean>
  /** As if the deadline had come. */
  end(): void
  stop(): void
}

/** Tells of what happens in the cluster, or of what is subscribed to, until a deadline or the end of the test. */
export function watch(
  scope: Scope,
  deadline: Moment,
  subscribe: (listener: () => void) => () => void = scope.cluster.onActivity,
): Activity {
  let over = now() >= deadline
  let wake: ((more: boolean) => void) | undefined
  const end = (): void => {
    over = true
    wake?.(false)
  }
  const unsubscribe = subscribe(() => wake?.(true))
  const timer = Number.isFinite(deadline) ? setTimeout(end, Math.max(0, deadline - now())) : undefined
  scope.onEnd(end)
  return {
    next: () =>
      over
        ? Promise.resolve(false)
        : new Promise((resolve) => {
            wake = resolve
          }),
    end,
    stop() {
      clearTimeout(timer)
      unsubscribe()
    },
  }
}
