// What the tests of the contract need of their runner, for Vitest.
import { expect, kafka, test } from 'kafka-testkit/vitest'
import { vi } from 'vitest'

export { afterAll, afterEach, beforeAll, beforeEach, describe } from 'vitest'
export { expect, kafka, test }

export const concurrent = (name, body) => test.concurrent(name, ({ kafka }) => body(kafka))
export const withRetries = (retry) => (name, body) => test(name, { retry }, body)
export const freeze = (now) => vi.useFakeTimers({ now })
export const unfreeze = () => vi.useRealTimers()
