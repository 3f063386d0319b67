import { isDate, isUint8Array } from 'node:util/types'
import { didYouMean } from '../base/nearest.ts'
import type { NewRecord } from '../client/produce.ts'
import { hidesRecords } from '../redaction/redaction.ts'
import { withCare } from '../redaction/shown.ts'
import type { Serde, SerdeContext } from '../serdes/serde.ts'
import { errorOf } from './error.ts'
import { type Serdes, serdeName } from './record.ts'
import type { Scope } from './scope.ts'

type HeaderContent = string | Uint8Array | null

/** What a header may hold when it is produced: text, bytes, or `null` for a header without a value; a list repeats the name. */
export type HeaderInput = HeaderContent | readonly HeaderContent[]

/** A record to be produced. Without a key it has none; `value: null` is a tombstone. */
export interface RecordInput<K = unknown, V = unknown> {
  key?: K | null
  value: V | null
  headers?: Readonly<Record<string, HeaderInput>>
  /** Default: by the key, as kafkajs and Java's client choose it; records without one take turns. */
  partition?: number
  /** A `Date` or milliseconds since the epoch. Default: now, by the clock of the test, be it faked. */
  timestamp?: Date | number
}

/** A record as it is written, its parts bytes, with the partition that it asks for. */
export interface PreparedRecord extends NewRecord {
  readonly partition: number | undefined
}

const fields = ['key', 'value', 'headers', 'partition', 'timestamp']

/** @throws TypeError for what isn't a record, and Error where a serde can't write it, each saying which record it was. */
export async function prepareRecord<K, V>(
  topic: string,
  serdes: Serdes<K, V>,
  input: RecordInput<K, V>,
  which: string,
  { redaction, sandbox }: Pick<Scope, 'redaction' | 'sandbox'>,
): Promise<PreparedRecord> {
  const where = `produce to ${topic}: ${which}`
  const hides = hidesRecords(redaction)
  checkFields(where, input, hides)
  const { key = null, value, partition } = input
  const timestamp = input.timestamp === undefined ? sandbox.now() : Number(input.timestamp)
  return {
    key: await serialize(serdes.key, key, { topic, part: 'key' }, where, hides),
    value: await serialize(serdes.value, value, { topic, part: 'value' }, where, hides),
    headers: headerPairs(where, input.headers ?? {}, hides),
    timestamp,
    partition,
  }
}

function checkFields(where: string, input: unknown, hides: boolean): void {
  if (typeof input !== 'object' || input === null || isUint8Array(input)) {
    throw new TypeError(
      `${where} is ${typeof input === 'object' ? 'no record' : print(input, hides)}; pass { key, value }.`,
    )
  }
  const wrong = Object.keys(input).find((name) => !fields.includes(name))
  if (wrong !== undefined) {
    const hint = didYouMean(wrong, fields, `a record has ${fields.join(', ')}`)
    throw new TypeError(`${where} has a field "${wrong}", ${hint}`)
  }
  const { value, partition, timestamp } = input as Partial<RecordInput>
  if (value === undefined) throw new TypeError(`${where} has no value; a tombstone has value: null.`)
  if (partition !== undefined && !(Number.isSafeInteger(partition) && partition >= 0)) {
    throw new TypeError(`${where} has partition ${JSON.stringify(partition)}, a whole number is wanted.`)
  }
  const isTime = typeof timestamp === 'number' || isDate(timestamp)
  if (timestamp !== undefined && !(isTime && Number.isSafeInteger(Number(timestamp)) && Number(timestamp) >= 0)) {
    throw new TypeError(`${where} has timestamp ${String(timestamp)}, a valid Date or milliseconds are wanted.`)
  }
}

async function serialize<T>(
  serde: Serde<T>,
  content: T | null,
  context: SerdeContext,
  where: string,
  hides: boolean,
): Promise<Buffer | null> {
  const { part } = context
  if (content === null) return null
  let bytes: unknown
  try {
    bytes = await serde.serialize(content, context)
  } catch (error) {
    const { name, message } = errorOf(error)
    if (hides) {
      const problem = `serde "${serdeName(serde)}" can't write the ${part}: ${name} (record data is redacted)`
      throw withCare(new Error(`${where}: ${problem}`))
    }
    throw new Error(`${where}: serde "${serdeName(serde)}" can't write the ${part}: ${message}`, { cause: error })
  }
  if (!isUint8Array(bytes)) {
    throw new TypeError(`${where}: serde "${serdeName(serde)}" made ${typeof bytes} of the ${part}, bytes are wanted.`)
  }
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

function headerPairs(
  where: string,
  headers: Readonly<Record<string, HeaderInput>>,
  hides: boolean,
): [string, Buffer | null][] {
  return Object.entries(headers)
    .filter(([, content]) => content !== undefined)
    .flatMap(([name, content]) =>
      (Array.isArray(content) ? content : [content]).map((one: unknown): [string, Buffer | null] => {
        if (one === null) return [name, null]
        if (typeof one === 'string' || isUint8Array(one)) return [name, Buffer.from(one)]
        throw new TypeError(`${where} has ${print(one, hides)} in header "${name}"; text, bytes or null are wanted.`)
      }),
    )
}

function print(value: unknown, hides: boolean): string {
  return hides ? `something of type ${typeof value}` : String(JSON.stringify(value))
}
