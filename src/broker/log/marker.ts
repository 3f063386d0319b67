import { type BatchView, decodeRecords, encodeBatch } from './batch.ts'

/** What ends a producer's transaction in a partition. */
export interface Marker {
  readonly producerId: number
  readonly producerEpoch: number
  readonly committed: boolean
  /** Of the coordinator that says so: an older one is refused. */
  readonly coordinatorEpoch: number
}

/** In the key of a marker, behind its version: how the transaction ended (Kafka: ControlRecordType). */
const ABORT = 0
const COMMIT = 1

/** The batch of a marker: one record, which no consumer is shown (Kafka: EndTransactionMarker). */
export function encodeMarker(marker: Marker, { offset, timestamp }: { offset: number; timestamp: number }): Buffer {
  const { producerId, producerEpoch, committed, coordinatorEpoch } = marker
  const key = Buffer.alloc(4)
  key.writeInt16BE(committed ? COMMIT : ABORT, 2)
  const value = Buffer.alloc(6)
  value.writeInt32BE(coordinatorEpoch, 2)
  const record = { offset, timestamp, key, value, headers: [] }
  return encodeBatch([record], { producerId, producerEpoch, isTransactional: true, isControl: true })
}

/** Whether a control batch says that a transaction was aborted. */
export function isAbort(batch: BatchView): boolean {
  return decodeRecords(batch.bytes)[0]?.key?.readInt16BE(2) === ABORT
}
