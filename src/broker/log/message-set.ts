import {
  BatchView,
  compressionOf,
  decodeRecords,
  encodeBatch,
  InvalidRecordsError,
  type LogRecord,
  readInt64,
  writeInt64,
} from './batch.ts'
import { decompress } from './compression.ts'

/*
 * Message sets, the record formats before Kafka 0.11 (magic 0 and 1): offset, size, then crc, magic, attributes, with
 * magic 1 a timestamp, key, value. A compressed set is the value of one message (org.apache.kafka.common.record.
 * LegacyRecord). The log keeps batches only: what comes is converted, and converted back for old Fetch versions.
 */

const NO_TIMESTAMP = -1

/** Whether the timestamps were set by the broker. */
const LOG_APPEND_TIME = 0x08

/**
 * A message set as one record batch, with the compression that it had.
 *
 * @throws InvalidRecordsError when a message is malformed or its checksum is wrong.
 */
export function batchOfMessageSet(set: Buffer): Buffer {
  const compression = compressionOf(set[17]!)
  const records = readMessages(set, 0).map((record, index) => ({ ...record, offset: index }))
  if (records.length === 0) throw new InvalidRecordsError('invalid', 'a message set without messages')
  return encodeBatch(records, { compression })
}

function readMessages(set: Buffer, depth: number): LogRecord[] {
  const records: LogRecord[] = []
  for (let at = 0; at < set.length; ) {
    if (set.length - at < 26) throw new InvalidRecordsError('corrupt', `a message at byte ${at} is cut off`)
    const size = set.readInt32BE(at + 8)
    if (size < 14 || at + 12 + size > set.length) {
      throw new InvalidRecordsError('corrupt', `a message of ${size} bytes at byte ${at} of ${set.length}`)
    }
    for (const record of readMessage(set.subarray(at, at + 12 + size), depth)) records.push(record)
    at += 12 + size
  }
  return records
}

function readMessage(message: Buffer, depth: number): LogRecord[] {
  const magic = message.readInt8(16)
  if (magic !== 0 && magic !== 1) throw new InvalidRecordsError('invalid', `magic ${magic} in a message set`)
  if (crc32(message) !== message.readUInt32BE(12)) {
    throw new InvalidRecordsError('corrupt', 'the checksum of a message is wrong')
  }
  const compression = compressionOf(message[17]!)
  const timestamp = magic === 1 ? readInt64(message, 18) : NO_TIMESTAMP
  const [key, afterKey] = readBytes(message, magic === 1 ? 26 : 18)
  const [value] = readBytes(message, afterKey)
  if (compression === 'none') return [{ offset: 0, timestamp, key, value, headers: [] }]
  if (value === null || depth > 0) throw new InvalidRecordsError('invalid', 'a compressed message without a set in it')
  const inner = readMessages(decompress(compression, value), depth + 1)
  const byBroker = (message[17]! & LOG_APPEND_TIME) !== 0
  return byBroker ? inner.map((record) => ({ ...record, timestamp })) : inner
}

function readBytes(message: Buffer, at: number): [bytes: Buffer | null, next: number] {
  if (at + 4 > message.length) throw new InvalidRecordsError('corrupt', 'a message is cut off')
  const length = message.readInt32BE(at)
  if (length === -1) return [null, at + 4]
  if (length < 0 || at + 4 + length > message.length) {
    throw new InvalidRecordsError('corrupt', `${length} bytes at byte ${at} of a message of ${message.length}`)
  }
  return [message.subarray(at + 4, at + 4 + length), at + 4 + length]
}

/** A batch as a message set, for Fetch versions 0 and 1 (magic 0), 2 and 3 (magic 1). Headers are lost, as in Kafka. */
export function messageSetOfBatch(batch: Buffer, magic: 0 | 1): Buffer {
  const { isControl, timestampType } = new BatchView(batch)
  if (isControl) return Buffer.alloc(0)
  const attributes = magic === 1 && timestampType === 'LogAppendTime' ? LOG_APPEND_TIME : 0
  return Buffer.concat(decodeRecords(batch).map((record) => encodeMessage(record, magic, attributes)))
}

function encodeMessage({ offset, timestamp, key, value }: LogRecord, magic: 0 | 1, attributes: number): Buffer {
  const body = magic === 1 ? 26 : 18
  const message = Buffer.alloc(body + 8 + (key?.length ?? 0) + (value?.length ?? 0))
  writeInt64(message, offset, 0)
  message.writeInt32BE(message.length - 12, 8)
  message.writeInt8(magic, 16)
  message.writeInt8(attributes, 17)
  if (magic === 1) writeInt64(message, timestamp, 18)
  message.writeInt32BE(key?.length ?? -1, body)
  key?.copy(message, body + 4)
  const valueAt = body + 4 + (key?.length ?? 0)
  message.writeInt32BE(value?.length ?? -1, valueAt)
  value?.copy(message, valueAt + 4)
  message.writeUInt32BE(crc32(message), 12)
  return message
}

/** Of all behind the checksum itself. */
function crc32(message: Buffer): number {
  return process.getBuiltinModule('node:zlib').crc32(message.subarray(16))
}
