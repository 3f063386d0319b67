import { expect, test } from 'vitest'
import { auto, bytes, json, type Serde, string } from '../../src/index.ts'

const context = { topic: 'orders', part: 'value' } as const
const roundTrip = async <T>(serde: Serde<T>, value: T): Promise<T> =>
  serde.deserialize(Buffer.from(await serde.serialize(value, context)), context)
const read = (content: string | number[]): unknown => auto.deserialize(Buffer.from(content as string), context)

test.each([{ a: [1, { b: null }] }, [1], 'text', '', 'ä€😀', 7, -1.5, true, Buffer.from([0xff, 0])])(
  'the automatic serde reads back %j',
  async (value) => {
    expect(await roundTrip(auto, value)).toEqual(value)
  },
)

test('the automatic serde reads JSON where nothing is lost by it, else text, else bytes', () => {
  expect(read('{"a":1}')).toEqual({ a: 1 })
  expect(read('{"a":1')).toBe('{"a":1')
  expect(read('12345678901234567890')).toBe('12345678901234567890')
  expect(read('1.0')).toBe('1.0')
  expect(read('null')).toBe('null')
  expect(read([0xc3])).toEqual(Buffer.from([0xc3]))
})

test.each(['3', '"q"', '{"a":1}', 'true', 'null', ' x'])(
  'the automatic serde reads the key %j as the text that it is',
  (key) => {
    expect(auto.deserialize(Buffer.from(key), { topic: 'orders', part: 'key' })).toBe(key)
  },
)

test.each([
  'lamp',
  '2026-01-02',
  '3 lamps',
  '-',
  '-Infinity',
  '0x10',
  'truest',
  'falsehood',
  'Infinity',
  '[draft] x',
  '{x',
  '\ufeff{}',
])('the automatic serde reads %j as text', (content) => {
  expect(read(content)).toBe(content)
})

test('the automatic serde reads JSON with space around it', () => {
  expect(read(' {"a": 1}\n')).toEqual({ a: 1 })
  expect(read('\ttrue\n')).toBe(true)
})

test('what has no form in bytes is refused', () => {
  expect(() => auto.serialize(Symbol('x'), context)).toThrow('symbol')
  expect(() => json().serialize(() => {}, context)).toThrow('function')
  expect(() => json().serialize(3n, context)).toThrow('BigInt')
  expect(() => string.serialize(3 as never, context)).toThrow('a string is wanted')
  expect(() => bytes.serialize('x' as never, context)).toThrow('a Buffer is wanted')
})

test('bytes that are not what the serde reads are an error', () => {
  expect(() => json().deserialize(Buffer.from('{'), context)).toThrow('JSON')
  expect(() => string.deserialize(Buffer.from([0xff]), context)).toThrow('these bytes are not UTF-8')
})

test('the others read back what they wrote', async () => {
  expect(await roundTrip(string, '{"a":1}')).toBe('{"a":1}')
  expect(await roundTrip(json<unknown>(), null)).toBe(null)
  expect(await roundTrip(bytes, Buffer.from('x'))).toEqual(Buffer.from('x'))
})
