import { test as base, expect as baseExpect, type ExpectStatic, type TestAPI } from 'vitest'
import { createKafka, type Kafka } from '../kafka/kafka.ts'
import { currentEnvironment, currentScope, scopeOfTask } from './file.ts'

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

export const expect: ExpectStatic = baseExpect
