import type { EventLine, Preview, RecordLine } from './model.ts'
import { placeOf } from './record-text.ts'
import { traceOf } from './trace-context.ts'

/** The record that another one was made of, and what says so. */
export interface Cause {
  record: RecordLine
  how: 'causation id' | 'trace' | 'correlation id' | 'key' | 'order'
  /** The header that says it. */
  header: string | null
  certainty: 'sure' | 'likely' | 'maybe'
}

const CAUSATION = /^(ce[-_]|x-)?causation[-_]?id$/i
const CORRELATION = /^(ce[-_]|x-|kafka_)?correlation[-_]?id$/i
const OWN_ID = /^(ce[-_]|x-)?(message[-_]?|event[-_]?)?id$/i

/** A record with where it comes from, as far as the cluster told it. */
interface Seen {
  record: RecordLine
  /** When it was written; of one that nobody told of, before all. */
  at: number
  /** Who wrote it: "client billing". */
  by: string | null
}

type Finding = Omit<Cause, 'record'> & { causes: readonly Seen[] }

/**
 * What the records of an attempt that the test itself did not write go back to, by their places: what their headers say,
 * their keys, or the order in which their writer read and wrote. A record has one cause, that of the strongest evidence.
 */
export function causesOf(records: readonly RecordLine[], events: readonly EventLine[]): Map<string, Cause> {
  const all = [...new Map(records.map((record) => [placeOf(record), record])).values()].map((record) =>
    seenOf(record, events),
  )
  all.sort((a, b) => a.at - b.at || a.record.timestamp - b.record.timestamp)
  const isTold = events.some(({ kind }) => kind === 'produced')
  const ofTest = new Set(
    records.filter(({ direction, task }) => direction === 'produced' && task !== null).map((one) => placeOf(one)),
  )
  const causes = new Map<string, Cause>()
  for (const effect of all) {
    const place = placeOf(effect.record)
    if (effect.by === 'this test' || ofTest.has(place) || (isTold && effect.by === null)) continue
    const earlier = all.filter((one) => one !== effect && isBefore(one, effect, isTold))
    const read = new Set(earlier.filter(({ record }) => hasRead(effect, record, events)))
    const found =
      byHeaders(effect.record, earlier) ?? byKey(effect.record, earlier, read) ?? byOrder(effect, read, events)
    if (found === undefined) continue
    const { how, header, certainty } = found
    const known = found.causes.filter((one) => read.has(one))
    const several = known.length > 0 ? known : found.causes
    // Of several that it may be, the last.
    causes.set(place, {
      record: several.at(-1)!.record,
      how,
      header,
      certainty: several.length > 1 ? less(certainty) : certainty,
    })
  }
  return causes
}

/** Why it is thought to be the cause: "same trace by traceparent, sure". */
export function causeText({ how, header, certainty }: Omit<Cause, 'record'>): string {
  const by = { key: 'same key', order: 'read just before by who wrote it', trace: `same trace by ${header}` }[
    how as string
  ]
  return `${by ?? `${how} in ${header}`}, ${certainty}`
}

function seenOf(record: RecordLine, events: readonly EventLine[]): Seen {
  const produced = events.find((event) => event.kind === 'produced' && covers(event, record))
  return { record, at: produced?.at ?? Number.NEGATIVE_INFINITY, by: produced?.by ?? null }
}

function isBefore(one: Seen, effect: Seen, isTold: boolean): boolean {
  return isTold ? one.at < effect.at : one.record.timestamp <= effect.record.timestamp
}

/** Whether the writer of a record had read another one by then. */
function hasRead({ by, at }: Seen, record: RecordLine, events: readonly EventLine[]): boolean {
  return events.some((event) => event.kind === 'received' && event.by === by && event.at <= at && covers(event, record))
}

function covers({ topic, partition, firstOffset, lastOffset }: EventLine, record: RecordLine): boolean {
  if (topic !== record.topic || partition !== record.partition || firstOffset === null) return false
  return record.offset >= firstOffset && record.offset <= (lastOffset ?? firstOffset)
}

/** What stands in its headers, the strongest first. */
function byHeaders(record: RecordLine, earlier: readonly Seen[]): Finding | undefined {
  const trace = traceOf(record)?.traceId
  const [causation, correlation] = [headerOf(record, CAUSATION), headerOf(record, CORRELATION)]
  const those = (is: (one: RecordLine) => boolean): Seen[] => earlier.filter((one) => is(one.record))
  const findings: Finding[] = [
    {
      how: 'causation id',
      header: causation?.name ?? null,
      certainty: 'sure',
      causes: those((one) => causation !== undefined && headerOf(one, OWN_ID)?.value === causation.value),
    },
    {
      how: 'trace',
      header: 'traceparent',
      certainty: 'sure',
      causes: those((one) => trace !== undefined && traceOf(one)?.traceId === trace),
    },
    {
      how: 'correlation id',
      header: correlation?.name ?? null,
      certainty: 'sure',
      causes: those((one) => correlation !== undefined && headerOf(one, CORRELATION)?.value === correlation.value),
    },
  ]
  return findings.find(({ causes }) => causes.length > 0)
}

/** The last of its key in another topic; likely where its writer has read that one. */
function byKey({ key, topic }: RecordLine, earlier: readonly Seen[], read: ReadonlySet<Seen>): Finding | undefined {
  const causes = earlier.filter(({ record }) => record.topic !== topic && isSame(record.key, key))
  const last = causes.findLast((one) => read.has(one)) ?? causes.at(-1)
  return last && { how: 'key', header: null, certainty: read.has(last) ? 'likely' : 'maybe', causes: [last] }
}

/** What its writer had read last; nothing where it read several records at once. */
function byOrder({ by, at, record }: Seen, read: ReadonlySet<Seen>, events: readonly EventLine[]): Finding | undefined {
  const event = events.findLast((one) => one.kind === 'received' && one.by === by && one.at <= at)
  if (event === undefined || event.firstOffset !== event.lastOffset) return undefined
  const last = [...read].find((one) => one.record.topic !== record.topic && covers(event, one.record))
  return last && { how: 'order', header: null, certainty: 'maybe', causes: [last] }
}

function headerOf({ headers }: RecordLine, name: RegExp): { name: string; value: string } | undefined {
  const found = headers.find((header) => name.test(header.name))
  if (!found?.value || found.value.encoding === 'redacted' || found.value.bytes === 0) return undefined
  return { name: found.name, value: found.value.data }
}

function isSame(a: Preview | null, b: Preview | null): boolean {
  if (a === null || b === null || a.encoding === 'redacted' || a.truncated || a.bytes === 0) return false
  return a.encoding === b.encoding && a.data === b.data
}

function less(certainty: Cause['certainty']): Cause['certainty'] {
  return certainty === 'sure' ? 'likely' : 'maybe'
}
