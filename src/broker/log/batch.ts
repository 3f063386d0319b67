import { type CompressionName, compress, compressionNames, decompress } from './compression.ts'
import { crc32c } from './crc32c.ts'
import { pushVarint, VarintReader } from './varint.ts'

/** A record as a batch holds it. Key, value and headers share memory with the batch. */
export interface LogRecord {
  offset: number
  /** Milliseconds since the epoch; -1 for none. */
  timestamp: number
  key: Buffer | null
  value: Buffer | null
  headers: readonly (readonly [name: string, value: Buffer | null])[]
}

/** Bytes before the records of a batch (org.apache.kafka.common.record.DefaultRecordBatch). */
export const BATCH_HEADER_BYTES = 61
const LENGTH_AT = 8
const MAGIC_AT = 16
const CRC_AT = 17
const ATTRIBUTES_AT = 21

/** Records that can't be taken. `reason` says why, as Kafka's errors tell them apart. */
export class InvalidRecordsError extends Error {
  override name = 'InvalidRecordsError'
  readonly reason: 'corrupt' | 'invalid'
  constructor(reason: 'corrupt' | 'invalid', message: string) {
    super(message)
    this.reason = reason
  }
}

/** A view of the header of a record batch (magic 2); reading it costs nothing else. */
export class BatchView {
  readonly bytes: Buffer
  constructor(bytes: Buffer) {
    this.bytes = bytes
  }
  get baseOffset(): number {
    return readInt64(this.bytes, 0)
  }
  get leaderEpoch(): number {
    return this.bytes.readInt32BE(12)
  }
  get magic(): number {
    return this.bytes.readInt8(MAGIC_AT)
  }
  get crc(): number {
    return this.bytes.readUInt32BE(CRC_AT)
  }
  get attributes(): number {
    return this.bytes.readInt16BE(ATTRIBUTES_AT)
  }
  get compression(): CompressionName {
    return compressionOf(this.attributes)
  }
  get timestampType(): 'CreateTime' | 'LogAppendTime' {
    return (this.attributes & 0x08) === 0 ? 'CreateTime' : 'LogAppendTime'
  }
  get isTransactional(): boolean {
    return (this.attributes & 0x10) !== 0
  }
  /** Whether its records are markers of a transaction, which consumers don't see. */
  get isControl(): boolean {
    return (this.attributes & 0x20) !== 0
  }
  get lastOffsetDelta(): number {
    return this.bytes.readInt32BE(23)
  }
  get baseTimestamp(): number {
    return readInt64(this.bytes, 27)
  }
  get maxTimestamp(): number {
    return readInt64(this.bytes, 35)
  }
  /** -1 where the producer is not idempotent. */
  get producerId(): number {
    return readInt64(this.bytes, 43)
  }
  get producerEpoch(): number {
    return this.bytes.readInt16BE(51)
  }
  get baseSequence(): number {
    return this.bytes.readInt32BE(53)
  }
  get recordCount(): number {
    return this.bytes.readInt32BE(57)
  }
}

/** The magic byte of the first batch or message of some records: 0, 1 or 2. */
export function magicOf(records: Buffer): number {
  if (records.length <= MAGIC_AT) throw new InvalidRecordsError('corrupt', `${records.length} bytes are no records`)
  return records.readInt8(MAGIC_AT)
}

/**
 * The record batches (magic 2) of a Produce request, each a slice of its bytes.
 *
 * @throws InvalidRecordsError when a batch is cut off, its header contradicts itself, or its checksum is wrong.
 */
export function readBatches(records: Buffer): BatchView[] {
  const batches: BatchView[] = []
  for (let at = 0; at < records.length; ) {
    if (records.length - at < BATCH_HEADER_BYTES) {
      throw new InvalidRecordsError('corrupt', `a batch at byte ${at} is cut off in its header`)
    }
    const length = records.readInt32BE(at + LENGTH_AT) + 12
    if (length < BATCH_HEADER_BYTES || at + length > records.length) {
      throw new InvalidRecordsError('corrupt', `a batch of ${length} bytes at byte ${at} of ${records.length}`)
    }
    const batch = new BatchView(records.subarray(at, at + length))
    verifyBatch(batch)
    batches.push(batch)
    at += length
  }
  return batches
}

/** @throws InvalidRecordsError when the header contradicts itself or the checksum is wrong. */
function verifyBatch(batch: BatchView): void {
  if (batch.magic !== 2) throw new InvalidRecordsError('invalid', `magic ${batch.magic} in a batch of magic 2`)
  if (crc32c(batch.bytes.subarray(ATTRIBUTES_AT)) !== batch.crc) {
    throw new InvalidRecordsError(
      'corrupt',
      `the checksum of the batch is ${crc32c(batch.bytes.subarray(ATTRIBUTES_AT))}, its header says ${batch.crc}`,
    )
  }
  const { recordCount, lastOffsetDelta } = batch
  if (recordCount < 1 || lastOffsetDelta !== recordCount - 1) {
    throw new InvalidRecordsError(
      'invalid',
      `a batch of ${recordCount} records with last offset delta ${lastOffsetDelta}`,
    )
  }
}

/** Gives a batch its place in the log. Neither field is covered by the checksum, so the records stay as they came. */
export function setBaseOffset(batch: Buffer, offset: number, leaderEpoch = 0): void {
  writeInt64(batch, offset, 0)
  batch.writeInt32BE(leaderEpoch, 12)
}

/** Replaces the timestamps of all records by the broker's, for `message.timestamp.type=LogAppendTime`. */
export function setLogAppendTime(batch: Buffer, timestamp: number): void {
  batch.writeInt16BE(batch.readInt16BE(ATTRIBUTES_AT) | 0x08, ATTRIBUTES_AT)
  writeInt64(batch, timestamp, 35)
  batch.writeUInt32BE(crc32c(batch.subarray(ATTRIBUTES_AT)), CRC_AT)
}

/**
 * The records of a batch, decompressed where it is compressed.
 *
 * @throws Error when they can't be decompressed.
 * @throws InvalidRecordsError when they are malformed.
 */
export function decodeRecords(bytes: Buffer): LogRecord[] {
  const batch = new BatchView(bytes)
  const reader = new VarintReader(decompress(batch.compression, bytes.subarray(BATCH_HEADER_BYTES)))
  const records: LogRecord[] = []
  try {
    while (records.length < batch.recordCount) records.push(decodeRecord(reader, batch))
  } catch (error) {
    throw new InvalidRecordsError('invalid', `record ${records.length}: ${(error as Error).message}`)
  }
  return records
}

function decodeRecord(reader: VarintReader, batch: BatchView): LogRecord {
  const end = reader.varint() + reader.offset
  reader.int8()
  const timestamp = batch.baseTimestamp + reader.varint()
  const offset = batch.baseOffset + reader.varint()
  const key = reader.bytes()
  const value = reader.bytes()
  const headers: [name: string, value: Buffer | null][] = []
  for (let left = reader.varint(); left > 0; left--) {
    headers.push([reader.bytes()?.toString('utf8') ?? '', reader.bytes()])
  }
  if (reader.offset !== end) throw new Error(`it ends at byte ${reader.offset}, its length says ${end}`)
  return {
    offset,
    timestamp: batch.timestampType === 'LogAppendTime' ? batch.maxTimestamp : timestamp,
    key,
    value,
    headers,
  }
}

export interface BatchOptions {
  compression?: CompressionName
  timestampType?: 'CreateTime' | 'LogAppendTime'
  producerId?: number
  producerEpoch?: number
  baseSequence?: number
  isTransactional?: boolean
  isControl?: boolean
}

/** A batch of records with consecutive offsets, as a producer would write it. */
export function encodeBatch(records: readonly LogRecord[], options: BatchOptions = {}): Buffer {
  const first = records[0]!
  const name = options.compression ?? 'none'
  const body = compress(name, Buffer.concat(records.map((record) => encodeRecord(record, first))))
  const batch = Buffer.alloc(BATCH_HEADER_BYTES + body.length)
  body.copy(batch, BATCH_HEADER_BYTES)
  writeInt64(batch, first.offset, 0)
  batch.writeInt32BE(batch.length - 12, LENGTH_AT)
  batch.writeInt8(2, MAGIC_AT)
  batch.writeInt16BE(compressionNames.indexOf(name) | flagsOf(options), ATTRIBUTES_AT)
  batch.writeInt32BE(records.at(-1)!.offset - first.offset, 23)
  writeInt64(batch, first.timestamp, 27)
  writeInt64(batch, latest(records), 35)
  writeInt64(batch, options.producerId ?? -1, 43)
  batch.writeInt16BE(options.producerEpoch ?? -1, 51)
  batch.writeInt32BE(options.baseSequence ?? -1, 53)
  batch.writeInt32BE(records.length, 57)
  batch.writeUInt32BE(crc32c(batch.subarray(ATTRIBUTES_AT)), CRC_AT)
  return batch
}

/** Not by `Math.max(...)`, whose arguments lie on the stack: it ends at some 120,000 records. */
function latest(records: readonly LogRecord[]): number {
  return records.reduce((max, { timestamp }) => Math.max(max, timestamp), -1)
}

function flagsOf({ timestampType, isTransactional = false, isControl = false }: BatchOptions): number {
  return (timestampType === 'LogAppendTime' ? 0x08 : 0) | (isTransactional ? 0x10 : 0) | (isControl ? 0x20 : 0)
}

function encodeRecord(record: LogRecord, first: LogRecord): Buffer {
  const parts: Buffer[] = []
  let numbers: number[] = [0]
  const push = (bytes: Buffer | null): void => {
    pushVarint(numbers, bytes === null ? -1 : bytes.length)
    if (bytes === null) return
    parts.push(Buffer.from(numbers), bytes)
    numbers = []
  }
  pushVarint(numbers, record.timestamp - first.timestamp)
  pushVarint(numbers, record.offset - first.offset)
  push(record.key)
  push(record.value)
  pushVarint(numbers, record.headers.length)
  for (const [name, value] of record.headers) {
    push(Buffer.from(name))
    push(value)
  }
  parts.push(Buffer.from(numbers))
  const length: number[] = []
  pushVarint(
    length,
    parts.reduce((total, part) => total + part.length, 0),
  )
  return Buffer.concat([Buffer.from(length), ...parts])
}

export function compressionOf(attributes: number): CompressionName {
  const name = compressionNames[attributes & 0x07]
  if (name === undefined) throw new InvalidRecordsError('invalid', `compression type ${attributes & 0x07} is unknown`)
  return name
}

export function readInt64(bytes: Buffer, at: number): number {
  return bytes.readInt32BE(at) * 4294967296 + bytes.readUInt32BE(at + 4)
}

export function writeInt64(bytes: Buffer, value: number, at: number): void {
  const high = Math.floor(value / 4294967296)
  bytes.writeInt32BE(high, at)
  bytes.writeUInt32BE(value - high * 4294967296, at + 4)
}
