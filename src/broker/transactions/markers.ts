import type { Marker } from '../log/marker.ts'
import type { Partition } from '../log/partition.ts'
import { OFFSETS } from '../log/topics.ts'
import type { BrokerState } from '../state.ts'
import { offsetsPartitionOf } from './offsets-partition.ts'

/**
 * Ends a producer's transaction in a partition: in the log, or, where it is one of the topic of offsets, in the groups that
 * belong there (Kafka: ReplicaManager#appendRecords, GroupCoordinator#completeTransaction).
 */
export function writeMarker(broker: BrokerState, partition: Partition, marker: Marker, clientId: string): void {
  if (!isThere(broker, partition)) return
  partition.mark(marker, clientId)
  if (partition.topic !== OFFSETS) return
  for (const group of broker.groups.all()) {
    if (offsetsPartitionOf(broker, group.id) === partition) group.offsets.endTransaction(marker)
  }
}

/** A topic may be deleted while a transaction writes to it. */
function isThere({ topics }: BrokerState, partition: Partition): boolean {
  return topics.get(partition.topic)?.partitions[partition.index] === partition
}
