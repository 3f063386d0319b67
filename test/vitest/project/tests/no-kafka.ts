import { expect, test } from 'vitest'

test('a file that uses no Kafka', () => {
  expect(1 + 1).toBe(2)
})
