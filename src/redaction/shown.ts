import { isPlainObject } from '../base/plain-object.ts'
import { hidesAllOf, hidesRecords, REDACTED, type RecordPart, type Redaction } from './redaction.ts'
import type { RedactedTest } from './test.ts'

declare const brand: unique symbol

/**
 * Data as a message may show it. Nothing else makes it but the functions below, and every failure message asks for it: a
 * matcher that forgets redaction does not compile.
 */
export interface Shown {
  readonly [brand]: true
}

/** Makes of a record, a part of one or a pattern what a message may show of it. */
export type Show = (data: unknown) => Shown

/** For the records of a topic, in a test whose data is redacted so. */
export function showing(topic: string, redaction: Redaction): Show {
  if (!hidesRecords(redaction)) return inTheClear
  return (data) => shown(data, topic, redaction) as Shown
}

/** What a message may show of a record's value. */
export function shownValue({ topic, value }: { topic: string; value: unknown }, redaction: Redaction): Shown {
  return shownPart(value, { topic, direction: 'received', target: 'value' }, redaction) as Shown
}

/**
 * Shows all of it: what is no data of a record (an argument that a matcher can't take, which the error's scrubbing looks
 * through as it does through any error), or stands in the clear already, in a stored snapshot.
 */
export const inTheClear: Show = (data) => data as Shown

function shown(data: unknown, topic: string, redaction: Redaction): unknown {
  if (typeof data === 'function') return data
  const place = { topic, direction: 'received' } as const
  // An asymmetric matcher in the place of a whole record.
  if (!isPlainObject(data)) return shownPart(data, { ...place, target: 'value' }, redaction)
  const entries = Object.entries(data).map(([field, content]): [string, unknown] => {
    if (field === 'key' || field === 'value') return [field, shownPart(content, { ...place, target: field }, redaction)]
    return [field, field === 'headers' ? shownHeaders(content, topic, redaction) : content]
  })
  return Object.fromEntries(entries)
}

function shownHeaders(headers: unknown, topic: string, redaction: Redaction): unknown {
  const place = { topic, direction: 'received', target: 'header' } as const
  if (!isPlainObject(headers)) return shownPart(headers, place, redaction)
  const entries = Object.entries(headers).flatMap(([name, content]): [string, unknown][] => {
    const as = redaction.rules === undefined ? name : redaction.rules.headerName(name, topic, 'received')
    if (as === undefined) return []
    const one = (value: unknown): unknown => shownPart(value, { ...place, name }, redaction)
    return [[as, Array.isArray(content) ? content.map(one) : one(content)]]
  })
  return Object.fromEntries(entries)
}

/** That there is nothing can be seen: a tombstone, a record without a key. */
function shownPart(content: unknown, place: RecordPart, redaction: Redaction): unknown {
  if (content === null || content === undefined) return content
  if (hidesAllOf(place, redaction)) return REDACTED
  return redaction.rules === undefined ? content : redaction.rules.content(content, place)
}

/** The bytes of a key, as far as they may be shown: undefined where they may. */
export function hiddenKey(bytes: Uint8Array, topic: string, { records, rules }: Redaction): string | undefined {
  return records ? REDACTED : rules?.bytes(bytes, { topic, direction: 'received', target: 'key' })
}

/**
 * Where a record differs from a pattern: "value.type". The names of properties are data as their values are; those of
 * headers are not.
 */
export function pathsOf(
  { mismatches }: { readonly mismatches: readonly { path: readonly (string | number)[] }[] },
  { records, rules }: Redaction,
): string[] {
  const paths = mismatches
    .map(({ path }) => (records ? path.slice(0, path[0] === 'headers' ? 2 : 1) : path).join('.'))
    .filter((path) => path !== '')
  return [...new Set(paths)].map((path) => rules?.text(path) ?? path)
}

const careful = new WeakSet<object>()

/** Marks an error of ours whose message holds no more than may be shown. */
export function withCare(error: Error): Error {
  careful.add(error)
  return error
}

/** Notes the message of such an error, so that it isn't taken for one that might tell something. */
export function noteOwn({ ownMessages }: RedactedTest, error: unknown): void {
  if (error instanceof Error && careful.has(error)) ownMessages.add(error.message)
}

/** What a failed check says of itself where check data is redacted. */
export function withoutCheckData(
  title: string,
  {
    subject,
    closest,
    paths = [],
  }: { subject: string; closest?: string | null | undefined; paths?: string[] | undefined },
): string {
  const near = typeof closest === 'string' ? [`Closest record: ${closest}, it differs in ${paths.join(', ')}`] : []
  return [title, '', `Subject: ${subject}`, ...near, 'Check data is redacted.'].join('\n')
}
