import { json } from 'kafka-testkit'
import { expect, kafka, test } from '../runner.js'

const order = { sku: 'lamp', tags: ['a', { deep: [1] }] }

test('what was produced is told in values of the test', async () => {
  const produced = await kafka.topic('values').produce({ key: 'k', value: order, timestamp: new Date(1e12) })
  expect(produced).toStrictEqual({ topic: 'values', partition: 0, offset: 0, timestamp: new Date(1e12) })
  expect(produced.timestamp).toBeInstanceOf(Date)
  const several = await kafka.topic('values').produce([{ value: 1 }, { value: 2 }])
  expect(several).toBeInstanceOf(Array)
  expect(several.map(({ offset }) => offset)).toStrictEqual([1, 2])
})

test('a record compares and is an instance as if the test had made it', async () => {
  const topic = kafka.topic('received')
  const headers = { text: 'x', bytes: Buffer.from([255]), many: ['a', null, 'b'], none: null }
  await topic.produce({ key: 'k', value: order, headers, timestamp: 1e12 })
  const record = await topic.receive()
  const expected = {
    topic: 'received',
    partition: 0,
    offset: 0,
    timestamp: new Date(1e12),
    key: 'k',
    value: order,
    headers,
  }
  expect(record).toEqual(expected)
  expect(record).toStrictEqual(expected)
  expect(record.timestamp).toBeInstanceOf(Date)
  expect(record.value).toBeInstanceOf(Object)
  expect(record.value.tags).toBeInstanceOf(Array)
  expect(record.headers.bytes).toBeInstanceOf(Buffer)
  expect(record.raw.value).toBeInstanceOf(Uint8Array)
  expect(record.raw.headers).toBeInstanceOf(Array)
  expect(await topic.records()).toStrictEqual([record])
  expect(await topic.consume({ take: 1 })).toStrictEqual([record])
  expect(await topic.consume({ take: 1, group: 'members' })).toStrictEqual([record])
})

test('predicates, asymmetric matchers and serdes are given values of the test', async () => {
  const topic = kafka.topic('given', { value: json() })
  await topic.produce({ key: 'k', value: order })
  const isOfTheTest = ({ value, timestamp }) => value instanceof Object && timestamp instanceof Date
  await expect(topic).toReceiveRecord(isOfTheTest)
  await expect(topic).toReceiveRecord({ timestamp: expect.any(Date), value: expect.any(Object) })
  await expect(topic).toReceiveRecord({ value: { sku: /^l/, tags: expect.arrayContaining(['a']) } })
  await topic.receive(isOfTheTest)
  expect(await topic.consume({ where: isOfTheTest })).toHaveLength(1)
})

test('errors are instances of the test’s own classes, and show where it called', async () => {
  const error = await kafka
    .topic('errors')
    .receive({ key: 'k' }, { timeout: 20 })
    .catch((thrown) => thrown)
  expect(error).toBeInstanceOf(Error)
  expect(error.stack).toContain('values.js')
  expect(() => kafka.topic('')).toThrow(TypeError)
  await expect(kafka.topic('errors').produce('no record')).rejects.toBeInstanceOf(TypeError)
  const admin = await kafka.admin()
  await expect(admin.fetchTopicMetadata({ topics: ['not there'] })).rejects.toBeInstanceOf(Error)
})

test('kafkajs answers and calls back with values of the test', async () => {
  const topic = await kafka.createTopic('kafkajs')
  const admin = await kafka.admin()
  expect(await admin.listTopics()).toContain('kafkajs')
  expect(await admin.fetchTopicOffsets('kafkajs')).toStrictEqual([{ partition: 0, offset: '0', high: '0', low: '0' }])
  const producer = await kafka.producer()
  expect(await producer.send({ topic: topic.name, messages: [{ key: 'k', value: 'v' }] })).toBeInstanceOf(Array)
  const consumer = await kafka.consumer({ groupId: 'callbacks' })
  await consumer.subscribe({ topic: topic.name, fromBeginning: true })
  const payload = await new Promise((resolve, reject) => {
    consumer.run({ eachMessage: async (given) => resolve(given) }).catch(reject)
  })
  expect(payload).toBeInstanceOf(Object)
  expect(payload.message.headers).toStrictEqual({})
  expect(payload.message.value).toBeInstanceOf(Buffer)
  await payload.heartbeat()
})

test('the config reaches the test', () => {
  expect(kafka.variables).toStrictEqual({ tenant: 'a' })
  expect(kafka.environment).toBe(null)
  expect(kafka.brokers).toStrictEqual([process.env.KAFKA_BROKERS])
  // The config names it.
  expect(kafka.brokers).toStrictEqual([process.env.KAFKA_BOOTSTRAP_SERVERS])
})
