import type { StoredRecord } from './cluster.ts'

/**
 * The records of several partitions as one list: by time between partitions, each partition in the order of its offsets,
 * which is the only order that Kafka keeps. Timestamps are the producer's and may go back within a partition, so what
 * counts for a record is the latest time of its partition up to it.
 */
export function mergePartitions(partitions: Iterable<readonly StoredRecord[]>): StoredRecord[] {
  const timed: { time: number; record: StoredRecord }[] = []
  for (const records of partitions) {
    let time = Number.NEGATIVE_INFINITY
    for (const record of records) {
      time = Math.max(time, record.timestamp)
      timed.push({ time, record })
    }
  }
  timed.sort((a, b) => a.time - b.time || a.record.partition - b.record.partition || a.record.offset - b.record.offset)
  return timed.map(({ record }) => record)
}
