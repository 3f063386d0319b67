import { isUint8Array } from 'node:util/types'
import type { Serde } from './serde.ts'

/** Bytes as they are. */
export const bytes: Serde<Buffer> = {
  name: 'bytes',
  serialize: (value) => {
    if (!isUint8Array(value)) throw new TypeError(`a Buffer is wanted, this is ${typeof value}`)
    return value
  },
  deserialize: (value) => value,
}
