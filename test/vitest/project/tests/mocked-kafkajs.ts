import { expect, kafka, test } from 'kafka-testkit/vitest'
import { Kafka } from 'kafkajs'
import { vi } from 'vitest'

vi.mock('kafkajs')

test("the application's kafkajs is mocked, that of kafka-testkit is not", async () => {
  expect(vi.isMockFunction(Kafka)).toBe(true)
  const producer = await kafka.producer()
  await producer.send({ topic: 'mocked', messages: [{ value: 'real' }] })
  await expect(kafka.topic('mocked')).toReceiveRecord({ value: 'real' })
})
