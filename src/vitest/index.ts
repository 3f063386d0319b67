import { test as base, expect as baseExpect, type TestAPI } from 'vitest'
import { createKafka, type Kafka } from '../kafka/kafka.ts'
import { createMatchers } from '../matchers/index.ts'
import type { KafkaExpect } from './expect.ts'
import { currentEnvironment, currentScope, scopeOfTask } from './file.ts'
import { snapshots } from './snapshots.ts'

/** All else that Vitest exports, whatever its version, so that one import line does. */
export * from 'vitest'

// Here and not in the set-up: a test file that doesn't import this has no subject for them, and need not load them.
baseExpect.extend(createMatchers(snapshots))

/** Vitest's `test`, with the fixture `kafka`: what it gives out knows its test, also under `test.concurrent`. */
export const test: TestAPI<{ kafka: Kafka }> = base.extend<{ kafka: Kafka }>({
  kafka: async ({ task }, use) => {
    const scope = scopeOfTask(task)
    await use(createKafka({ scope: () => scope, environment: currentEnvironment }))
  },
})

export const it: typeof test = test

/** Kafka for plain `test`, hooks and helpers: it belongs to the test that runs. */
export const kafka: Kafka = createKafka({ scope: currentScope, environment: currentEnvironment })

/** Vitest's `expect`, with the matchers; it knows what a topic's serdes make of its records. */
export const expect: KafkaExpect = baseExpect as KafkaExpect
