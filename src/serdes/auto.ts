import { TextDecoder } from 'node:util'
import { isUint8Array } from 'node:util/types'
import type { Serde } from './serde.ts'

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/**
 * What a topic has when nothing is said: objects, numbers and booleans are written as JSON, strings as text, bytes as
 * they are. It reads JSON where it is JSON, else text where it is UTF-8, else bytes. `null` and numbers that don't
 * survive (`12345678901234567890`, `1.0`) stay text.
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
  deserialize: (bytes) => {
    let text: string
    try {
      text = utf8.decode(bytes)
    } catch {
      return bytes
    }
    return readJson(text) ?? text
  },
}

function readJson(text: string): unknown {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return undefined
  }
  return typeof value !== 'number' || String(value) === text ? value : undefined
}
