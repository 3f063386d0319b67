/** A feature of the cluster, by its level (Kafka: org.apache.kafka.server.common.Feature). */
interface Feature {
  readonly name: string
  readonly levels: readonly [lowest: number, highest: number]
  /** The level that the cluster is at. */
  readonly level: number
}

/** By which clients decide how they do what newer brokers do otherwise. */
export const features: readonly Feature[] = [
  // Produce and TxnOffsetCommit add to a transaction by themselves, and each end of one raises the epoch (KIP-890).
  { name: 'transaction.version', levels: [0, 2], level: 2 },
]
