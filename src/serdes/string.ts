import { textOf } from '../base/utf8.ts'
import type { Serde } from './serde.ts'

/** Text in UTF-8. Bytes that aren't are an error of the serde, not a record full of replacement characters. */
export const string: Serde<string> = {
  name: 'string',
  serialize: (value) => {
    if (typeof value !== 'string') throw new TypeError(`a string is wanted, this is ${typeof value}`)
    return Buffer.from(value)
  },
  deserialize: (bytes) => {
    const text = textOf(bytes)
    if (text === undefined) throw new TypeError('these bytes are not UTF-8')
    return text
  },
}
