import { expect, test } from 'vitest'
import type { StoredRecord } from '../../src/cluster/cluster.ts'
import { mergePartitions } from '../../src/cluster/merge.ts'

/** The records of a partition with these timestamps, from offset 0. */
function partitionOf(partition: number, timestamps: readonly number[]): StoredRecord[] {
  return timestamps.map((timestamp, offset) => ({
    topic: 'orders',
    partition,
    offset,
    timestamp,
    key: null,
    value: null,
    headers: [],
    appendedAt: timestamp,
    sequence: 0,
    clientId: undefined,
  }))
}

const placesOf = (records: readonly StoredRecord[]): string[] =>
  records.map(({ partition, offset }) => `${partition}@${offset}`)

test('a partition whose timestamps go back stays in the order of its offsets', () => {
  expect(placesOf(mergePartitions([partitionOf(0, [300, 100, 200])]))).toEqual(['0@0', '0@1', '0@2'])
})

test('partitions are merged by time', () => {
  const merged = mergePartitions([partitionOf(0, [100, 300, 500]), partitionOf(1, [200, 400])])
  expect(placesOf(merged)).toEqual(['0@0', '1@0', '0@1', '1@1', '0@2'])
})

test('what follows a later record of its partition has at least the time of that', () => {
  const merged = mergePartitions([partitionOf(0, [300, 100, 400]), partitionOf(1, [200, 350])])
  expect(placesOf(merged)).toEqual(['1@0', '0@0', '0@1', '1@1', '0@2'])
})

test('at one time the lower partition comes first', () => {
  const merged = mergePartitions([partitionOf(1, [100]), partitionOf(0, [100, 50])])
  expect(placesOf(merged)).toEqual(['0@0', '0@1', '1@0'])
})
