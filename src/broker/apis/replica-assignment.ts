/** The brokers that are to keep a partition. */
interface Assignment {
  readonly brokerIds: readonly number[]
}

/** What is wrong with where partitions are to lie, in Kafka's words (ReplicationControlManager#validateManualPartitionAssignment). */
export function assignmentError(assignments: readonly Assignment[], nodeId: number): string | undefined {
  for (const { brokerIds } of assignments) {
    if (brokerIds.length === 0) return 'The manual partition assignment includes an empty replica list.'
    const stranger = brokerIds.find((id) => id !== nodeId)
    if (stranger !== undefined) {
      return `The manual partition assignment includes broker ${stranger}, but no such broker is registered.`
    }
    if (brokerIds.length > 1) return `The manual partition assignment includes the broker ${nodeId} more than once.`
  }
  return undefined
}
