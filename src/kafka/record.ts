import { textOf } from '../base/utf8.ts'
import type { StoredRecord } from '../cluster/cluster.ts'
import { hidesRecords, type Redaction } from '../redaction/redaction.ts'
import { withCare } from '../redaction/shown.ts'
import type { Serde } from '../serdes/serde.ts'

/** A header's value: text where it is UTF-8, else bytes; a list where the name repeats. */
export type HeaderValue = string | Buffer | null
export type Headers = Record<string, HeaderValue | HeaderValue[]>

/** A record as a test sees it. */
export interface ReceivedRecord<K = unknown, V = unknown> {
  readonly topic: string
  readonly partition: number
  readonly offset: number
  readonly timestamp: Date
  readonly key: K
  /** `null` is a tombstone, whatever the type says. */
  readonly value: V
  readonly headers: Headers
  /** The bytes, before any serde. Not enumerable: it stays out of comparisons and diffs. */
  readonly raw: RawRecord
}

export interface RawRecord {
  readonly key: Buffer | null
  readonly value: Buffer | null
  readonly headers: readonly (readonly [name: string, value: Buffer | null])[]
}

export interface Serdes<K, V> {
  readonly key: Serde<K>
  readonly value: Serde<V>
}

/** The reading half of serdes: all that a record needs to be looked at. */
export interface Deserializers<K, V> {
  readonly key: Pick<Serde<K>, 'name' | 'deserialize'>
  readonly value: Pick<Serde<V>, 'name' | 'deserialize'>
}

/** A record that its serde couldn't read. */
export class UndecodableRecord {
  readonly stored: StoredRecord
  readonly part: 'key' | 'value'
  readonly serde: string
  readonly error: Error

  constructor(stored: StoredRecord, part: 'key' | 'value', serde: string, error: Error) {
    this.stored = stored
    this.part = part
    this.serde = serde
    this.error = error
  }
}

/** Both forms of a record: as the test sees it, and as it lies in the log. */
export interface SeenRecord<K = unknown, V = unknown> {
  readonly record: ReceivedRecord<K, V>
  readonly stored: StoredRecord
}

/** Whether it is a record as `Decoder` makes them, by the one property that nobody writes by hand. */
export function isReceived(value: unknown): value is ReceivedRecord {
  if (typeof value !== 'object' || value === null) return false
  return Object.getOwnPropertyDescriptor(value, 'raw')?.enumerable === false
}

export function serdeName(serde: { readonly name?: string }): string {
  return serde.name ?? 'custom'
}

/** Headers as a test sees them. */
export function readHeaders(pairs: StoredRecord['headers']): Headers {
  const headers = new Map<string, HeaderValue | HeaderValue[]>()
  for (const [name, bytes] of pairs) {
    const value = headerValue(bytes)
    const before = headers.get(name)
    if (before === undefined) headers.set(name, value)
    else if (Array.isArray(before)) before.push(value)
    else headers.set(name, [before, value])
  }
  // Not by assignment: a header may be called `__proto__`.
  return Object.fromEntries(headers)
}

function headerValue(bytes: Buffer | null): HeaderValue {
  return bytes === null ? null : (textOf(bytes) ?? Buffer.from(bytes))
}

/** `orders/0@4` */
export function placeOf({ topic, partition, offset }: { topic: string; partition: number; offset: number }): string {
  return `${topic}/${partition}@${offset}`
}

/** The first bytes of a key or value, for a message. */
export function firstBytes(bytes: Buffer | null): string {
  const shown = bytes?.subarray(0, 16) ?? Buffer.alloc(0)
  return shown.toString('hex').replaceAll(/(..)(?=.)/g, '$1 ')
}

/** What a task throws that needs every record. */
export function undecodableError({ stored, part, serde, error }: UndecodableRecord, redaction: Redaction): Error {
  const place = `${part} of ${placeOf(stored)}`
  // What can't be read can't be looked through by rules either.
  if (hidesRecords(redaction)) {
    return withCare(new Error(`serde "${serde}" can't read the ${place}: ${error.name} (record data is redacted)`))
  }
  const bytes = firstBytes(stored[part])
  return new Error(`serde "${serde}" can't read the ${place}: ${error.message} (its first bytes: ${bytes})`, {
    cause: error,
  })
}
