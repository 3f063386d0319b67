import kafkajs, { type Kafka, type Producer } from 'kafkajs'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type OpenBroker, openBroker } from '../../../src/broker/listener.ts'

const { logLevel } = kafkajs

let broker: OpenBroker
let kafka: Kafka
const producers: Producer[] = []

beforeEach(async () => {
  broker = await openBroker()
  kafka = new kafkajs.Kafka({ brokers: [...broker.brokers], clientId: 'app', logLevel: logLevel.NOTHING })
})
afterEach(async () => {
  for (const producer of producers.splice(0)) await producer.disconnect()
  await broker.close()
})

async function transactional(transactionalId: string, transactionTimeout = 60_000): Promise<Producer> {
  const producer = kafka.producer({ transactionalId, transactionTimeout, idempotent: true, maxInFlightRequests: 1 })
  producers.push(producer)
  await producer.connect()
  return producer
}

/** The values of a topic as far as a consumer sees them, until one that ends it. */
async function read(topic: string, { readUncommitted = false, until = 'end' } = {}): Promise<string[]> {
  const consumer = kafka.consumer({
    groupId: `reads-${topic}-${readUncommitted}`,
    readUncommitted,
    maxWaitTimeInMs: 100,
  })
  await consumer.connect()
  await consumer.subscribe({ topic, fromBeginning: true })
  const values: string[] = []
  await new Promise<void>((resolve) => {
    void consumer.run({
      eachMessage: async ({ message }) => {
        values.push(String(message.value))
        if (String(message.value) === until) resolve()
      },
    })
  })
  await consumer.disconnect()
  return values
}

async function send(topic: string, value: string): Promise<void> {
  const producer = kafka.producer()
  await producer.connect()
  await producer.send({ topic, messages: [{ value }] })
  await producer.disconnect()
}

test('what is committed is read, what is aborted is not', async () => {
  const producer = await transactional('payments')
  for (const [value, ends] of [
    ['a', 'commit'],
    ['b', 'abort'],
    ['c', 'commit'],
  ] as const) {
    const transaction = await producer.transaction()
    await transaction.send({ topic: 'orders', messages: [{ value }, { value: `${value}2` }] })
    await transaction[ends]()
  }
  await send('orders', 'end')
  expect(await read('orders')).toEqual(['a', 'a2', 'c', 'c2', 'end'])
  expect(await read('orders', { readUncommitted: true })).toEqual(['a', 'a2', 'b', 'b2', 'c', 'c2', 'end'])
})

test('a reader of committed records waits for what is open', async () => {
  const producer = await transactional('payments')
  const open = await producer.transaction()
  await open.send({ topic: 'orders', messages: [{ value: 'open' }] })
  await send('orders', 'end')
  expect(await read('orders', { readUncommitted: true })).toEqual(['open', 'end'])
  const [orders] = (await broker.load()).topics.get('orders')!.partitions
  expect([orders!.lastStableOffset, orders!.endOffset]).toEqual([0, 2])
  const reading = read('orders')
  await open.commit()
  expect(await reading).toEqual(['open', 'end'])
  expect([orders!.lastStableOffset, orders!.endOffset]).toEqual([3, 3])
})

test('consume, transform, produce: each order once, though the first attempt fails half way', async () => {
  for (const value of ['1', '2', 'end']) await send('orders', value)
  const producer = await transactional('order-service')
  const groupId = 'order-service'
  let failures = 0
  const consumer = kafka.consumer({
    groupId,
    readUncommitted: false,
    maxWaitTimeInMs: 100,
    retry: { initialRetryTime: 5 },
  })
  await consumer.connect()
  await consumer.subscribe({ topic: 'orders', fromBeginning: true })
  const done = Promise.withResolvers<void>()
  await consumer.run({
    autoCommit: false,
    eachMessage: async ({ topic, partition, message }) => {
      const transaction = await producer.transaction()
      await transaction.send({ topic: 'invoices', messages: [{ value: String(message.value) }] })
      const partitions = [{ partition, offset: String(Number(message.offset) + 1) }]
      await transaction.sendOffsets({ consumerGroupId: groupId, topics: [{ topic, partitions }] })
      if (failures++ === 1) {
        await transaction.abort()
        throw new Error('the second order fails at first')
      }
      await transaction.commit()
      if (String(message.value) === 'end') done.resolve()
    },
  })
  await done.promise
  await consumer.disconnect()
  expect(await read('invoices')).toEqual(['1', '2', 'end'])
  const admin = kafka.admin()
  await admin.connect()
  expect(await admin.fetchOffsets({ groupId })).toMatchObject([{ topic: 'orders', partitions: [{ offset: '3' }] }])
  await admin.disconnect()
})

test('the newer producer of an id fences the older one, whose open transaction is aborted', async () => {
  const older = await transactional('payments')
  const open = await older.transaction()
  await open.send({ topic: 'orders', messages: [{ value: 'of the older one' }] })
  const newer = await transactional('payments')
  const transaction = await newer.transaction()
  await transaction.send({ topic: 'orders', messages: [{ value: 'end' }] })
  await transaction.commit()
  const send = open.send({ topic: 'orders', messages: [{ value: 'too late' }] })
  await expect(send).rejects.toThrow('Producer attempted an operation with an old epoch')
  await expect(open.commit()).rejects.toThrow('Producer attempted an operation with an old epoch')
  expect(await read('orders')).toEqual(['end'])
})

test('a transaction that is open for longer than its timeout is aborted, and its producer fenced', async () => {
  const state = await broker.load()
  const producer = await transactional('payments', 100)
  const aborted = new Promise((resolve) => state.events.once('transaction aborted', resolve))
  const open = await producer.transaction()
  await open.send({ topic: 'orders', messages: [{ value: 'too slow' }] })
  expect(await aborted).toMatchObject({
    transactionalId: 'payments',
    clientId: 'app',
    topics: ['orders'],
    reason: 'timed out',
  })
  await expect(open.commit()).rejects.toThrow('Producer attempted an operation with an old epoch')
  await send('orders', 'end')
  expect(await read('orders')).toEqual(['end'])
})

test('a topic that is deleted goes with what open transactions wrote and committed of it', async () => {
  await send('orders', '1')
  const producer = await transactional('order-service')
  const open = await producer.transaction()
  await open.send({ topic: 'invoices', messages: [{ value: '1' }] })
  const topics = [{ topic: 'orders', partitions: [{ partition: 0, offset: '1' }] }]
  await open.sendOffsets({ consumerGroupId: 'order-service', topics })
  const admin = kafka.admin()
  await admin.connect()
  await admin.deleteTopics({ topics: ['orders', 'invoices'] })
  await open.commit()
  expect(await admin.fetchOffsets({ groupId: 'order-service' })).toEqual([])
  await admin.disconnect()
})
