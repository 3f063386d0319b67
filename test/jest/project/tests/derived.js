/** @jest-environment ./events-environment.js */
import { kafka } from 'kafka-testkit/jest'

test('an environment that is derived from ours sees the events, and has Kafka', async () => {
  expect(globalThis.events).toContain('test_start')
  await kafka.topic('derived').produce({ value: 1 })
  await expect(kafka.topic('derived')).toReceiveRecord({ value: 1 })
})
