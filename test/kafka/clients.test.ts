import { once } from 'node:events'
import { afterEach, expect, test, vi } from 'vitest'
import { createKafka } from '../../src/kafka/kafka.ts'
import { isReal, setUp } from '../support/kafka.ts'

afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

test('a client is made at once, and what it opened is gone when the test ends', async () => {
  await using setting = await setUp()
  const { kafka } = setting
  const client = kafka.client({ clientId: 'order-service' })
  const consumer = client.consumer({ groupId: 'forgotten' })
  await consumer.connect()
  await consumer.subscribe({ topic: 'orders', fromBeginning: true })
  const joined = new Promise((resolve) => consumer.on(consumer.events.GROUP_JOIN, resolve))
  await consumer.run({ eachMessage: async () => {} })
  await joined
  const producer = await kafka.producer()
  await producer.send({ topic: 'orders', messages: [{ value: 'x' }] })
  const disconnected = vi.fn()
  consumer.on(consumer.events.DISCONNECT, disconnected)
  producer.on(producer.events.DISCONNECT, disconnected)
  await setting.nextTest()
  expect(disconnected).toHaveBeenCalledTimes(2)
  expect(await setting.scope.cluster.group('forgotten')).toMatchObject({ members: [] })
})

test('a consumer and an admin come connected', async () => {
  await using setting = await setUp()
  const { kafka } = setting
  const admin = await kafka.admin()
  await admin.createTopics({ topics: [{ topic: 'orders', numPartitions: 2 }] })
  expect(await admin.listTopics()).toContain('orders')
  const consumer = await kafka.consumer({ groupId: 'g' })
  await consumer.subscribe({ topic: 'orders', fromBeginning: true })
  const { promise, resolve } = Promise.withResolvers<string>()
  await consumer.run({ eachMessage: async ({ message }) => resolve(String(message.value)) })
  await kafka.topic('orders').produce({ value: 'x' })
  expect(await promise).toBe('x')
})

test('a client that never connected, or is closed already, closes without a word', async () => {
  await using setting = await setUp()
  const errors = vi.spyOn(console, 'error')
  setting.kafka.client().consumer({ groupId: 'g' })
  const producer = await setting.kafka.producer()
  await producer.disconnect()
  await setting.nextTest()
  expect(errors).not.toHaveBeenCalled()
})

test('a consumer whose handler fails says so, and stops to try when the test ends', async () => {
  await using setting = await setUp()
  const errors = vi.spyOn(console, 'error').mockImplementation(() => {})
  const consumer = await setting.kafka.consumer({ groupId: 'g', retry: { retries: 0 } })
  await consumer.subscribe({ topic: 'orders', fromBeginning: true })
  const crashed = new Promise((resolve) => consumer.on(consumer.events.CRASH, resolve))
  await consumer.run({
    eachMessage: async () => {
      throw new Error('no lamp')
    },
  })
  await setting.kafka.topic('orders').produce({ value: 'x' })
  await crashed
  await setting.nextTest()
  const printed = errors.mock.calls.map(([line]) => String(line))
  expect(printed).toContainEqual(
    expect.stringMatching(/^kafkajs ERROR \[Runner\] Error when calling eachMessage\n.*no lamp/),
  )
})

test('no TimeoutNegativeWarning of kafkajs reaches the terminal, others do', async () => {
  await using setting = await setUp()
  const warnings: Error[] = []
  const listen = (warning: Error): unknown => warnings.push(warning)
  process.on('warning', listen)
  await setting.kafka.topic('orders').produce({ value: 'x' })
  const warned = once(process, 'warning')
  process.emitWarning('mine', 'TimeoutNegativeWarning')
  await warned
  process.off('warning', listen)
  expect(warnings.map(({ message }) => message)).toEqual(['mine'])
})

test('tasks work under fake timers, and reach their deadlines', async () => {
  await using setting = await setUp()
  // A real broker takes no record of the future: it doesn't know that the clock is a test's.
  const faked = new Date(isReal ? '2020-01-01' : '2030-01-01')
  vi.useFakeTimers({ now: faked })
  const topic = setting.kafka.topic('frozen')
  const { timestamp } = await topic.produce({ value: 1 })
  expect(timestamp).toEqual(faked)
  expect(await topic.consume({ take: 1 })).toHaveLength(1)
  expect(await topic.consume({ take: 1, group: 'g' })).toHaveLength(1)
  await expect(topic.receive({ value: 2 }, { timeout: 20 })).rejects.toThrow('Timeout')
  const consumer = await setting.kafka.consumer({ groupId: 'h' })
  await consumer.subscribe({ topic: 'frozen' })
  await consumer.run({ eachMessage: async () => {} })
  await setting.nextTest()
})

test.skipIf(isReal)('a broker that is gone is an error within the timeout', async () => {
  await using setting = await setUp({ timeout: 300 })
  const errors = vi.spyOn(console, 'error').mockImplementation(() => {})
  await setting.broker.load()
  await setting.broker.close()
  await expect(setting.kafka.topic('orders').produce({ value: 1 })).rejects.toThrow('the embedded broker is closed')
  await expect(setting.kafka.admin()).rejects.toThrow('kafka.admin(): no connection to 127.0.0.1')
  expect(errors).toHaveBeenCalledWith(expect.stringContaining('kafkajs ERROR [BrokerPool] Failed to connect'))
})

test('kafka.settled waits for what is still to happen', async () => {
  await using setting = await setUp()
  const { kafka } = setting
  await kafka.settled()
  const consumer = await kafka.consumer({ groupId: 'slow' })
  await consumer.subscribe({ topic: 'orders', fromBeginning: true })
  const { promise, resolve } = Promise.withResolvers<void>()
  const handled: string[] = []
  await consumer.run({
    eachMessage: async ({ message }) => {
      await promise
      handled.push(String(message.value))
    },
  })
  await kafka.topic('orders').produce({ value: 'x' })
  await expect(kafka.settled({ timeout: 100 })).rejects.toThrow(/kafka\.settled\(\): .*slow/)
  resolve()
  await kafka.settled()
  expect(handled).toEqual(['x'])
  await expect(kafka.settled({ queit: 3 } as never)).rejects.toThrow('did you mean "quiet"')
})

test('createTopic makes a topic with partitions and config, by a name of its own where none is given', async () => {
  await using setting = await setUp()
  const { kafka } = setting
  const orders = await kafka.createTopic('orders', { partitions: 3, config: { 'cleanup.policy': 'compact' } })
  expect(orders.name).toBe('orders')
  expect(await setting.scope.cluster.topics()).toEqual([{ name: 'orders', partitions: 3 }])
  const [one, other] = [await kafka.createTopic(), await kafka.createTopic()]
  expect(one.name).toMatch(/^orders-a-test-[0-9a-f]{8}$/)
  expect(other.name).not.toBe(one.name)
  await expect(kafka.createTopic('orders')).rejects.toThrow('orders')
  await expect(kafka.createTopic('x', { partitons: 3 } as never)).rejects.toThrow('did you mean "partitions"')
  expect(() => kafka.topic('')).toThrow('a string is wanted')
  expect(() => kafka.topic('x', { value: {} as never })).toThrow('a serde')
})

test('a task that still runs when the test ends is named', async () => {
  await using setting = await setUp()
  const receiving = setting.kafka.topic('orders').receive({ value: 1 })
  expect([...setting.scope.unfinished]).toMatchObject([{ what: 'receive on orders', awaited: false }])
  await setting.nextTest()
  await expect(receiving).rejects.toThrow('topic.receive(expected) failed')
})

test('an option that kafkajs does not have is refused, naming the nearest one', async () => {
  await using setting = await setUp()
  const { kafka } = setting
  expect(() => kafka.client({ clientID: 'x' } as never)).toThrow('did you mean "clientId"')
  await expect(kafka.consumer({ groupId: 'g', fromBegining: true } as never)).rejects.toThrow(
    'no option "fromBegining"',
  )
  await expect(kafka.consumer({ groupID: 'g' } as never)).rejects.toThrow('did you mean "groupId"')
  await expect(kafka.producer({ idempotant: true } as never)).rejects.toThrow('did you mean "idempotent"')
})

test('the environment and its variables are those of the config', async () => {
  await using setting = await setUp()
  expect(setting.kafka.environment).toBe(null)
  const variables = { API: 'http://localhost:1' }
  const kafka = createKafka({ scope: () => setting.scope, environment: () => ({ name: 'staging', variables }) })
  expect(kafka).toMatchObject({ environment: 'staging', variables, brokers: [...setting.scope.cluster.brokers] })
})
