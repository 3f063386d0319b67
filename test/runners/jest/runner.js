// What the tests of the contract need of their runner, for Jest.
import { expect, jest, test } from '@jest/globals'
import { kafka } from 'kafka-testkit/jest'

export { afterAll, afterEach, beforeAll, beforeEach, describe } from '@jest/globals'
export { expect, kafka, test }

export const concurrent = (name, body) => test.concurrent(name, () => body(kafka))
export const withRetries = (retries) => {
  jest.retryTimes(retries)
  return test
}
// Vitest leaves these alone by itself.
export const freeze = (now) => jest.useFakeTimers({ now, doNotFake: ['nextTick', 'queueMicrotask'] })
export const unfreeze = () => jest.useRealTimers()
