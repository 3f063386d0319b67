import type { Partition } from '../log/partition.ts'
import { OFFSETS } from '../log/topics.ts'
import type { BrokerState } from '../state.ts'

/**
 * The partition of Kafka's own topic that a group's offsets belong to: a transaction that commits some takes part in it
 * (Kafka: GroupCoordinator#partitionFor).
 */
export function offsetsPartitionOf(broker: BrokerState, groupId: string): Partition {
  broker.topics.createOffsets()
  const { partitions } = broker.topics.get(OFFSETS)!
  return partitions[Math.abs(javaHash(groupId)) % partitions.length]!
}

/** java.lang.String#hashCode; of the one number that has no positive counterpart Kafka makes 0. */
function javaHash(text: string): number {
  let hash = 0
  for (let at = 0; at < text.length; at += 1) hash = (Math.imul(hash, 31) + text.charCodeAt(at)) | 0
  return hash === -0x80000000 ? 0 : hash
}
