import type { Serde } from './serde.ts'

const serde: Serde<unknown> = {
  name: 'json',
  serialize: (value) => {
    const text = JSON.stringify(value)
    if (text === undefined) throw new TypeError(`${typeof value} has no form in JSON`)
    return Buffer.from(text)
  },
  deserialize: (bytes) => JSON.parse(bytes.toString('utf8')) as unknown,
}

/**
 * JSON; the type is what you say it is, nothing checks it (`toConformToSchema` does).
 *
 * @example
 * const orders = kafka.topic('orders', { value: json<Order>() })
 */
export function json<T = unknown>(): Serde<T> {
  return serde as Serde<T>
}
