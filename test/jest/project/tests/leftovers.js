import { kafka } from 'kafka-testkit/jest'
import { Kafka } from 'kafkajs'

test('a consumer of the application that nobody closes, with the log of kafkajs', async () => {
  const client = new Kafka({ clientId: 'forgetful', brokers: kafka.brokers, logLevel: 2 })
  const consumer = client.consumer({ groupId: 'forgetful', heartbeatInterval: 20 })
  await consumer.connect()
  await consumer.subscribe({ topic: 'in', fromBeginning: true })
  await consumer.run({ eachMessage: async () => {} })
  await kafka.topic('in').produce({ value: 1 })
  await expect(kafka.group('forgetful')).toCatchUp()
  setInterval(() => {}, 10)
  const timer = setTimeout(() => {}, 60_000)
  clearTimeout(timer)
  await new Promise((resolve) => setTimeout(resolve, 5, 'promised')).then((value) => expect(value).toBe('promised'))
  expect(await require('node:util').promisify(setTimeout)(1, 'promised')).toBe('promised')
})
