import type { Kafka } from '../kafka/kafka.ts'
import { findHandle } from './handle.ts'

export type * from './expect.ts'

/** All that a test holds of Kafka: it belongs to the test that runs, also under `test.concurrent`. */
export const kafka: Kafka = find()

function find(): Kafka {
  const handle = findHandle()
  if (handle !== undefined) return handle.kafka
  throw new Error(
    "kafka-testkit isn't set up for this file: write preset: 'kafka-testkit' into jest.config, or wrap the environment that the file has: withKafka(Environment) of kafka-testkit/jest/environment",
  )
}
