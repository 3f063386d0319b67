import { afterEach, expect as plain, test } from 'vitest'
import { json } from '../../src/serdes/json.ts'
import { startApplication } from '../support/consumer.ts'
import { isReal, type Setting, setUp } from '../support/kafka.ts'
import { expect, failureOf } from '../support/matchers.ts'

let setting: Setting
afterEach(() => setting[Symbol.asyncDispose]())

test('holds for a record that is there, and for one that comes later', async () => {
  setting = await setUp()
  const orders = setting.kafka.topic('orders')
  await orders.produce({ key: 'o-1', value: { sku: 'lamp', quantity: 2 }, headers: { type: 'created' } })
  await expect(orders).toReceiveRecord()
  await expect(orders).toReceiveRecord({ key: 'o-1', value: { quantity: plain.any(Number) }, headers: { type: /^c/ } })

  const later = expect(orders).toReceiveRecord({ key: 'o-2' })
  await orders.produce({ key: 'o-2', value: { sku: 'desk' } })
  await later
})

test('sees what came since the test began, unless told otherwise', async () => {
  setting = await setUp()
  const orders = setting.kafka.topic('orders')
  await orders.produce({ value: 'early' })
  await setting.nextTest()
  await orders.produce({ value: 'now' })
  await expect(orders).toReceiveRecord({ value: 'now' })
  await expect(orders).not.toReceiveRecord({ value: 'early' })
  await expect(orders).toReceiveRecord({ value: 'early' }, { from: 'beginning' })
  await expect(orders).not.toReceiveRecord({ value: 'early' }, { from: { offset: 1 } })
})

test('a topic that nobody has made yet is waited for', async () => {
  setting = await setUp()
  const later = expect(setting.kafka.topic('new')).toReceiveRecord({ value: 'first' })
  await setting.kafka.topic('new').produce({ value: 'first' })
  await later
})

test('tells of the record that was closest', async () => {
  setting = await setUp()
  const { kafka } = setting
  const events = await kafka.createTopic('order-events', { partitions: 3 })
  await kafka.topic('orders').produce({ key: 'o-1', value: { sku: 'lamp' } })
  await events.produce([
    { key: 'o-2', value: { type: 'rejected' }, partition: 0 },
    { key: 'o-1', value: { type: 'accepted', quantity: 3, more: 'that nobody asked about' }, partition: 1 },
  ])
  const pattern = { key: 'o-1', value: { type: 'rejected', quantity: plain.any(Number), reason: /stock/ } }
  plain(await failureOf(() => expect(events).toReceiveRecord(pattern, { timeout: 20 }))).toMatchSnapshot()
})

test('tells which patterns are functions', async () => {
  setting = await setUp()
  const orders = setting.kafka.topic('orders')
  await orders.produce({ value: 1 })
  const isLarge = ({ value }: { value: unknown }): boolean => Number(value) > 99
  plain(await failureOf(() => expect(orders).toReceiveRecord(isLarge, { timeout: 20 }))).toMatchSnapshot()
})

test('shows of many events the first and last, those of the topic before others', async () => {
  setting = await setUp()
  const { kafka } = setting
  for (let n = 0; n < 12; n += 1) await kafka.topic('noise').produce({ key: `n-${n}`, value: n })
  for (let n = 0; n < 4; n += 1) await kafka.topic('orders').produce({ key: `o-${n}`, value: n })
  const message = await failureOf(() => expect(kafka.topic('orders')).toReceiveRecord({ key: 'x' }, { timeout: 20 }))
  plain(message).toMatchSnapshot()
})

test('says when the test itself has no more time', async () => {
  setting = await setUp({ timeout: 4000, testTimeout: 300 })
  const message = await failureOf(() => expect(setting.kafka.topic('orders')).toReceiveRecord({ key: 'o-1' }))
  plain(message).toContain('Timeout:   4000 ms, cut short 150 ms before the end of the test, which has 300 ms in all')
})

test('.not holds once the cluster is settled', async () => {
  setting = await setUp()
  const { kafka } = setting
  const application = await startApplication(kafka, {
    gated: true,
    handle: (value) => kafka.topic('events').produce({ value: `event of ${value}` }),
  })
  await kafka.topic('orders').produce({ value: 'a' })
  await application.busy()
  const absent = expect(kafka.topic('events')).not.toReceiveRecord({ value: 'event of b' })
  const message = failureOf(() => expect(kafka.topic('events')).not.toReceiveRecord({ value: /^event/ }))
  application.release()
  await absent
  plain(await message).toMatchSnapshot()
})

// A real cluster is waited for a fixed time.
test.skipIf(isReal)('.not fails when it can not be known', async () => {
  setting = await setUp()
  const { kafka } = setting
  const application = await startApplication(kafka, { gated: true })
  await kafka.topic('orders').produce({ value: 'a' })
  await application.busy()
  const message = failureOf(() => expect(kafka.topic('events')).not.toReceiveRecord({ key: 'o-1' }, { timeout: 50 }))
  plain(await message).toMatchSnapshot()
  // A fixed time is what the test asked for, so it decides.
  await expect(kafka.topic('events')).not.toReceiveRecord({ key: 'o-1' }, { within: 20 })
  application.release()
})

test('.not fails for a record that can not be read: it may be the one', async () => {
  setting = await setUp()
  await setting.kafka.topic('orders').produce({ value: 'not JSON' })
  const orders = setting.kafka.topic('orders', { value: json() })
  plain(await failureOf(() => expect(orders).not.toReceiveRecord({ value: { sku: 'lamp' } }))).toMatchSnapshot()
  // By its key it is known not to be.
  await expect(orders).not.toReceiveRecord({ key: 'o-1', value: { sku: 'lamp' } })
})

test('.not fails at once for a record that is there', async () => {
  setting = await setUp()
  const orders = setting.kafka.topic('orders')
  await orders.produce({ key: 'o-1', value: { sku: 'lamp' }, headers: { trace: 't-1' } })
  plain(await failureOf(() => expect(orders).not.toReceiveRecord({ key: 'o-1' }, { within: 60_000 }))).toMatchSnapshot()
})

test('expect.poll asks without waiting, and only its answer is recorded', async () => {
  setting = await setUp()
  const orders = setting.kafka.topic('orders')
  const polled = expect.poll(() => orders).toReceiveRecord({ value: 'late' })
  await orders.produce({ value: 'late' })
  await polled
  await expect.poll(() => orders).not.toReceiveRecord({ value: 'never' })
  const checks = setting.lines.filter(({ type }) => type === 'check')
  plain(checks).toMatchObject([
    { verdict: 'passed', negated: false },
    { verdict: 'passed', negated: true },
  ])
})

test.each([
  ['a group', () => setting.kafka.group('order-service')],
  ['a text', () => 'orders'],
  ['a promise', () => Promise.resolve(setting.kafka.topic('orders'))],
  ['nothing', () => undefined],
])('refuses %s', async (_, subject) => {
  setting = await setUp()
  plain(await failureOf(() => plain(subject()).toReceiveRecord({ key: 'o-1' }))).toMatchSnapshot()
})

test('refuses a pattern or an option that could never be right, naming the nearest', async () => {
  setting = await setUp()
  const orders = setting.kafka.topic('orders')
  plain(await failureOf(() => expect(orders).toReceiveRecord({ vlaue: 1 } as never))).toMatchSnapshot()
  plain(await failureOf(() => expect(orders).toReceiveRecord('o-1' as never))).toMatchSnapshot()
  plain(await failureOf(() => expect(orders).toReceiveRecord({}, { timout: 1 } as never))).toMatchSnapshot()
  plain(await failureOf(() => expect(orders).toReceiveRecord({}, { timeout: '1 s' } as never))).toMatchSnapshot()
})

test('an error shows where the test called', async () => {
  setting = await setUp()
  const orders = setting.kafka.topic('orders')
  const stackOf = (work: () => unknown): Promise<string> =>
    Promise.resolve()
      .then(work)
      .then(
        () => '',
        (error: Error) => error.stack ?? '',
      )
  const firstFrame = /\n +at .*/
  const wrong = await stackOf(() => expect(orders).toReceiveRecord({}, { timout: 1 } as never))
  plain(wrong.replaceAll(/\n +at .*node_modules.*/g, '').match(firstFrame)?.[0]).toContain('to-receive-record.test.ts')
  const failed = await stackOf(async () => await expect(orders).toReceiveRecord({ key: 'x' }, { timeout: 10 }))
  plain(failed).toContain('to-receive-record.test.ts')
})

test('of very many records the closest is one of the latest or has the key, and the message says so', async () => {
  setting = await setUp()
  const orders = setting.kafka.topic('orders')
  await orders.produce(Array.from({ length: 3200 }, (_, n) => ({ key: `o-${n}`, value: { type: 'accepted' } })))
  const closestTo = async (pattern: object) => {
    const message = await failureOf(() => expect(orders).toReceiveRecord(pattern, { timeout: 20 }))
    return [message.match(/Received: .*/)?.[0], message.match(/Closest record: .*/)?.[0]]
  }
  plain(await closestTo({ key: 'o-5', value: { type: 'rejected' } })).toMatchInlineSnapshot(`
    [
      "Received:  3200 records since the test began; none matches",
      "Closest record: orders/0@5, <n> ms into the test (3001 of the 3200 records were looked at: the latest, and those of its key)",
    ]
  `)
  plain(await closestTo({ key: /none/, value: { type: 'accepted' } })).toMatchInlineSnapshot(`
    [
      "Received:  3200 records since the test began; none matches",
      "Closest record: orders/0@3199, <n> ms into the test (3000 of the 3200 records were looked at: the latest, and those of its key)",
    ]
  `)
})
