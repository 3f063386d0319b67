import { setImmediate } from 'node:timers/promises'
import { afterEach, expect as plain, test, vi } from 'vitest'
import { json } from '../../src/serdes/json.ts'
import type { Serde } from '../../src/serdes/serde.ts'
import { string } from '../../src/serdes/string.ts'
import { startApplication, startPassThrough } from '../support/consumer.ts'
import { isReal, type Setting, setUp } from '../support/kafka.ts'
import { expect, failureOf } from '../support/matchers.ts'

let setting: Setting
afterEach(() => setting[Symbol.asyncDispose]())

const brief = { timeout: 20 }
const rejected = { key: 'o-1', value: { type: 'rejected' } }

/** The hint at the end of the message, and that of `topic.receive()`, which has to be the same. */
async function hintOf(topic: string, pattern: object, options: object = brief): Promise<string> {
  const subject = setting.kafka.topic(topic)
  const message = await failureOf(() => expect(subject).toReceiveRecord(pattern, options))
  plain(hintIn(await failureOf(() => subject.receive(pattern, options)))).toBe(hintIn(message))
  return hintIn(message)
}

function hintIn(message: string): string {
  return message.slice(message.indexOf('Hint: '))
}

test('the record was there before the test began', async () => {
  setting = await setUp()
  await setting.kafka.topic('events').produce(rejected)
  await setting.nextTest()
  plain(await hintOf('events', rejected)).toMatchSnapshot()
})

test('the record came to another topic', async () => {
  setting = await setUp()
  const { kafka } = setting
  await kafka.createTopic('events')
  await startPassThrough(kafka, { to: 'order-events', answer: () => rejected.value })
  await kafka.topic('orders').produce({ key: 'o-1', value: {} })
  await expect(kafka.topic('order-events')).toReceiveRecord()
  plain(await hintOf('events', rejected)).toMatchSnapshot()
})

test('the record came to another partition', async () => {
  setting = await setUp()
  const events = await setting.kafka.createTopic('events', { partitions: 2 })
  await events.produce({ ...rejected, partition: 1 })
  plain(await hintOf('events', { ...rejected, partition: 0 })).toMatchSnapshot()
})

test('the record arrived after the deadline of an earlier check', async () => {
  setting = await setUp()
  const events = setting.kafka.topic('events')
  await events.produce({ key: 'o-2', value: {} })
  await failureOf(() => expect(events).toReceiveRecord(rejected, brief))
  await events.produce(rejected)
  plain(hintIn(await failureOf(() => expect(events).toReceiveRecord({ key: 'o-3' }, brief)))).toMatchSnapshot()
  plain(hintIn(await failureOf(() => expect(events).toReceiveRecordCount(3, brief)))).toMatchSnapshot()
})

// It is told by the broker when.
test.skipIf(isReal)('the record arrived just after the deadline', async () => {
  setting = await setUp()
  // Reading the first record takes until the deadline is over and the second one has come.
  const gate = Promise.withResolvers<void>()
  const reading = Promise.withResolvers<void>()
  const slow: Serde<string> = {
    name: 'slow',
    serialize: (text) => Buffer.from(text),
    deserialize: async (bytes) => {
      reading.resolve()
      if (bytes.toString() === 'first') await gate.promise
      return bytes.toString()
    },
  }
  const events = setting.kafka.topic('events', { value: slow })
  await events.produce({ value: 'first' })
  const message = failureOf(() => expect(events).toReceiveRecord({ value: 'second' }, brief))
  await reading.promise
  const began = performance.now()
  await vi.waitUntil(() => performance.now() - began > 30, { interval: 5 })
  // On a busy machine the matcher's timer is due in the same turn, and fires behind this one.
  await setImmediate()
  await events.produce({ value: 'second' })
  gate.resolve()
  plain(hintIn(await message)).toMatchSnapshot()
})

test('a value could not be decoded', async () => {
  setting = await setUp()
  const { kafka } = setting
  await kafka.topic('events').produce({ key: 'o-1', value: Buffer.from([0, 0, 0, 0, 7, 0xff, 0x10]) })
  const events = kafka.topic('events', { key: string, value: json<{ type: string }>() })
  const message = await failureOf(() => expect(events).toReceiveRecord({ value: { type: 'rejected' } }, brief))
  plain(message).toMatchSnapshot()
})

test('a key could not be decoded, by a serde without a name', async () => {
  setting = await setUp()
  const { kafka } = setting
  await kafka.topic('events').produce({ key: 'o-1', value: 1 })
  const key: Serde<number> = {
    serialize: (n) => Buffer.from([n]),
    deserialize: () => {
      throw new RangeError('3 bytes are no number')
    },
  }
  const events = kafka.topic('events', { key })
  plain(hintIn(await failureOf(() => expect(events).toReceiveRecord({ key: 1 }, brief)))).toMatchSnapshot()
})

test('the topic does not exist, and another is called nearly so', async () => {
  setting = await setUp()
  await setting.kafka.topic('order-events').produce({ value: 1 })
  plain(await hintOf('order-event', rejected)).toMatchSnapshot()
  plain(await hintOf('payments', rejected)).toMatchSnapshot()
})

test('no group has joined to read what was produced', async () => {
  setting = await setUp()
  await setting.kafka.createTopic('events')
  await setting.kafka.topic('orders').produce({ key: 'o-1', value: {} })
  plain(await hintOf('events', rejected)).toMatchSnapshot()
})

test('a group is rebalancing', async () => {
  setting = await setUp()
  const { kafka } = setting
  await kafka.createTopic('events')
  await kafka.createTopic('orders', { partitions: 2 })
  const busy = await startApplication(kafka, { gated: true })
  await kafka.topic('orders').produce({ value: 'a', partition: 0 })
  await busy.busy()
  const second = startApplication(kafka, { clientId: 'second' })
  await expect(kafka.group('order-service')).not.toHaveMembers(1)
  plain(await hintOf('events', rejected)).toMatchSnapshot()
  busy.release()
  await second
})

test('a group is stuck at an offset', async () => {
  setting = await setUp()
  const { kafka } = setting
  await kafka.createTopic('events')
  await startApplication(kafka)
  await kafka.topic('orders').produce({ value: 'handled' })
  await expect(kafka.group('order-service')).toHaveCommittedOffset(1)
  const busy = await startApplication(kafka, { groupId: 'billing', gated: true })
  await busy.busy()
  plain(await hintOf('events', rejected)).toMatchSnapshot()
  busy.release()
})

test('a group has no members any more', async () => {
  setting = await setUp()
  const { kafka } = setting
  await kafka.createTopic('events')
  const application = await startApplication(kafka)
  await kafka.topic('orders').produce({ value: 'handled' })
  await expect(kafka.group('order-service')).toHaveCommittedOffset(1)
  await application.disconnect()
  await kafka.topic('orders').produce({ value: 'left alone' })
  plain(await hintOf('events', rejected)).toMatchSnapshot()
})

test('a group that an earlier test left behind is no cause', async () => {
  setting = await setUp()
  const { kafka } = setting
  await kafka.createTopic('events')
  const application = await startApplication(kafka, { groupId: 'of an earlier test' })
  await kafka.topic('orders').produce({ value: 'handled' })
  await expect(kafka.group('of an earlier test')).toHaveCommittedOffset(1)
  await application.disconnect()
  await setting.nextTest()
  await kafka.topic('orders').produce({ value: 'nobody is there' })
  plain(await hintOf('events', rejected)).toMatchSnapshot()
})

test('only the type differs', async () => {
  setting = await setUp()
  const { kafka } = setting
  await kafka.topic('events').produce({ key: '7', value: { id: '7', open: 'true' } })
  plain(await hintOf('events', { value: { id: 7, open: 'true' } })).toMatchSnapshot()
  plain(await hintOf('events', { value: { id: '7', open: true } })).toMatchSnapshot()
  const typed = kafka.topic('events', { key: string })
  const message = await failureOf(() => expect(typed).toReceiveRecord({ key: 7 as never }, brief))
  plain(hintIn(message)).toMatchSnapshot()
})

test('nothing was produced at all', async () => {
  setting = await setUp()
  plain(await hintOf('events', rejected)).toMatchSnapshot()
  await setting.kafka.createTopic('events')
  plain(await hintOf('events', rejected)).toMatchSnapshot()
})

test('no hint where the data show no cause', async () => {
  setting = await setUp()
  const events = setting.kafka.topic('events')
  await events.produce({ key: 'o-1', value: { type: 'accepted' } })
  plain(await failureOf(() => expect(events).toReceiveRecord(rejected, brief))).not.toContain('Hint')
})
