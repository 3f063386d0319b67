import { isUint8Array } from 'node:util/types'
import { textOf } from '../base/utf8.ts'
import type { Serde } from './serde.ts'

/**
 * What a topic has when nothing is said: objects, numbers and booleans are written as JSON, strings as text, bytes as
 * they are. A key is read as text where it is UTF-8, else as bytes; a value as JSON where it is JSON, else as a key is.
 * `null` and numbers that don't survive (`12345678901234567890`, `1.0`) stay text.
 */
export const auto: Serde<unknown> = {
  name: 'auto',
  serialize: (value) => {
    if (typeof value === 'string') return Buffer.from(value)
    if (isUint8Array(value)) return value
    const text = JSON.stringify(value)
    if (text === undefined)
      throw new TypeError(`${typeof value} can't be written: pass an object, a string, a Buffer or null`)
    return Buffer.from(text)
  },
  deserialize: (bytes, { part }) => {
    const text = textOf(bytes)
    if (text === undefined) return bytes
    return part === 'key' ? text : (readJson(text) ?? text)
  },
}

const number = /^-?\d/
/** How JSON begins that is no number; `null` stays text. */
const json = /^[ \t\n\r]*(?:[[{"]|(?:true|false)[ \t\n\r]*$)/

/** What is no JSON by how it begins isn't parsed: an attempt that throws takes fifty times as long. */
function readJson(text: string): unknown {
  if (number.test(text)) {
    const value = Number(text)
    return Number.isFinite(value) && String(value) === text ? value : undefined
  }
  if (!json.test(text)) return undefined
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
