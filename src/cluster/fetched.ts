import { type BatchView, decodeRecords } from '../broker/log/batch.ts'
import { batchesOf, type FetchedPartition } from '../client/fetch.ts'
import type { StoredRecord } from './cluster.ts'

/** In the key of a control record: version, then type; 0 is an abort (KIP-98). */
const ABORT = 0

/** The records that a reader of committed records sees: neither those of aborted transactions nor the markers of their ends. */
export function recordsOf(topic: string, fetched: FetchedPartition, from: number): StoredRecord[] {
  const aborted = (fetched.abortedTransactions ?? []).toSorted((a, b) => a.firstOffset - b.firstOffset)
  const aborting = new Set<number>()
  const records: StoredRecord[] = []
  for (const batch of batchesOf(fetched.records)) {
    while (aborted[0] !== undefined && aborted[0].firstOffset <= lastOffset(batch)) {
      aborting.add(aborted.shift()!.producerId)
    }
    if (batch.isControl) {
      if (decodeRecords(batch.bytes)[0]?.key?.readInt16BE(2) === ABORT) aborting.delete(batch.producerId)
    } else if (!(batch.isTransactional && aborting.has(batch.producerId))) {
      for (const record of decodeRecords(batch.bytes)) {
        if (record.offset >= from) records.push(storedRecord(topic, fetched.partitionIndex, record))
      }
    }
  }
  return records
}

function storedRecord(
  topic: string,
  partition: number,
  record: ReturnType<typeof decodeRecords>[number],
): StoredRecord {
  return { topic, partition, ...record, appendedAt: record.timestamp, sequence: 0, clientId: undefined }
}

/** Behind the last batch, whatever was filtered out of it. */
export function nextOffset({ records }: FetchedPartition, before: number): number {
  const last = batchesOf(records).at(-1)
  return last === undefined ? before : Math.max(before, lastOffset(last) + 1)
}

function lastOffset({ baseOffset, lastOffsetDelta }: BatchView): number {
  return baseOffset + lastOffsetDelta
}
