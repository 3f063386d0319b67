/** @kafka-testkit {"broker": {"scope": "test"}, "topics": ["in", "out"]} */
import { Kafka, logLevel } from 'kafkajs'
import { afterEach, beforeAll, beforeEach, concurrent, describe, expect, kafka, test } from '../runner.js'

let earlier
let told

// A handle costs nothing, also where there is no broker.
const orders = kafka.topic('orders')

beforeAll(() => {
  try {
    kafka.brokers
  } catch (error) {
    told = error.message
  }
})

test('each test has a broker of its own', async () => {
  expect(process.env.KAFKA_BROKERS).toBe(kafka.brokers.join())
  expect(await orders.produce({ value: 1 })).toMatchObject({ offset: 0 })
  earlier = kafka.brokers
})
test('which no other test has', async () => {
  expect(process.env.KAFKA_BROKERS).toBe(kafka.brokers.join())
  expect(process.env.KAFKA_BOOTSTRAP_SERVERS).toBe(kafka.brokers.join())
  expect(kafka.brokers).not.toEqual(earlier)
  expect(await orders.produce({ value: 1 })).toMatchObject({ offset: 0 })
})
test('outside of tests there is none', () => {
  expect(told).toContain(
    "with broker: { scope: 'test' } each test has a broker of its own, and outside of tests there is none",
  )
})

/** The application: copies what is in `in` to `out`. */
async function startCopier(brokers) {
  const client = new Kafka({ clientId: 'copier', brokers, logLevel: logLevel.NOTHING })
  const producer = client.producer()
  const consumer = client.consumer({ groupId: 'copier' })
  await Promise.all([producer.connect(), consumer.connect()])
  await consumer.subscribe({ topic: 'in', fromBeginning: true })
  await consumer.run({
    eachMessage: ({ message }) =>
      producer.send({ topic: 'out', messages: [{ key: message.key, value: message.value }] }),
  })
  return () => Promise.all([consumer.disconnect(), producer.disconnect()])
}

describe('with an application', () => {
  let stop
  beforeEach(async () => {
    stop = await startCopier(kafka.brokers)
  })
  afterEach(() => stop())
  for (const value of ['first', 'second']) {
    test(`that a beforeEach starts, for the ${value} test`, async () => {
      await kafka.topic('in').produce({ key: 'k', value })
      await expect(kafka.topic('out')).toReceiveRecord({ key: 'k', value })
      await expect(kafka.topic('out')).toReceiveRecordCount(1, { from: 'beginning' })
    })
  }
})

for (const name of ['one', 'another']) {
  concurrent(`at the same time: ${name}`, async (kafka) => {
    const topic = kafka.topic('orders')
    expect(await topic.produce({ value: name })).toMatchObject({ offset: 0 })
    await expect(topic).toReceiveRecordCount(1)
  })
}
