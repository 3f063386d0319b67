import { createTopic } from './apis/create-topics.ts'
import type { BrokerState } from './state.ts'

/** What is asked of a topic that is created from within this process. What is left out is the broker's default. */
export interface NewTopicOptions {
  partitions?: number
  replicas?: number
  /** In Kafka's words: `{ 'cleanup.policy': 'compact' }`. */
  config?: Readonly<Record<string, string>>
}

/** Creates a topic as CreateTopics does. @throws Error in Kafka's words, when it is there already, or its name, its numbers or its config are wrong. */
export function createNewTopic(
  broker: BrokerState,
  name: string,
  { partitions = -1, replicas = -1, config = {} }: NewTopicOptions = {},
): void {
  const configs = Object.entries(config).map(([name, value]) => ({ name, value }))
  const topic = { name, numPartitions: partitions, replicationFactor: replicas, assignments: [], configs }
  const { errorMessage } = createTopic(topic, false, { broker })
  if (typeof errorMessage === 'string') throw new Error(`Topic ${name} can't be created: ${errorMessage}`)
}
