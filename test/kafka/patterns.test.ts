import { afterAll, expect, test } from 'vitest'
import type { StoredRecord } from '../../src/cluster/cluster.ts'
import { Decoder } from '../../src/kafka/decoder.ts'
import { compare } from '../../src/kafka/patterns.ts'
import { type ReceivedRecord, UndecodableRecord } from '../../src/kafka/record.ts'
import { auto } from '../../src/serdes/auto.ts'
import { json } from '../../src/serdes/json.ts'
import { setUp } from '../support/kafka.ts'

const order = { type: 'rejected', reason: 'out of stock', items: [{ sku: 'lamp' }, { sku: 'bulb', n: 2 }], note: null }

const stored: StoredRecord = {
  topic: 'orders',
  partition: 1,
  offset: 4,
  timestamp: Date.UTC(2026, 0, 2),
  appendedAt: 0,
  sequence: 1,
  key: Buffer.from('o-1'),
  value: Buffer.from(JSON.stringify(order)),
  clientId: undefined,
  headers: [
    ['type', Buffer.from('created')],
    ['tag', Buffer.from('a')],
    ['tag', Buffer.from('b')],
    ['raw', Buffer.from([0xff])],
    ['none', null],
  ],
}

const setting = await setUp()
afterAll(() => setting[Symbol.asyncDispose]())

async function received(changes: Partial<StoredRecord> = {}, value = auto): Promise<ReceivedRecord> {
  const one = await new Decoder({ key: auto, value }, setting.scope).give({ ...stored, ...changes })
  if (one instanceof UndecodableRecord) throw one.error
  return one.record
}

const matching: [string, unknown][] = [
  ['nothing asked', {}],
  ['a subset, deeply', { key: 'o-1', value: { type: 'rejected', items: [{ sku: 'lamp' }, { sku: 'bulb' }] } }],
  ['a regular expression', { key: /^o-/, value: { reason: /stock/ }, headers: { type: /creat/ } }],
  ['an asymmetric matcher', { value: { reason: expect.stringContaining('stock'), items: expect.any(Array) } }],
  ['an asymmetric matcher of the record', expect.objectContaining({ partition: 1 })],
  ['a field that is absent', { value: { missing: undefined }, headers: { missing: undefined } }],
  ['nothing asked of a field', { partition: undefined, key: 'o-1' }],
  ['null inside of a value', { value: { note: null } }],
  ['a repeated header', { headers: { tag: ['a', /b/] } }],
  [
    'bytes of a header, also where they are text',
    { headers: { raw: Buffer.from([0xff]), type: Buffer.from('created') } },
  ],
  ['a header without a value', { headers: { none: null } }],
  ['bytes, whatever the serde made of them', { key: Buffer.from('o-1'), value: Buffer.from(JSON.stringify(order)) }],
  ['all the rest', { topic: 'orders', partition: 1, offset: 4, timestamp: new Date(Date.UTC(2026, 0, 2)) }],
  ['a predicate', (record: ReceivedRecord) => record.offset === 4],
]

test.each(matching)('%s matches', async (_, pattern) => {
  expect(compare(await received(), pattern)).toMatchObject({ pass: true, mismatches: [] })
})

const differing: [string, unknown, (string | number)[]][] = [
  ['another key', { key: 'o-2', value: { type: 'rejected' } }, ['key']],
  ['a value deep inside', { value: { items: [{ sku: 'lamp' }, { sku: 'desk' }] } }, ['value', 'items', 1, 'sku']],
  ['a list of another length', { value: { items: [{ sku: 'lamp' }] } }, ['value', 'items']],
  ['a field that should be absent', { value: { reason: undefined } }, ['value', 'reason']],
  ['a field that is missing', { value: { missing: null } }, ['value', 'missing']],
  ['one value of a repeated header', { headers: { tag: 'a' } }, ['headers', 'tag']],
  ['a tombstone', { value: null }, ['value']],
  ['no key', { key: undefined }, ['key']],
  ['a predicate', () => false, []],
  ['a predicate that throws', (record: { nothing: { at: { all: 1 } } }) => record.nothing.at.all, []],
]

test.each(differing)('%s differs, and where is known', async (_, pattern, path) => {
  const { pass, mismatches } = compare(await received(), pattern)
  expect(pass).toBe(false)
  expect(mismatches).toHaveLength(1)
  expect(mismatches[0]!.path).toEqual(path)
})

test('a tombstone matches null and undefined, and is neither the empty text nor the null of JSON', async () => {
  const tombstone = await received({ value: null, key: null })
  expect(compare(tombstone, { value: null }).pass).toBe(true)
  expect(compare(tombstone, { value: undefined, key: undefined }).pass).toBe(true)
  expect(compare(tombstone, { value: '' }).pass).toBe(false)
  expect(compare(await received({ value: Buffer.from('') }), { value: null }).pass).toBe(false)
  expect(compare(await received({ value: Buffer.from('null') }, json()), { value: null }).pass).toBe(false)
})

test('text that reads as a number matches as the text that was produced, and as the number', async () => {
  const record = await received({ key: Buffer.from('42'), value: Buffer.from('true') })
  expect(compare(record, { key: '42', value: 'true' }).pass).toBe(true)
  expect(compare(record, { value: true }).pass).toBe(true)
  expect(compare(record, { key: 42 }).pass).toBe(false)
  expect(compare(record, { key: /^4/ }).pass).toBe(true)
  expect(compare(record, { key: '43' }).pass).toBe(false)
})

test('custom equality testers are asked', async () => {
  const close = (a: unknown, b: unknown): boolean | undefined =>
    typeof a === 'number' && typeof b === 'number' ? Math.abs(a - b) < 0.1 : undefined
  const record = await received({ value: Buffer.from('{"price":0.30000000000000004}') })
  expect(compare(record, { value: { price: 0.3 } }).pass).toBe(false)
  expect(compare(record, { value: { price: 0.3 } }, [close]).pass).toBe(true)
})

test('maps, sets and dates that a serde made are equal or not', async () => {
  const serde = { ...auto, deserialize: () => ({ seen: new Set([1]), at: new Date(0), by: new Map([['a', 1]]) }) }
  const record = await received({}, serde)
  const pattern = (n: number) => ({ value: { seen: new Set([n]), at: new Date(n - 1), by: new Map([['a', n]]) } })
  expect(compare(record, pattern(1)).pass).toBe(true)
  expect(compare(record, pattern(2)).mismatches).toHaveLength(3)
})

test('the nearest record has the most leaves that match', async () => {
  const pattern = { key: 'o-1', value: { type: 'rejected', reason: 'other' } }
  expect(compare(await received(), pattern).matched).toBe(2)
})

test('a record prints and compares without its bytes, and a header may be called __proto__', async () => {
  const record = await received({ headers: [['__proto__', Buffer.from('x')]], value: Buffer.from('{}') })
  expect(Object.keys(record)).not.toContain('raw')
  expect(record.raw.value).toEqual(Buffer.from('{}'))
  expect(Object.entries(record.headers)).toEqual([['__proto__', 'x']])
  expect({ ...record, headers: {} }).toStrictEqual({
    topic: 'orders',
    partition: 1,
    offset: 4,
    timestamp: new Date(Date.UTC(2026, 0, 2)),
    key: 'o-1',
    value: {},
    headers: {},
  })
})
