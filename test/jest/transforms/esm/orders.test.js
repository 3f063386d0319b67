import { expect, jest, test } from '@jest/globals'
import { json } from 'kafka-testkit'
import { kafka } from 'kafka-testkit/jest'
import { order } from './src/orders.js'

await kafka.createTopic('orders', { partitions: 2 })

test('an order of the application arrives', async () => {
  await order('lamp')
  await expect(kafka.topic('orders', { value: json() })).toReceiveRecord({ key: 'lamp', value: { sku: 'lamp' } })
  await expect(kafka.topic('orders')).toMatchRecordSnapshot()
})

test('fails: a failure shows where it is', async () => {
  await expect(kafka.topic('nothing')).toReceiveRecord({ key: 'here' }, { timeout: 10 })
})

test('a mocked kafkajs is not that of kafka-testkit', async () => {
  jest.unstable_mockModule('kafkajs', () => ({ Kafka: 'mocked' }))
  expect((await import('kafkajs')).Kafka).toBe('mocked')
  await kafka.topic('mocked').produce({ value: 'real' })
  await expect(kafka.topic('mocked')).toReceiveRecord({ value: 'real' })
})
