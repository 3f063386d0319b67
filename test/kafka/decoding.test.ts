import fc from 'fast-check'
import { afterEach, expect as plain, test } from 'vitest'
import type { StoredRecord } from '../../src/cluster/cluster.ts'
import { Decoder } from '../../src/kafka/decoder.ts'
import { lookFor } from '../../src/kafka/looking.ts'
import { compare } from '../../src/kafka/patterns.ts'
import { UndecodableRecord } from '../../src/kafka/record.ts'
import { auto } from '../../src/serdes/auto.ts'
import type { Serde } from '../../src/serdes/serde.ts'
import { string } from '../../src/serdes/string.ts'
import { type Setting, setUp } from '../support/kafka.ts'
import { expect } from '../support/matchers.ts'

let setting: Setting
afterEach(() => setting[Symbol.asyncDispose]())

interface Order {
  n: number
  tags: string[]
}

/** JSON that notes what it was asked to read. */
function counting({ asynchronous = false } = {}): Serde<Order> & { readonly read: string[] } {
  const read: string[] = []
  return {
    read,
    serialize: (value) => Buffer.from(JSON.stringify(value)),
    deserialize(bytes) {
      read.push(bytes.toString())
      const value = JSON.parse(bytes.toString()) as Order
      return asynchronous ? Promise.resolve(value) : value
    },
  }
}

const order = (n: number) => ({ key: `o-${n}`, value: { n, tags: ['b', 'a'] }, headers: { even: String(n % 2 === 0) } })
const orders = (count: number) => Array.from({ length: count }, (_, n) => order(n))
const textOf = (n: number): string => JSON.stringify(order(n).value)

test.each([false, true])(
  'a value is decoded once, and only where all else matches (asynchronous: %s)',
  async (asynchronous) => {
    setting = await setUp()
    const value = counting({ asynchronous })
    const topic = setting.kafka.topic('orders', { value })
    await topic.produce(orders(6))
    await expect(topic).toReceiveRecordCount(6)
    await expect(topic).toReceiveRecord({ offset: 3 })
    await expect(topic).toReceiveRecord({ key: 'o-4', headers: { even: 'true' } })
    await expect(topic).toReceiveRecords([{ key: 'o-1' }, { key: 'o-2' }], { order: 'strict' })
    plain(value.read).toEqual([])
    await expect(topic).toReceiveRecord({ key: 'o-4', value: { n: 4 } })
    plain(value.read).toEqual([textOf(4)])
    await expect(topic).toReceiveRecord({ headers: { even: 'false' }, value: { n: 5 } })
    plain(value.read).toEqual([4, 1, 3, 5].map(textOf))
    await expect(topic).not.toReceiveRecord({ value: { n: 9 } })
    await expect(topic).toReceiveRecordCount(1, { where: { value: { n: 2 } } })
    await setting.nextTest()
    await expect(topic).toReceiveRecord({ value: { n: 0 } }, { from: 'beginning' })
    plain(value.read.toSorted()).toEqual([0, 1, 2, 3, 4, 5].map(textOf))
  },
)

test.each([false, true])('many that wait look at each new record once (asynchronous: %s)', async (asynchronous) => {
  setting = await setUp()
  const value = counting({ asynchronous })
  const topic = setting.kafka.topic('orders', { value })
  await topic.produce(order(0))
  const waiting = Array.from({ length: 1000 }, (_, n) => expect(topic).toReceiveRecord({ value: { n: 1 + (n % 5) } }))
  for (const n of [1, 2, 3, 4, 5]) await topic.produce(order(n))
  await Promise.all(waiting)
  plain(value.read.toSorted()).toEqual([0, 1, 2, 3, 4, 5].map(textOf))
})

test('what a test does to a record is seen by nobody else', async () => {
  setting = await setUp()
  const topic = setting.kafka.topic('orders', { value: counting() })
  await topic.produce(order(1))
  const pattern = { value: { tags: ['b', 'a'] } }
  await expect(topic).toReceiveRecord(pattern)
  const record = await topic.receive(pattern)
  record.value.tags.sort()
  await expect(topic).toReceiveRecord(({ value }) => value.tags.sort().at(0) === 'a')
  for (const one of await topic.records()) one.value.tags.length = 0
  for (const one of await topic.consume()) one.value.tags.length = 0
  await expect(topic).toReceiveRecord(pattern)
  plain(await topic.records({ where: pattern })).toHaveLength(1)
})

test('one topic by several serdes', async () => {
  setting = await setUp()
  await setting.kafka.topic('orders').produce(order(1))
  for (const _ of [1, 2]) {
    await expect(setting.kafka.topic('orders', { value: string })).toReceiveRecord({ value: textOf(1) })
    await expect(setting.kafka.topic('orders', { value: counting() })).toReceiveRecord({ value: { n: 1 } })
    await expect(setting.kafka.topic('orders')).toReceiveRecord({ value: { tags: ['b', 'a'] } })
  }
})

test('a record is held against a pattern as by a comparison of all of it', async () => {
  setting = await setUp()
  const decoder = new Decoder({ key: auto, value: auto }, setting.scope)
  const texts = ['', 'a', '1', 'true', 'null', '"a"', '{"a":1}', '[1]', '\u{fffd}']
  const content = fc.oneof(
    fc.constant(null),
    fc.constantFrom(...texts).map((text) => Buffer.from(text)),
    fc.jsonValue().map((value) => Buffer.from(JSON.stringify(value))),
    fc.uint8Array({ maxLength: 4 }).map((bytes) => Buffer.from(bytes)),
  )
  const stored = fc.record({
    key: content,
    value: content,
    headers: fc.array(fc.tuple(fc.constantFrom('a', 'b'), content)),
  })
  const wanted = fc.oneof(
    fc.constant(undefined),
    fc.constant(null),
    fc.constant(/^[a1{]/),
    fc.constant('\ud800'),
    fc.constantFrom(...texts),
    fc.jsonValue(),
    fc.uint8Array({ maxLength: 4 }),
    fc.constantFrom(expect.any(Object), expect.anything(), expect.stringContaining('a')),
    fc.constant({ a: 1 }),
  )
  const pattern = fc.record(
    {
      topic: fc.constantFrom('orders', 'others'),
      partition: fc.constantFrom(0, 1),
      offset: fc.constantFrom(0, 1),
      key: wanted,
      value: wanted,
      headers: fc.dictionary(fc.constantFrom('a', 'b'), wanted),
    },
    { requiredKeys: [] },
  )
  await fc.assert(
    fc.asyncProperty(stored, pattern, async (parts, asked) => {
      const record: StoredRecord = {
        topic: 'orders',
        partition: 0,
        offset: 0,
        timestamp: 0,
        appendedAt: 0,
        sequence: 1,
        clientId: undefined,
        ...parts,
      }
      const one = await decoder.give(record)
      if (one instanceof UndecodableRecord) throw one.error
      plain(await lookFor(asked, decoder)(record)).toBe(compare(one.record, asked).pass)
    }),
    { numRuns: 2000 },
  )
})
