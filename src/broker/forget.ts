import type { Topic } from './log/topics.ts'
import type { BrokerState } from './state.ts'

/** Forgets the records of a topic. Offsets go on counting, as after Kafka's DeleteRecords: who reads on misses nothing. */
export function clearTopic(broker: BrokerState, topic: Topic): void {
  for (const partition of topic.partitions) partition.deleteRecordsBefore(partition.endOffset)
  broker.events.emit('activity')
}

/**
 * Forgets all records, how far each group has come, and the transactions of clients that are gone. Clients stay connected,
 * members stay members.
 */
export function forgetAll(broker: BrokerState): void {
  broker.transactions.abortAbandoned()
  for (const topic of broker.topics.list()) clearTopic(broker, topic)
  broker.groups.forgetOffsets()
  broker.events.emit('activity')
}
