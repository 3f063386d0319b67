import { type Field, structReader, structWriter } from './fields.ts'
import type { Messages } from './messages.gen.ts'
import { ByteReader, ProtocolError } from './reader.ts'
import { apiTables } from './tables.gen.ts'
import { Writer } from './writer.ts'

export type { Messages }
export { ProtocolError }

export type ApiName = keyof Messages

/** A message to be written: what is left out takes its default, and bytes may come in pieces. */
export type Encodable<T> = T extends Uint8Array
  ? T | readonly T[]
  : T extends string | number | boolean | null
    ? T
    : T extends readonly (infer Element)[]
      ? readonly Encodable<Element>[]
      : { readonly [Key in keyof T]?: Encodable<T[Key]> | undefined }

/** An API of Kafka's protocol, as its definition has it; `src/broker/apis` says which versions are served. */
export interface ApiTable {
  readonly name: ApiName
  readonly key: number
  readonly versions: readonly [lowest: number, highest: number]
  readonly flexibleFrom: number
  /** Its fields, as JSON: most messages are never read or written. */
  readonly request: string
  readonly response: string
}

const byName = new Map<ApiName, ApiTable>()
const byKey = new Map<number, ApiTable>()
for (const [name, key, low, high, flexibleFrom, request, response] of apiTables) {
  const table = { name, key, versions: [low, high], flexibleFrom, request, response } as ApiTable
  byName.set(table.name, table)
  byKey.set(table.key, table)
}

export function apiByKey(key: number): ApiTable | undefined {
  return byKey.get(key)
}

export function apiTable(name: ApiName): ApiTable {
  return byName.get(name)!
}

type Side = 'request' | 'response'

/** Functions are made once for each message and version, when it is first seen. */
const readers = new Map<string, (reader: ByteReader) => unknown>()
const writers = new Map<string, (writer: Writer, value: unknown) => void>()

function readerOf(name: ApiName, side: Side, version: number): (reader: ByteReader) => unknown {
  const id = `${name} ${side} ${version}`
  const known = readers.get(id)
  if (known !== undefined) return known
  const table = apiTable(name)
  const made = structReader(JSON.parse(table[side]) as Field[], version, version >= table.flexibleFrom)
  readers.set(id, made)
  return made
}

function writerOf(name: ApiName, side: Side, version: number): (writer: Writer, value: unknown) => void {
  const id = `${name} ${side} ${version}`
  const known = writers.get(id)
  if (known !== undefined) return known
  const table = apiTable(name)
  const made = structWriter(JSON.parse(table[side]) as Field[], version, version >= table.flexibleFrom)
  writers.set(id, made)
  return made
}

function decode(name: ApiName, side: Side, version: number, body: Buffer): { message: unknown; reader: ByteReader } {
  const reader = new ByteReader(body)
  try {
    return { message: readerOf(name, side, version)(reader), reader }
  } catch (error) {
    throw error instanceof ProtocolError ? error.inMessage(where(name, side, version)) : error
  }
}

const where = (name: ApiName, side: Side, version: number): string => `${name} ${side} version ${version}`

/**
 * Bytes behind the last field are ignored, as Kafka does: librdkafka 2.15 and 2.16 send 4 of them in Metadata 13.
 *
 * @throws ProtocolError when the bytes are truncated or malformed, naming the field.
 */
export function decodeRequest<Name extends ApiName>(
  name: Name,
  version: number,
  body: Buffer,
): Messages[Name]['request'] {
  return decode(name, 'request', version, body).message as Messages[Name]['request']
}

/** @throws ProtocolError when the bytes are truncated, malformed or too many, naming the field. */
export function decodeResponse<Name extends ApiName>(
  name: Name,
  version: number,
  body: Buffer,
): Messages[Name]['response'] {
  const { message, reader } = decode(name, 'response', version, body)
  if (reader.left === 0) return message as Messages[Name]['response']
  throw new ProtocolError(
    `${where(name, 'response', version)}: ${reader.left} bytes are left over at byte ${reader.offset}`,
  )
}

export function encodeRequest<Name extends ApiName>(
  name: Name,
  version: number,
  request: Encodable<Messages[Name]['request']>,
): Buffer {
  const writer = new Writer()
  writeRequest(writer, name, version, request)
  return writer.written
}

/** Writes a request behind what the writer holds already (its header). */
export function writeRequest<Name extends ApiName>(
  writer: Writer,
  name: Name,
  version: number,
  request: Encodable<Messages[Name]['request']>,
): void {
  writerOf(name, 'request', version)(writer, request)
}

export function encodeResponse<Name extends ApiName>(
  name: Name,
  version: number,
  response: Encodable<Messages[Name]['response']>,
): Buffer {
  const writer = new Writer()
  writeResponse(writer, name, version, response)
  return writer.written
}

/** Writes a response behind what the writer holds already (its header). */
export function writeResponse<Name extends ApiName>(
  writer: Writer,
  name: Name,
  version: number,
  response: Encodable<Messages[Name]['response']>,
): void {
  writerOf(name, 'response', version)(writer, response)
}
