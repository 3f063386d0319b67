/** Whose bytes these are. */
export interface SerdeContext {
  readonly topic: string
  readonly part: 'key' | 'value'
}

/**
 * How keys or values become bytes and back; both ways may be asynchronous. `null` (a tombstone, a record without a key)
 * never reaches a serde.
 *
 * @example
 * const upperCase: Serde<string> = {
 *   name: 'upper case',
 *   serialize: (value) => Buffer.from(value.toUpperCase()),
 *   deserialize: (bytes) => bytes.toString(),
 * }
 */
export interface Serde<T> {
  /** How messages and the history call it. Default "custom". */
  readonly name?: string
  /** Paths of the schema's fields by the tags that they carry, for the rules of redaction: `{ PII: ['$.email'] }`. */
  readonly tags?: Readonly<Record<string, readonly string[]>>
  serialize(value: T, context: SerdeContext): Uint8Array | Promise<Uint8Array>
  deserialize(bytes: Buffer, context: SerdeContext): T | Promise<T>
}
