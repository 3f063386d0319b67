import { Kafka, logLevel } from 'kafkajs'
import { afterEach, beforeEach, expect, freeze, kafka, test, unfreeze } from '../runner.js'

// Kafka refuses records of the future.
const now = new Date(process.env.KAFKA_TESTKIT_STRICT === 'true' ? '2020-01-01' : '2030-01-01')
beforeEach(() => freeze(now))
afterEach(() => unfreeze())

test('tasks and matchers work under fake timers, and records have the time of the test', async () => {
  await kafka.topic('frozen').produce([{ value: 1 }, { value: 2 }])
  await expect(kafka.topic('frozen')).toReceiveRecords([{ value: 1 }, { value: 2 }])
  await expect(kafka.topic('frozen')).not.toReceiveRecord({ value: 3 })
  expect(await kafka.topic('frozen').receive()).toMatchRecord({ timestamp: now })
})

test('fails: a matcher reaches its deadline under fake timers', async () => {
  await expect(kafka.topic('frozen')).toReceiveRecord({ value: 4 }, { timeout: 50 })
})

test('a client of the application connects under fake timers', async () => {
  const producer = new Kafka({ brokers: kafka.brokers, logLevel: logLevel.NOTHING }).producer()
  await producer.connect()
  await kafka.createTopic('frozen-app')
  await producer.send({ topic: 'frozen-app', messages: [{ value: 'x' }] })
  await expect(kafka.topic('frozen-app')).toReceiveRecord({ value: 'x' })
  await producer.disconnect()
})
