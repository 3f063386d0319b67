import { afterEach, expect as plain, test } from 'vitest'
import { z } from 'zod'
import { json } from '../../src/serdes/json.ts'
import { type Setting, setUp } from '../support/kafka.ts'
import { expect, failureOf } from '../support/matchers.ts'

let setting: Setting
afterEach(() => setting[Symbol.asyncDispose]())

async function received(value: unknown, key = 'o-1') {
  const orders = setting.kafka.topic('orders')
  await orders.produce({ key, value })
  return orders.receive({ key })
}

test('toMatchRecord matches a pattern as topics do', async () => {
  setting = await setUp()
  const record = await received({ type: 'rejected', reason: 'out of stock', items: [1, 2] })
  expect(record).toMatchRecord({ key: 'o-1', value: { reason: /stock/ } })
  expect(record).toMatchRecord(({ offset }) => offset === 0)
  expect(record).not.toMatchRecord({ value: { type: 'accepted' } })
  const wrong = { key: 'o-1', value: { type: 'accepted', reason: /stock/ }, headers: { trace: 't-1' } }
  plain(await failureOf(() => expect(record).toMatchRecord(wrong))).toMatchSnapshot()
  plain(await failureOf(() => expect(record).not.toMatchRecord({ key: 'o-1' }))).toMatchSnapshot()
  plain(await failureOf(() => expect(record).toMatchRecord(({ offset }) => offset > 0))).toMatchSnapshot()
  plain(await failureOf(() => expect(record).toMatchRecord({ kee: 1 } as never))).toMatchSnapshot()
  plain(await failureOf(() => plain({ a: 1 }).toMatchRecord({ key: 'o-1' }))).toMatchSnapshot()
})

test('a key that looks like a number is the text that it is', async () => {
  setting = await setUp()
  const record = await received({ type: 'accepted' }, '42')
  const wrong = { key: '42', value: { type: 'rejected' } }
  plain(await failureOf(() => expect(record).toMatchRecord(wrong))).toMatchSnapshot()
})

test('toBeTombstone holds for a record without a value', async () => {
  setting = await setUp()
  const tombstone = await received(null)
  expect(tombstone).toBeTombstone()
  const record = await received({ a: 1 }, 'o-2')
  expect(record).not.toBeTombstone()
  plain(await failureOf(() => expect(record).toBeTombstone())).toMatchSnapshot()
  plain(await failureOf(() => expect(tombstone).not.toBeTombstone())).toMatchSnapshot()
})

test('the null of JSON is no tombstone', async () => {
  setting = await setUp()
  const orders = setting.kafka.topic('orders', { value: json() })
  await setting.kafka.topic('orders').produce({ key: 'o-2', value: Buffer.from('null') })
  const record = await orders.receive({ key: 'o-2' })
  plain(record.value).toBeNull()
  expect(record).not.toBeTombstone()
  plain(await failureOf(() => expect(record).toBeTombstone())).toMatchSnapshot()
})

test('toConformToSchema takes a Standard Schema, synchronous or not, or a parse function', async () => {
  setting = await setUp()
  const record = await received({ sku: 'lamp', quantity: 0, lines: [{ n: 'x' }] })
  const schema = z.object({ sku: z.string(), quantity: z.int().positive(), lines: z.array(z.object({ n: z.int() })) })
  await expect(record).toConformToSchema(z.object({ sku: z.string() }))
  await expect(record).toConformToSchema(z.object({ sku: z.string().refine(async () => true) }))
  await expect(record).toConformToSchema({ parse: () => 'fine' })
  await expect(record).not.toConformToSchema(schema)
  await expect(record).not.toConformToSchema({
    parse: () => {
      throw new Error('no')
    },
  })
  plain(await failureOf(() => expect(record).toConformToSchema(schema))).toMatchSnapshot()
  plain(await failureOf(() => expect(record).not.toConformToSchema(z.object({})))).toMatchSnapshot()
  const failing = {
    parse: () => {
      throw new Error('sku is unknown')
    },
  }
  plain(await failureOf(() => expect(record).toConformToSchema(failing))).toMatchSnapshot()
  plain(await failureOf(() => expect(record).toConformToSchema({ type: 'object' } as never))).toMatchSnapshot()
  plain(await failureOf(() => plain('x').toConformToSchema(schema))).toMatchSnapshot()
})

test('toMatchRecordSnapshot makes stable what differs in each run', async () => {
  setting = await setUp({ broker: { partitions: 2 } })
  const [id, other] = [crypto.randomUUID(), crypto.randomUUID()]
  const orders = setting.kafka.topic('orders')
  await orders.produce({ key: 'early', value: 'in an earlier test', partition: 0 })
  await setting.nextTest()
  await orders.produce({ key: id, value: { id, at: new Date(), note: `follows ${other}` }, partition: 1 })
  await orders.produce([
    { key: 'o-1', value: { parent: id, n: 1 }, headers: { trace: other }, partition: 0 },
    { key: 'o-1', value: null, partition: 0 },
  ])
  await expect(orders).toMatchRecordSnapshot()
  await expect(orders).toMatchRecordSnapshot('by a name')
  const record = await orders.receive({ key: id })
  await expect(record).toMatchRecordSnapshot('one record')
  await expect([record, record]).toMatchRecordSnapshot('a list')
})

test('toMatchRecordSnapshot refuses what it can not do', async () => {
  setting = await setUp()
  const orders = setting.kafka.topic('orders')
  plain(await failureOf(() => expect(orders).not.toMatchRecordSnapshot())).toMatchSnapshot()
  plain(await failureOf(() => plain(3).toMatchRecordSnapshot())).toMatchSnapshot()
  plain(await failureOf(() => expect(orders).toMatchRecordSnapshot(3 as never))).toMatchSnapshot()
  plain(await failureOf(() => expect(orders).toMatchRecordSnapshot('hint', { quite: 3 } as never))).toMatchSnapshot()
  await orders.produce({ value: 'not JSON' })
  const unreadable = setting.kafka.topic('orders', { value: json() })
  plain(await failureOf(() => expect(unreadable).toMatchRecordSnapshot())).toMatchSnapshot()
})

test('a record knows its test: checks on it are recorded', async () => {
  setting = await setUp()
  const record = await received({ a: 1 })
  expect(record).toMatchRecord({ key: 'o-1' })
  expect(record).not.toBeTombstone()
  await expect(record).toConformToSchema(z.object({}))
  plain(setting.lines.filter(({ type }) => type === 'check')).toMatchObject([
    { matcher: 'toMatchRecord', subject: 'record orders/0@0', verdict: 'passed', negated: false },
    { matcher: 'toBeTombstone', verdict: 'passed', negated: true },
    { matcher: 'toConformToSchema', verdict: 'passed', expected: 'conforms to the schema' },
  ])
})

test('a record that a test made by hand is checked all the same', async () => {
  setting = await setUp()
  const record = { topic: 'orders', partition: 0, offset: 3, key: 'o-1', value: null, headers: {} }
  plain(record).toMatchRecord({ key: 'o-1' })
  plain(record).toBeTombstone()
  await plain({ ...record, value: { a: 1 } }).toConformToSchema(z.object({ a: z.int() }))
})
