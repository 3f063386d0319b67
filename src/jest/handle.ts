import type { Kafka } from '../kafka/kafka.ts'

// biome-ignore lint/suspicious/noExplicitAny: as `expect.extend` takes them
type Matchers = Record<string, (this: any, received: any, ...args: any[]) => any>

/** What the environment hands into the sandbox of a test file. */
export interface Handle {
  kafka: Kafka
  matchers: Matchers
}

/** Where in the sandbox's globals it is. */
export const handleKey: unique symbol = Symbol.for('kafka-testkit') as never

export function findHandle(): Handle | undefined {
  return (globalThis as { [handleKey]?: Handle })[handleKey]
}
