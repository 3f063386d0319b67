import { afterEach, expect as plain, test } from 'vitest'
import { json } from '../../src/serdes/json.ts'
import { startApplication } from '../support/consumer.ts'
import { isReal, type Setting, setUp } from '../support/kafka.ts'
import { expect, failureOf } from '../support/matchers.ts'

let setting: Setting
afterEach(() => setting[Symbol.asyncDispose]())

const brief = { timeout: 20 }

test('each pattern needs a record of its own, in any order', async () => {
  setting = await setUp()
  const orders = setting.kafka.topic('orders')
  const later = expect(orders).toReceiveRecords([{ key: /^o/ }, { key: 'o-1' }])
  await orders.produce({ key: 'o-1', value: 'a' })
  await orders.produce({ key: 'o-2', value: 'b' })
  await later
  await expect(orders).toReceiveRecords([])
  await expect(orders).not.toReceiveRecords([{ key: 'o-1' }, { key: 'o-1' }])
})

test('strict order is that of the patterns, with others between', async () => {
  setting = await setUp()
  const orders = setting.kafka.topic('orders')
  await orders.produce(['a', 'x', 'b', 'c'].map((value) => ({ value })))
  await expect(orders).toReceiveRecords([{ value: 'a' }, { value: 'b' }, { value: 'c' }], { order: 'strict' })
  await expect(orders).not.toReceiveRecords([{ value: 'b' }, { value: 'a' }], { order: 'strict' })
})

test('each order within a partition is that of the offsets, whatever the timestamps', async () => {
  setting = await setUp()
  const orders = await setting.kafka.createTopic('orders')
  const base = Date.now()
  for (const n of [300, 100, 200]) await orders.produce({ key: 'k', value: n, timestamp: base + n })
  for (const order of ['strict', 'per-key', 'per-partition'] as const) {
    await expect(orders).toReceiveRecords([{ value: 300 }, { value: 100 }, { value: 200 }], { order })
    await expect(orders).not.toReceiveRecords([{ value: 100 }, { value: 200 }, { value: 300 }], { order })
  }
})

test('per key, each key has an order of its own', async () => {
  setting = await setUp()
  const orders = await setting.kafka.createTopic('orders', { partitions: 2 })
  for (const [key, value, partition] of [
    ['a', 1, 0],
    ['b', 1, 1],
    ['a', 2, 1],
    ['b', 2, 1],
  ] as const) {
    await orders.produce({ key, value, partition })
  }
  const [a1, a2, b1, b2] = ['a', 'b'].flatMap((key) => [1, 2].map((value) => ({ key, value })))
  await expect(orders).toReceiveRecords([b1!, b2!, a1!, a2!], { order: 'per-key' })
  await expect(orders).not.toReceiveRecords([a2!, a1!], { order: 'per-key' })
  // Whichever key it is, two of the same come in this order.
  await expect(orders).toReceiveRecords(
    [
      { key: /./, value: 1 },
      { key: /./, value: 2 },
    ],
    { order: 'per-key' },
  )
})

test('per partition, each partition has an order of its own', async () => {
  setting = await setUp()
  const orders = await setting.kafka.createTopic('orders', { partitions: 2 })
  await orders.produce({ value: 'second', partition: 1 })
  await orders.produce({ value: 'first', partition: 0 })
  const patterns = [{ value: 'first' }, { value: 'second' }]
  await expect(orders).toReceiveRecords(patterns, { order: 'per-partition' })
  await expect(orders).not.toReceiveRecords(patterns, { order: 'strict' })
  await orders.produce([
    { value: 'b', partition: 0 },
    { value: 'a', partition: 0 },
  ])
  await expect(orders).not.toReceiveRecords([{ value: 'a' }, { value: 'b' }], { order: 'per-partition' })
})

test('exactly these holds once nothing more is to come', async () => {
  setting = await setUp()
  const { kafka } = setting
  const application = await startApplication(kafka, {
    gated: true,
    handle: (value) => kafka.topic('events').produce({ value: `event of ${value}` }),
  })
  await kafka.topic('orders').produce([{ value: 'a' }, { value: 'b' }])
  await application.busy()
  const patterns = [{ value: 'event of a' }, { value: 'event of b' }]
  const exact = expect(kafka.topic('events')).toReceiveRecords(patterns, { exactly: true })
  const wrong = failureOf(() => expect(kafka.topic('events')).toReceiveRecords(patterns.slice(0, 1), { exactly: true }))
  application.release()
  await exact
  await expect(kafka.topic('events')).not.toReceiveRecords(patterns.slice(0, 1), { exactly: true })
  plain(await wrong).toMatchSnapshot()
  const negated = failureOf(() => expect(kafka.topic('events')).not.toReceiveRecords(patterns, { exactly: true }))
  plain(await negated).toMatchSnapshot()
})

test('tells which patterns found no record', async () => {
  setting = await setUp()
  const orders = setting.kafka.topic('orders')
  await orders.produce([
    { key: 'o-1', value: { type: 'created', quantity: 1 } },
    { key: 'o-2', value: { type: 'created', quantity: 2 } },
  ])
  const patterns = [{ key: 'o-1' }, { key: 'o-2', value: { type: 'created', quantity: 3 } }, { key: /o/ }]
  plain(await failureOf(() => expect(orders).toReceiveRecords(patterns, brief))).toMatchSnapshot()
})

test('tells that the order is another', async () => {
  setting = await setUp()
  const orders = setting.kafka.topic('orders')
  await orders.produce(['b', 'a', 'c'].map((value) => ({ value })))
  const patterns = [{ value: 'a' }, { value: 'b' }, { value: 'c' }]
  plain(
    await failureOf(() => expect(orders).toReceiveRecords(patterns, { order: 'strict', ...brief })),
  ).toMatchSnapshot()
})

test('.not tells that all came', async () => {
  setting = await setUp()
  const orders = setting.kafka.topic('orders')
  await orders.produce(['a', 'b'].map((value) => ({ value })))
  plain(await failureOf(() => expect(orders).not.toReceiveRecords([{ value: 'a' }, { value: 'b' }]))).toMatchSnapshot()
})

// A real cluster is waited for a fixed time.
test.skipIf(isReal)('fails when it can not be known', async () => {
  setting = await setUp()
  const { kafka } = setting
  const application = await startApplication(kafka, { gated: true })
  await kafka.topic('orders').produce({ value: 'a' })
  await application.busy()
  const orders = kafka.topic('orders')
  const options = { timeout: 50 }
  plain(
    await failureOf(() => expect(orders).toReceiveRecords([{ value: 'a' }], { exactly: true, ...options })),
  ).toMatchSnapshot()
  plain(await failureOf(() => expect(orders).not.toReceiveRecords([{ value: 'b' }], options))).toMatchSnapshot()
  application.release()
})

test('.not fails for a record that can not be read', async () => {
  setting = await setUp()
  await setting.kafka.topic('orders').produce({ value: 'not JSON' })
  const orders = setting.kafka.topic('orders', { value: json() })
  plain(await failureOf(() => expect(orders).not.toReceiveRecords([{ value: 1 }]))).toMatchSnapshot()
})

test('refuses what is no list of patterns', async () => {
  setting = await setUp()
  const orders = setting.kafka.topic('orders')
  plain(await failureOf(() => expect(orders).toReceiveRecords({ key: 'a' } as never))).toMatchSnapshot()
  plain(await failureOf(() => expect(orders).toReceiveRecords([{ key: 'a' }, { kye: 'b' } as never]))).toMatchSnapshot()
  plain(await failureOf(() => expect(orders).toReceiveRecords([], { order: 'stric' } as never))).toMatchSnapshot()
})

test('the cause is named where more came than patterns, too', async () => {
  setting = await setUp()
  const orders = setting.kafka.topic('orders')
  await orders.produce([1, 2, 3].map((n) => ({ key: `o-${n}`, value: { paymentId: n } })))
  const patterns = [{ key: 'o-1' }, { key: 'o-2', value: { paymentID: 2 } }]
  plain(await failureOf(() => expect(orders).toReceiveRecords(patterns, { timeout: 20 }))).toMatchSnapshot()
})
