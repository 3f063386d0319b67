import type { StoredRecord } from './cluster.ts'
import type { FetchResponse } from './real-clients.ts'

export type FetchedPartition = FetchResponse['responses'][number]['partitions'][number]
type Batch = NonNullable<FetchedPartition['records']>[number]

/** Bits of a batch's attributes (KIP-98, KIP-32). */
const LOG_APPEND_TIME = 1 << 3
const TRANSACTIONAL = 1 << 4
const CONTROL = 1 << 5
/** In the key of a control record: version, then type; 0 is an abort. */
const ABORT = 0

/**
 * The records that a reader of committed records sees: neither those of aborted transactions nor the markers of their
 * ends. (The client filters too, but keeps an aborted transaction whose end, or whose like, is in the same answer.)
 */
export function recordsOf(topic: string, fetched: FetchedPartition, from: number): StoredRecord[] {
  const aborted = [...(fetched.abortedTransactions ?? [])].sort((a, b) => Number(a.firstOffset - b.firstOffset))
  const aborting = new Set<bigint>()
  const records: StoredRecord[] = []
  for (const batch of fetched.records ?? []) {
    const lastOffset = batch.firstOffset + BigInt(batch.lastOffsetDelta)
    while (aborted[0] !== undefined && aborted[0].firstOffset <= lastOffset) aborting.add(aborted.shift()!.producerId)
    if (batch.attributes & CONTROL) {
      if (batch.records[0]?.key?.readInt16BE(2) === ABORT) aborting.delete(batch.producerId)
    } else if (!(batch.attributes & TRANSACTIONAL && aborting.has(batch.producerId))) {
      records.push(...storedRecords(topic, fetched.partitionIndex, batch).filter(({ offset }) => offset >= from))
    }
  }
  return records
}

function storedRecords(topic: string, partition: number, batch: Batch): StoredRecord[] {
  const appendTime = batch.attributes & LOG_APPEND_TIME ? Number(batch.maxTimestamp) : undefined
  return batch.records.map(({ offsetDelta, timestampDelta, key, value, headers }) => {
    const timestamp = appendTime ?? Number(batch.firstTimestamp + timestampDelta)
    const offset = Number(batch.firstOffset) + offsetDelta
    return {
      ...{ topic, partition, offset, timestamp, key: key ?? null, value: value ?? null },
      headers: headers.map(([name, content]): [string, Buffer | null] => [String(name), content ?? null]),
      ...{ appendedAt: timestamp, sequence: 0, clientId: undefined },
    }
  })
}

/** Behind the last batch, whatever was filtered out of it. */
export function nextOffset({ records }: FetchedPartition, before: number): number {
  const last = records?.at(-1)
  return last === undefined ? before : Math.max(before, Number(last.firstOffset) + last.lastOffsetDelta + 1)
}
