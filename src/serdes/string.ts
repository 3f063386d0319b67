import { TextDecoder } from 'node:util'
import type { Serde } from './serde.ts'

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Text in UTF-8. Bytes that aren't are an error of the serde, not a record full of replacement characters. */
export const string: Serde<string> = {
  name: 'string',
  serialize: (value) => {
    if (typeof value !== 'string') throw new TypeError(`a string is wanted, this is ${typeof value}`)
    return Buffer.from(value)
  },
  deserialize: (bytes) => utf8.decode(bytes),
}
