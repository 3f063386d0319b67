import { Kafka, logLevel } from 'kafkajs'
import { afterEach, expect as plain, test, vi } from 'vitest'
import { startPassThrough } from '../support/consumer.ts'
import { isReal, type Setting, setUp } from '../support/kafka.ts'
import { expect, failureOf } from '../support/matchers.ts'

// What goes wrong in a service or in a test of it, each mistake really made, and the message that has to name it.

let setting: Setting
afterEach(() => setting[Symbol.asyncDispose]())

const order = { key: 'o-1', value: { paymentId: 'p-1', amount: 20 } }
const brief = { timeout: 50 }

test('the service was never started, and the pattern asks for the key alone', async () => {
  setting = await setUp()
  const { kafka } = setting
  await kafka.createTopic('order-events')
  await kafka.topic('orders').produce(order)
  const failure = () => expect(kafka.topic('order-events')).toReceiveRecord({ key: 'o-1' }, brief)
  plain(await failureOf(failure)).toMatchSnapshot()
})

// Both settings would have the one cluster.
test.skipIf(isReal)('the service has other brokers', async () => {
  setting = await setUp()
  await using elsewhere = await setUp()
  const { kafka } = setting
  await startPassThrough(elsewhere.kafka, { to: 'order-events' })
  await kafka.topic('orders').produce(order)
  const failure = () => expect(kafka.topic('order-events')).toReceiveRecord(order, brief)
  plain(await failureOf(failure)).toMatchSnapshot()
})

test('a field is misspelt in the pattern', async () => {
  setting = await setUp()
  const { kafka } = setting
  await startPassThrough(kafka, { to: 'payments' })
  await kafka.topic('orders').produce(order)
  await expect(kafka.group('order-service')).toHaveCommittedOffset(1)
  const pattern = { key: 'o-1', value: { paymentID: 'p-1' } }
  plain(await failureOf(() => expect(kafka.topic('payments')).toReceiveRecord(pattern, brief))).toMatchSnapshot()
})

test('a header is misspelt, or in another case', async () => {
  setting = await setUp()
  const { kafka } = setting
  await startPassThrough(kafka, { to: 'payments', headers: { 'Content-Type': 'application/json', 'x-attempt': '1' } })
  await kafka.topic('orders').produce(order)
  const payments = kafka.topic('payments')
  await expect(kafka.group('order-service')).toHaveCommittedOffset(1)
  for (const headers of [{ 'x-attempts': '1' }, { 'content-type': 'application/json' }]) {
    plain(await failureOf(() => expect(payments).toReceiveRecord({ key: 'o-1', headers }, brief))).toMatchSnapshot()
  }
})

test('names of redacted records stay out of the hint, names of headers do not', async () => {
  setting = await setUp({ redaction: { records: true } })
  const { kafka } = setting
  await startPassThrough(kafka, { to: 'payments', headers: { 'x-attempt': '1' } })
  await kafka.topic('orders').produce(order)
  const payments = kafka.topic('payments')
  await expect(kafka.group('order-service')).toHaveCommittedOffset(1)
  const field = await failureOf(() => expect(payments).toReceiveRecord({ value: { paymentID: 'p-1' } }, brief))
  plain(field).not.toMatch(/paymentI/)
  plain(field).not.toContain('Hint')
  plain(
    await failureOf(() => expect(payments).toReceiveRecord({ headers: { 'x-attempts': '1' } }, brief)),
  ).toMatchSnapshot()
})

test('produced to a wrong topic, while a test before had a match', async () => {
  setting = await setUp()
  const { kafka } = setting
  await startPassThrough(kafka, { from: 'payment-requests', to: 'payments', groupId: 'billing', clientId: 'billing' })
  await kafka.topic('payment-requests').produce(order)
  await expect(kafka.topic('payments')).toReceiveRecord(order)
  await setting.nextTest()
  await startPassThrough(kafka, { from: 'payment-requests', to: 'payments', groupId: 'billing', clientId: 'billing' })
  await kafka.topic('payment-request').produce(order)
  plain(await failureOf(() => expect(kafka.topic('payments')).toReceiveRecord(order, brief))).toMatchSnapshot()
})

test('the service reads another topic, called otherwise', async () => {
  setting = await setUp()
  const { kafka } = setting
  await startPassThrough(kafka, { from: 'invoices', to: 'payments' })
  await kafka.topic('orders').produce(order)
  plain(await failureOf(() => expect(kafka.topic('payments')).toReceiveRecord(order, brief))).toMatchSnapshot()
})

// Where a group reads and what it was sent is known inside of the broker.
test.skipIf(isReal)('the service subscribed after the produce, and not from the beginning', async () => {
  setting = await setUp()
  const { kafka, scope } = setting
  await kafka.topic('orders').produce(order)
  await startPassThrough(kafka, { to: 'payments', fromBeginning: false })
  await vi.waitUntil(async () => (await scope.cluster.group('order-service'))?.partitions[0]?.atEnd)
  plain(await failureOf(() => expect(kafka.topic('payments')).toReceiveRecord(order, brief))).toMatchSnapshot()
})

// A real broker says so itself, or has them.
test.skipIf(isReal)('the service wants SASL or TLS of a listener that has none', async () => {
  setting = await setUp({ broker: { log: () => {} } })
  const { kafka, scope } = setting
  const sasl = { mechanism: 'plain', username: 'u', password: 'secret' } as const
  for (const security of [{ sasl }, { ssl: true }]) {
    const client = kafka.client({ clientId: 'billing', logLevel: logLevel.NOTHING, retry: { retries: 0 }, ...security })
    await plain(client.producer().connect()).rejects.toThrow()
    const failure = () => expect(kafka.topic('payments')).toReceiveRecord({ key: 'o-1' }, brief)
    plain(await failureOf(failure)).toMatchSnapshot()
    scope.timeline.length = 0
  }
})

test('the test has less time than what it waits for', async () => {
  setting = await setUp({ testTimeout: 200, timeout: 1500 })
  const { kafka } = setting
  // A real cluster answers in time when it was asked before: on a busy machine it takes a while to connect.
  await setting.scope.cluster.topics()
  const failure = () => expect(kafka.topic('payments')).toReceiveRecord({ key: 'o-1' })
  plain(await failureOf(failure)).toMatchSnapshot()
  plain(await failureOf(() => kafka.topic('payments').consume({ take: 1 }))).toMatchSnapshot()
})

// The embedded broker has acknowledged before anything else can happen.
test.skipIf(!isReal)('the test is over before the produce is acknowledged', async () => {
  setting = await setUp({ testTimeout: 2, timeout: 1500 })
  const { kafka } = setting
  plain(await failureOf(() => kafka.topic('orders').produce(order))).toMatchSnapshot()
})

// Who received what is known inside of the broker.
test.skipIf(isReal)('a handler throws, and its consumer gives up', async () => {
  setting = await setUp()
  const { kafka } = setting
  const answer = () => {
    throw new Error('no such sku')
  }
  const consumer = await startPassThrough(kafka, { to: 'payments', answer, retry: { retries: 0 } })
  const stopped = new Promise<void>((resolve) => consumer.on(consumer.events.CRASH, () => resolve()))
  await kafka.topic('orders').produce(order)
  await stopped
  await consumer.stop()
  await vi.waitUntil(async () => (await setting.scope.cluster.group('order-service'))?.members.length === 0)
  plain(await failureOf(() => expect(kafka.topic('payments')).toReceiveRecord(order, brief))).toMatchSnapshot()
  plain(await failureOf(() => expect(kafka.group('order-service')).toCatchUp(brief))).toMatchSnapshot()
})

test.skipIf(isReal)('a handler throws, and its consumer tries again', async () => {
  setting = await setUp()
  const { kafka } = setting
  let calls = 0
  const again = Promise.withResolvers<void>()
  const gate = Promise.withResolvers<void>()
  const answer = async () => {
    calls += 1
    if (calls === 1) throw new Error('no such sku')
    again.resolve()
    await gate.promise
  }
  await startPassThrough(kafka, { to: 'payments', answer, retry: { initialRetryTime: 10, retries: 5 } })
  await kafka.topic('orders').produce(order)
  await again.promise
  plain(await failureOf(() => expect(kafka.topic('payments')).toReceiveRecord(order, brief))).toMatchSnapshot()
  gate.resolve()
})

// By whom a record was written is known inside of the broker.
test.skipIf(isReal)('a record of an earlier test comes in through the application', async () => {
  setting = await setUp()
  const { kafka, scope } = setting
  const gate = Promise.withResolvers<void>()
  const received = Promise.withResolvers<void>()
  const service = new Kafka({ clientId: 'billing', brokers: [...scope.cluster.brokers], logLevel: logLevel.NOTHING })
  const [consumer, producer] = [service.consumer({ groupId: 'billing' }), service.producer()]
  await Promise.all([consumer.connect(), producer.connect()])
  await consumer.subscribe({ topic: 'orders', fromBeginning: true })
  await consumer.run({
    async eachMessage({ message: { key, value } }) {
      received.resolve()
      await gate.promise
      await producer.send({ topic: 'payments', messages: [{ key, value }] })
    },
  })
  await kafka.topic('orders').produce(order)
  await received.promise
  await setting.nextTest()
  await kafka.topic('orders').produce({ ...order, key: 'o-2' })
  gate.resolve()
  const payments = kafka.topic('payments')
  await expect(payments).toReceiveRecord({ key: 'o-2' })
  await expect(kafka.group('billing')).toCatchUp()
  const found = [
    () => expect(payments).toReceiveRecordCount(1),
    () => expect(payments).toReceiveRecords([{ key: 'o-2' }], { exactly: true }),
    () => expect(payments).not.toReceiveRecord({ key: 'o-1' }),
  ]
  for (const failure of found) plain(await failureOf(failure)).toMatchSnapshot()
  await Promise.all([consumer.disconnect(), producer.disconnect()])
})
