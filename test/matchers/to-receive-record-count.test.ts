import { afterEach, expect as plain, test } from 'vitest'
import { json } from '../../src/serdes/json.ts'
import { startApplication } from '../support/consumer.ts'
import { isReal, type Setting, setUp } from '../support/kafka.ts'
import { expect, failureOf } from '../support/matchers.ts'

let setting: Setting
afterEach(() => setting[Symbol.asyncDispose]())

const values = (...list: unknown[]) => list.map((value) => ({ value }))

test('holds when so many come, and it stays so', async () => {
  setting = await setUp()
  const orders = setting.kafka.topic('orders')
  const later = expect(orders).toReceiveRecordCount(3)
  await orders.produce(values(1, 2, 3))
  await later
  await expect(orders).toReceiveRecordCount(1, { where: { value: 2 } })
  await expect(orders).toReceiveRecordCount(0, { where: { value: 4 } })
  await expect(orders).not.toReceiveRecordCount(2)
  await expect(setting.kafka.topic('nobody-made-it')).toReceiveRecordCount(0)
})

test('an application that brings one more is waited for', async () => {
  setting = await setUp()
  const { kafka } = setting
  const application = await startApplication(kafka, {
    gated: true,
    handle: (value) => kafka.topic('events').produce({ value: `event of ${value}` }),
  })
  await kafka.topic('events').produce({ value: 'there already' })
  await kafka.topic('orders').produce({ value: 'a' })
  await application.busy()
  const wrong = failureOf(() => expect(kafka.topic('events')).toReceiveRecordCount(1))
  const right = expect(kafka.topic('events')).toReceiveRecordCount(2)
  application.release()
  plain(await wrong).toMatchSnapshot()
  await right
})

test('tells that there were too few', async () => {
  setting = await setUp()
  const orders = setting.kafka.topic('orders')
  await orders.produce(values(1, 2))
  plain(await failureOf(() => expect(orders).toReceiveRecordCount(3, { timeout: 20 }))).toMatchSnapshot()
  const some = { where: { value: 1 }, timeout: 20 }
  plain(await failureOf(() => expect(orders).toReceiveRecordCount(3, some))).toMatchSnapshot()
})

test('fails at once when there are too many', async () => {
  setting = await setUp()
  const orders = setting.kafka.topic('orders')
  await orders.produce(values(...Array.from({ length: 12 }, (_, n) => n)))
  plain(await failureOf(() => expect(orders).toReceiveRecordCount(3, { within: 60_000 }))).toMatchSnapshot()
})

test('.not tells that there were so many', async () => {
  setting = await setUp()
  const orders = setting.kafka.topic('orders')
  await orders.produce(values(1, 2))
  plain(await failureOf(() => expect(orders).not.toReceiveRecordCount(2))).toMatchSnapshot()
  const fixed = { within: 10, where: { value: /./ } }
  plain(await failureOf(() => expect(orders).not.toReceiveRecordCount(2, fixed))).toMatchSnapshot()
})

// A real cluster is waited for a fixed time.
test.skipIf(isReal)('fails when it can not be known', async () => {
  setting = await setUp()
  const { kafka } = setting
  const application = await startApplication(kafka, { gated: true })
  await kafka.topic('orders').produce({ value: 'a' })
  await application.busy()
  const orders = kafka.topic('orders')
  plain(await failureOf(() => expect(orders).toReceiveRecordCount(1, { timeout: 50 }))).toMatchSnapshot()
  plain(await failureOf(() => expect(orders).not.toReceiveRecordCount(2, { timeout: 50 }))).toMatchSnapshot()
  await expect(orders).not.toReceiveRecordCount(0, { timeout: 50 })
  application.release()
})

test('a record that can not be read counts, and fails a count of those that match', async () => {
  setting = await setUp()
  await setting.kafka.topic('orders').produce(values('not JSON'))
  const orders = setting.kafka.topic('orders', { value: json() })
  await expect(orders).toReceiveRecordCount(1)
  plain(await failureOf(() => expect(orders).toReceiveRecordCount(1, { where: { value: 1 } }))).toMatchSnapshot()
})

test('2,000 records that come one by one are counted while they come', async () => {
  setting = await setUp()
  const orders = setting.kafka.topic('orders')
  const counted = expect(orders).toReceiveRecordCount(2000, {
    where: ({ value }) => Number(value) >= 0,
    // How fast it counts is the bench's matter.
    timeout: 30_000,
  })
  const producer = await setting.kafka.producer()
  for (let n = 0; n < 2000; n += 50) {
    await Promise.all(
      Array.from({ length: 50 }, (_, i) => producer.send({ topic: 'orders', messages: [{ value: `${n + i}` }] })),
    )
  }
  await counted
})

test('refuses what is no count', async () => {
  setting = await setUp()
  const orders = setting.kafka.topic('orders')
  plain(await failureOf(() => expect(orders).toReceiveRecordCount(-1))).toMatchSnapshot()
  plain(await failureOf(() => expect(orders).toReceiveRecordCount('3' as never))).toMatchSnapshot()
  plain(await failureOf(() => expect(orders).toReceiveRecordCount(3, { were: {} } as never))).toMatchSnapshot()
  plain(await failureOf(() => expect(orders).toReceiveRecordCount(3, { where: { kee: 1 } as never }))).toMatchSnapshot()
})
