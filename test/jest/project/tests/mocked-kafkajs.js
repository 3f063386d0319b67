import { kafka } from 'kafka-testkit/jest'
import { Kafka } from 'kafkajs'

jest.mock('kafkajs')

test("the application's kafkajs is mocked, that of kafka-testkit is not", async () => {
  expect(jest.isMockFunction(Kafka)).toBe(true)
  const producer = await kafka.producer()
  await producer.send({ topic: 'mocked', messages: [{ value: 'real' }] })
  await expect(kafka.topic('mocked')).toReceiveRecord({ value: 'real' })
})
