/**
 * @jest-environment-options {"kafka": {"timeout": 30, "variables": {"tenant": "b"}}}
 */
import { kafka } from 'kafka-testkit/jest'

test('a file may have options of its own', async () => {
  expect(kafka.variables).toStrictEqual({ tenant: 'b' })
  // Jest makes globals of the options; this one would be a trap.
  expect(globalThis.kafka).toBeUndefined()
  await expect(kafka.topic('never').receive()).rejects.toThrow('Timeout:   30 ms')
})
