import { type ByteReader, ProtocolError } from './reader.ts'
import { Writer } from './writer.ts'

/**
 * One field: name, type ("int32", "[]string", "[]struct"), lowest and highest version, lowest and highest version in
 * which it may be null, tag (-1 for none), first version in which it is tagged, default, fields of a struct.
 */
export type Field = readonly [
  name: string,
  type: string,
  low: number,
  high: number,
  nullLow: number,
  nullHigh: number,
  tag: number,
  taggedFrom: number,
  defaultValue: string | number | boolean | null,
  fields: readonly Field[] | null,
  neverFlexible?: 1,
]

type Struct = Record<string, unknown>
type Read = (reader: ByteReader) => unknown
type Write = (writer: Writer, value: unknown) => void

const zeroUuid = 'AAAAAAAAAAAAAAAAAAAAAA'

/** What a field holds where the message or its version doesn't have it. */
function defaultOf([, type, , , , , , , value, fields]: Field): () => unknown {
  if (value === null) return () => null
  if (type.startsWith('[]')) return () => []
  if (type === 'struct') return defaultStruct(fields!)
  if (type === 'uuid') return () => zeroUuid
  if (type === 'bytes') return () => Buffer.alloc(0)
  if (type === 'records') return () => null
  return () => value
}

function defaultStruct(fields: readonly Field[]): () => Struct {
  const makers = fields.map((field) => [field[0], defaultOf(field)] as const)
  return () => Object.fromEntries(makers.map(([name, make]) => [name, make()]))
}

const has = ([, , low, high]: Field, version: number): boolean => low <= version && version <= high
const isNullable = ([, , , , low, high]: Field, version: number): boolean => low <= version && version <= high
const isTagged = (field: Field, version: number): boolean => field[6] >= 0 && version >= field[7]

/** A function that reads a struct of one version. */
export function structReader(
  fields: readonly Field[],
  version: number,
  flexible: boolean,
): (reader: ByteReader) => Struct {
  const steps = fields.map((field) => {
    const name = field[0]
    const read: Read =
      has(field, version) && !isTagged(field, version) ? valueReader(field, version, flexible) : defaultOf(field)
    return { name, read }
  })
  const tagged = new Map<number, { name: string; read: Read }>()
  for (const field of fields) {
    if (has(field, version) && isTagged(field, version)) {
      tagged.set(field[6], { name: field[0], read: valueReader(field, version, flexible) })
    }
  }
  return (reader) => {
    const struct: Struct = {}
    for (const { name, read } of steps) {
      try {
        struct[name] = read(reader)
      } catch (error) {
        throw within(name, error)
      }
    }
    if (flexible) readTagged(reader, tagged, struct)
    return struct
  }
}

/** The error, with one more step of the path to where it happened. */
function within(step: string, error: unknown): unknown {
  if (error instanceof ProtocolError) error.path.unshift(step)
  return error
}

function readTagged(reader: ByteReader, tagged: Map<number, { name: string; read: Read }>, struct: Struct): void {
  for (let count = reader.unsignedVarint(); count > 0; count--) {
    const tag = reader.unsignedVarint()
    const bytes = reader.bytes(reader.unsignedVarint())
    const known = tagged.get(tag)
    if (known === undefined) continue
    try {
      struct[known.name] = known.read(reader.within(bytes))
    } catch (error) {
      throw within(known.name, error)
    }
  }
}

function valueReader(field: Field, version: number, flexibleStruct: boolean): Read {
  const [, type, , , , , , , , fields, neverFlexible] = field
  const flexible = flexibleStruct && neverFlexible === undefined
  if (!type.startsWith('[]')) return scalarReader(type, fields, version, flexible, isNullable(field, version))
  const element = scalarReader(type.slice(2), fields, version, flexible, false)
  const nullable = isNullable(field, version)
  return (reader) => {
    const length = flexible ? reader.unsignedVarint() - 1 : reader.int32()
    if (length < 0) {
      if (nullable && length === -1) return null
      throw new ProtocolError(`an array of length ${length} at byte ${reader.offset}`)
    }
    const values: unknown[] = []
    const count = reader.count(length)
    try {
      while (values.length < count) values.push(element(reader))
    } catch (error) {
      throw within(`[${values.length}]`, error)
    }
    return values
  }
}

function scalarReader(
  type: string,
  fields: readonly Field[] | null,
  version: number,
  flexible: boolean,
  nullable: boolean,
): Read {
  if (type === 'struct') {
    const read = structReader(fields!, version, flexible)
    return nullable ? (reader) => (reader.int8() < 0 ? null : read(reader)) : read
  }
  if (type === 'string' || type === 'bytes' || type === 'records') {
    const text = type === 'string'
    return (reader) => {
      const length = flexible ? reader.unsignedVarint() - 1 : text ? reader.int16() : reader.int32()
      if (length === -1 && (nullable || type === 'records')) return null
      if (length < 0) throw new ProtocolError(`a ${type} of length ${length} at byte ${reader.offset}`)
      return text ? reader.string(length) : reader.bytes(length)
    }
  }
  const name = type as 'int8' | 'int16' | 'uint16' | 'int32' | 'uint32' | 'int64' | 'float64' | 'bool' | 'uuid'
  return (reader) => reader[name]()
}

/** A function that writes a struct of one version. A field left out is written as its default. */
export function structWriter(fields: readonly Field[], version: number, flexible: boolean): Write {
  const there = fields.filter((field) => has(field, version))
  const steps = there
    .filter((field) => !isTagged(field, version))
    .map((field) => ({ name: field[0], make: defaultOf(field), write: valueWriter(field, version, flexible) }))
  const tagged = there
    .filter((field) => isTagged(field, version))
    .sort((a, b) => a[6] - b[6])
    .map((field) => ({
      name: field[0],
      tag: field[6],
      plain: JSON.stringify(defaultOf(field)()),
      write: valueWriter(field, version, flexible),
    }))
  return (writer, value) => {
    const struct = value as Struct
    for (const { name, make, write } of steps) write(writer, struct[name] ?? absent(struct[name], make))
    if (!flexible) return
    const present = tagged.filter(
      ({ name, plain }) => struct[name] !== undefined && JSON.stringify(struct[name]) !== plain,
    )
    writer.unsignedVarint(present.length)
    for (const { name, tag, write } of present) {
      const inner = new Writer()
      write(inner, struct[name])
      writer.unsignedVarint(tag)
      writer.unsignedVarint(inner.length)
      for (const piece of inner.pieces) writer.bytes(piece)
    }
  }
}

const absent = (value: unknown, make: () => unknown): unknown => (value === undefined ? make() : value)

function valueWriter(field: Field, version: number, flexibleStruct: boolean): Write {
  const [name, type, , , , , , , , fields, neverFlexible] = field
  const flexible = flexibleStruct && neverFlexible === undefined
  const nullable = isNullable(field, version)
  if (!type.startsWith('[]')) return scalarWriter(name, type, fields, version, flexible, nullable)
  const element = scalarWriter(name, type.slice(2), fields, version, flexible, false)
  return (writer, value) => {
    const values = nullable || value !== null ? (value as unknown[] | null) : []
    if (flexible) writer.unsignedVarint((values?.length ?? -1) + 1)
    else writer.int32(values?.length ?? -1)
    for (const one of values ?? []) element(writer, one)
  }
}

function scalarWriter(
  name: string,
  type: string,
  fields: readonly Field[] | null,
  version: number,
  flexible: boolean,
  nullable: boolean,
): Write {
  if (type === 'struct') {
    const write = structWriter(fields!, version, flexible)
    if (!nullable) return write
    return (writer, value) => {
      writer.int8(value === null ? -1 : 1)
      if (value !== null) write(writer, value)
    }
  }
  if (type === 'string' || type === 'bytes' || type === 'records') {
    return lengthPrefixed(type, flexible, nullable || type === 'records')
  }
  const primitive = type as 'int8' | 'int16' | 'uint16' | 'int32' | 'uint32' | 'int64' | 'float64' | 'bool' | 'uuid'
  return (writer, value) => {
    try {
      ;(writer[primitive] as (value: unknown) => void).call(writer, value)
    } catch (error) {
      throw new TypeError(`${name} can't be written as ${type}: ${String(value)}`, { cause: error })
    }
  }
}

function lengthPrefixed(type: string, flexible: boolean, nullable: boolean): Write {
  const text = type === 'string'
  return (writer, value) => {
    // What this version can't say is said as empty.
    const content = value === null && !nullable ? '' : (value as string | Uint8Array | readonly Uint8Array[] | null)
    const length = lengthOf(content)
    if (flexible) writer.unsignedVarint(length + 1)
    else if (text) writer.int16(length)
    else writer.int32(length)
    if (typeof content === 'string') writer.text(content, length)
    else if (content instanceof Uint8Array) writer.bytes(content)
    else for (const piece of content ?? []) writer.bytes(piece)
  }
}

/** In bytes; -1 for null. */
function lengthOf(content: string | Uint8Array | readonly Uint8Array[] | null): number {
  if (content === null) return -1
  if (typeof content === 'string') return Buffer.byteLength(content)
  if (content instanceof Uint8Array) return content.length
  return content.reduce((sum, piece) => sum + piece.length, 0)
}
