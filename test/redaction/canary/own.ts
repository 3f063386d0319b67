export { json, type Kafka, type ReceivedRecord as Received } from 'kafka-testkit'
export { expect, test } from 'kafka-testkit/vitest'
