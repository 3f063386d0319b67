import { afterEach, expect as plain, test, vi } from 'vitest'
import { startApplication } from '../support/consumer.ts'
import { isReal, type Setting, setUp } from '../support/kafka.ts'
import { expect, failureOf } from '../support/matchers.ts'

let setting: Setting
afterEach(() => setting[Symbol.asyncDispose]())

const brief = { timeout: 50 }
const records = (...values: string[]) => values.map((value) => ({ value, partition: 0 }))

/** An application at work on the first of three records. */
async function busyApplication({ partitions = 1 } = {}) {
  setting = await setUp()
  const { kafka } = setting
  await kafka.createTopic('orders', { partitions })
  const application = await startApplication(kafka, { gated: true })
  await kafka.topic('orders').produce(records('a', 'b', 'c'))
  await application.busy()
  return { application, group: kafka.group('order-service') }
}

test('each is waited for', async () => {
  const { application, group } = await busyApplication()
  await expect(group).toHaveMembers(1)
  await expect(group).toHaveLag(3)
  await expect(group).not.toCatchUp()
  const later = [
    expect(group).toCatchUp(),
    expect(group).toHaveLag(0),
    expect(group).not.toHaveLag(3),
    expect(group).toHaveCommittedOffset(3),
    expect(group).toHaveCommittedOffset(3, { topic: 'orders', partition: 0 }),
  ]
  application.release()
  await Promise.all(later)
  const left = expect(group).toHaveMembers(0)
  await application.disconnect()
  await left
  await setting.kafka.topic('orders').produce(records('d'))
  await expect(group).toHaveLag(1)
  await expect(group).not.toCatchUp()
  await expect(group).toHaveCommittedOffset(3)
})

test('a group that does not exist has no members, and nothing else', async () => {
  setting = await setUp()
  const group = setting.kafka.group('nobody')
  await expect(group).toHaveMembers(0)
  await expect(group).not.toCatchUp()
  await expect(group).not.toHaveLag(0)
  await expect(group).not.toHaveCommittedOffset(0)
})

test('lag is counted from the commit, as Kafka does, and not from what was received', async () => {
  setting = await setUp()
  const { kafka } = setting
  const application = await startApplication(kafka, { autoCommit: false })
  await kafka.topic('orders').produce(records('a', 'b'))
  await application.busy()
  const group = kafka.group('order-service')
  await expect(group).toHaveLag(2)
  await expect(group).not.toHaveLag(0)
  await expect(group).not.toCatchUp()
  await kafka.topic('orders').consume({ take: 1, group: 'other' })
  await expect(kafka.group('other')).toHaveLag(1)
})

// Where a reader is that has committed nothing is known in the broker only.
test.skipIf(isReal)('tells that a group began at the end of the log', async () => {
  setting = await setUp()
  const { kafka, scope } = setting
  await kafka.topic('orders').produce(records('a'))
  const consumer = await kafka.consumer({ groupId: 'order-service' })
  await consumer.subscribe({ topic: 'orders' })
  await consumer.run({ eachMessage: async () => {} })
  const group = kafka.group('order-service')
  await vi.waitUntil(async () => (await scope.cluster.group('order-service'))?.partitions[0]?.atEnd)
  plain(await failureOf(() => expect(group).toCatchUp(brief))).toMatchSnapshot()
})

test('tells where a group is stuck', async () => {
  const { application, group } = await busyApplication()
  plain(await failureOf(() => expect(group).toCatchUp(brief))).toMatchSnapshot()
  plain(await failureOf(() => expect(group).toHaveLag(0, brief))).toMatchSnapshot()
  plain(await failureOf(() => expect(group).toHaveCommittedOffset(3, brief))).toMatchSnapshot()
  plain(await failureOf(() => expect(group).toHaveMembers(2, brief))).toMatchSnapshot()
  application.release()
})

test('tells what held against .not', async () => {
  setting = await setUp()
  const { kafka } = setting
  await kafka.createTopic('orders', { partitions: 2 })
  await startApplication(kafka)
  await kafka.topic('orders').produce(records('a'))
  const group = kafka.group('order-service')
  await expect(group).toHaveCommittedOffset(1, { partition: 0 })
  plain(await failureOf(() => expect(group).not.toCatchUp(brief))).toMatchSnapshot()
  plain(await failureOf(() => expect(group).not.toHaveLag(0, brief))).toMatchSnapshot()
  const one = { ...brief, topic: 'orders', partition: 0 }
  plain(await failureOf(() => expect(group).not.toHaveCommittedOffset(1, one))).toMatchSnapshot()
  plain(await failureOf(() => expect(group).not.toHaveMembers(1, brief))).toMatchSnapshot()
})

test('asks which partition is meant', async () => {
  setting = await setUp()
  const { kafka } = setting
  await kafka.createTopic('orders', { partitions: 2 })
  await startApplication(kafka)
  const group = kafka.group('order-service')
  plain(await failureOf(() => expect(group).toHaveCommittedOffset(1, brief))).toMatchSnapshot()
  const none = { ...brief, topic: 'payments' }
  plain(await failureOf(() => expect(group).toHaveCommittedOffset(1, none))).toMatchSnapshot()
})

test('tells that a group never joined, and which did', async () => {
  setting = await setUp()
  const { kafka } = setting
  plain(await failureOf(() => expect(kafka.group('order-service')).toCatchUp(brief))).toMatchSnapshot()
  await startApplication(kafka)
  plain(await failureOf(() => expect(kafka.group('order-servic')).toCatchUp(brief))).toMatchSnapshot()
  plain(await failureOf(() => expect(kafka.group('billing')).toHaveMembers(1, brief))).toMatchSnapshot()
})

test('tells that a group is rebalancing', async () => {
  // A partition for each: kafkajs sleeps for 5 s where it has none.
  const { application, group } = await busyApplication({ partitions: 2 })
  const { kafka } = setting
  const joined = startApplication(kafka, { clientId: 'second' })
  await expect(group).not.toHaveMembers(1)
  plain(await failureOf(() => expect(group).toCatchUp(brief))).toMatchSnapshot()
  application.release()
  await joined
})

test('tells that a group has no members any more', async () => {
  setting = await setUp()
  const { kafka } = setting
  const application = await startApplication(kafka)
  await kafka.topic('orders').produce(records('a'))
  await expect(kafka.group('order-service')).toHaveCommittedOffset(1)
  await application.disconnect()
  await kafka.topic('orders').produce(records('b'))
  plain(await failureOf(() => expect(kafka.group('order-service')).toCatchUp(brief))).toMatchSnapshot()
})

test('refuses a wrong subject, number or option', async () => {
  setting = await setUp()
  const group = setting.kafka.group('order-service')
  plain(await failureOf(() => plain(setting.kafka.topic('orders')).toCatchUp())).toMatchSnapshot()
  plain(await failureOf(() => expect(group).toHaveLag('3' as never))).toMatchSnapshot()
  plain(await failureOf(() => expect(group).toHaveMembers(1.5))).toMatchSnapshot()
  plain(await failureOf(() => expect(group).toHaveCommittedOffset(undefined as never))).toMatchSnapshot()
  plain(await failureOf(() => expect(group).toCatchUp({ within: 3 } as never))).toMatchSnapshot()
})

test('lag counts from where the log starts, and the message says where that is', async () => {
  const { application, group } = await busyApplication()
  application.release()
  await expect(group).toCatchUp()
  await application.disconnect()
  const { kafka } = setting
  await kafka.topic('orders').produce(records('d', 'e', 'f', 'g'))
  const admin = await kafka.admin()
  // kafkajs deletes records only of topics that it has been asked about before.
  await admin.fetchTopicOffsets('orders')
  await admin.deleteTopicRecords({ topic: 'orders', partitions: [{ partition: 0, offset: '5' }] })
  await expect(group).toHaveLag(2)
  plain(await failureOf(() => expect(group).toHaveLag(4, brief))).toMatchSnapshot()
})
