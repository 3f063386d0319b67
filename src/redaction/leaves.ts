import { isDate, isMap, isSet, isUint8Array } from 'node:util/types'
import { bytesOf } from './encodings.ts'

/** The pieces of record data that a text could tell. */
export interface Leaves {
  /** As strings of bytes: whole contents, texts in them, names of properties. */
  long: string[]
  /** Too short to be told from other words: what holds one of these as a word is hidden whole. */
  short: Set<string>
}

/** So many bytes in a row are no coincidence. */
export const WINDOW = 8

/** Takes record data apart, decoded or as bytes. */
export function leavesOf(contents: Iterable<unknown>): Leaves {
  const leaves: Leaves = { long: [], short: new Set() }
  const seen = new Set<object>()
  for (const content of contents) visit(content, leaves, seen)
  return leaves
}

function visit(content: unknown, leaves: Leaves, seen: Set<object>): void {
  if (content === null || content === undefined || typeof content === 'function') return
  if (typeof content !== 'object') {
    addText(String(content), leaves)
  } else if (!seen.has(content)) {
    seen.add(content)
    if (isUint8Array(content)) addBytes(content, leaves, seen)
    else for (const part of partsOf(content)) visit(part, leaves, seen)
  }
}

function partsOf(content: object): Iterable<unknown> {
  if (isDate(content)) return [Number.isNaN(content.getTime()) ? undefined : content.toISOString()]
  if (isMap(content) || isSet(content)) return content
  // Of an asymmetric matcher what it was made of.
  if ('asymmetricMatch' in content) return [(content as { sample?: unknown }).sample]
  if (Array.isArray(content)) return content
  // The names of a schema are short and known; what is long may well be an id.
  return [...Object.keys(content).filter(({ length }) => length >= WINDOW), ...Object.values(content)]
}

function addText(text: string, leaves: Leaves): void {
  const bytes = bytesOf(text)
  if (bytes.length >= WINDOW) leaves.long.push(bytes)
  else if (text !== '') addShort(text, leaves)
}

/** A short one also in the forms in which bytes are printed. */
function addShort(text: string, { short }: Leaves): void {
  short.add(text)
  const bytes = Buffer.from(text)
  if (bytes.length < 3) return
  const hex = bytes.toString('hex')
  const forms = [hex, hex.replaceAll(/(..)(?=.)/g, '$1 '), bytes.toString('base64'), bytes.toString('base64url')]
  for (const form of [...forms, [...bytes].join(','), [...bytes].join(', ')]) short.add(form)
}

function addBytes(bytes: Uint8Array, leaves: Leaves, seen: Set<object>): void {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (buffer.length >= WINDOW) leaves.long.push(buffer.toString('latin1'))
  else addShort(buffer.toString(), leaves)
  const first = buffer.find((byte) => byte > 0x20)
  // What can't be JSON need not be tried: { [ " - digits, t(rue), f(alse).
  if (first === undefined || !/[[{"\-0-9tf]/.test(String.fromCharCode(first))) return
  try {
    visit(JSON.parse(buffer.toString()), leaves, seen)
  } catch {
    // Bytes that are no JSON are known as a whole.
  }
}
