import { expect, test } from '../runner.js'

test('a file that uses no Kafka', () => {
  expect(1 + 1).toBe(2)
})
