import { BATCH_HEADER_BYTES, BatchView } from '../broker/log/batch.ts'
import { decompress } from '../broker/log/compression.ts'
import type { StoredBatch } from '../broker/log/partition.ts'
import type { LogTransaction } from '../broker/log/partition-transactions.ts'
import type { Topic } from '../broker/log/topics.ts'
import { VarintReader } from '../broker/log/varint.ts'
import type { StoredRecord } from './cluster.ts'

/**
 * A topic's log as tests read it, in the order of arrival. Each record is found once in a test file, whoever reads, and
 * what is kept of it is where it lies: some 60 bytes.
 */
export class TopicLog {
  #id: string | undefined
  #records: LoggedRecord[] = []
  readonly #starts: Map<number, number> = new Map()
  readonly #ends: Map<number, number> = new Map()

  /** The records that were appended after the broker's append of this number. */
  after(sequence: number, topic: Topic | undefined): LoggedRecord[] {
    if (topic?.id !== this.#id) this.#forget(topic?.id)
    if (topic !== undefined) this.#update(topic)
    return this.#records.slice(this.#find(sequence))
  }

  #forget(id: string | undefined): void {
    this.#id = id
    this.#records = []
    this.#starts.clear()
    this.#ends.clear()
  }

  #update({ partitions }: Topic): void {
    const fresh: StoredBatch[] = []
    let isCut = false
    for (const partition of partitions) {
      const { index, logStartOffset, endOffset } = partition
      const end = this.#ends.get(index) ?? 0
      if (endOffset > end) for (const batch of partition.batchesFrom(end)) if (!batch.isControl) fresh.push(batch)
      this.#ends.set(index, endOffset)
      if (logStartOffset > (this.#starts.get(index) ?? 0)) isCut = true
      this.#starts.set(index, logStartOffset)
    }
    fresh.sort((a, b) => a.sequence - b.sequence)
    for (const batch of fresh) for (const at of placesIn(batch)) this.#records.push(new LoggedRecord(batch, at))
    if (isCut) this.#records = this.#records.filter(({ partition, offset }) => offset >= this.#starts.get(partition)!)
  }

  /** Index of the first record that was appended later. */
  #find(sequence: number): number {
    let low = 0
    let high = this.#records.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.#records[middle]!.sequence <= sequence) low = middle + 1
      else high = middle
    }
    return low
  }
}

/** A record where it lies in its batch: each part is read when it is asked for. */
class LoggedRecord implements StoredRecord {
  readonly #batch: StoredBatch
  readonly #at: number
  decoded: unknown = undefined

  constructor(batch: StoredBatch, at: number) {
    this.#batch = batch
    this.#at = at
  }

  get topic(): string {
    return this.#batch.topic
  }

  get partition(): number {
    return this.#batch.partition
  }

  get appendedAt(): number {
    return this.#batch.appendedAt
  }

  get sequence(): number {
    return this.#batch.sequence
  }

  get transaction(): LogTransaction | undefined {
    return this.#batch.transaction
  }

  get clientId(): string {
    return this.#batch.clientId
  }

  get timestamp(): number {
    const batch = new BatchView(this.#batch.bytes)
    if (batch.timestampType === 'LogAppendTime') return batch.maxTimestamp
    return batch.baseTimestamp + this.#reader().varint()
  }

  get offset(): number {
    const reader = this.#reader()
    reader.varint()
    return this.#batch.baseOffset + reader.varint()
  }

  get key(): Buffer | null {
    return this.#readerOfKey().bytes()
  }

  get value(): Buffer | null {
    const reader = this.#readerOfKey()
    reader.skipBytes()
    return reader.bytes()
  }

  get headers(): [name: string, value: Buffer | null][] {
    const reader = this.#readerOfKey()
    reader.skipBytes()
    reader.skipBytes()
    return Array.from({ length: reader.varint() }, () => [String(reader.bytes() ?? ''), reader.bytes()])
  }

  #readerOfKey(): VarintReader {
    const reader = this.#reader()
    reader.varint()
    reader.varint()
    return reader
  }

  /** Stands before the record's timestamp. */
  #reader(): VarintReader {
    const reader = new VarintReader(bytesOf(this.#batch))
    reader.offset = this.#at
    return reader
  }
}

/** Of compressed batches what was decompressed, until memory is short. */
const decompressed = new WeakMap<StoredBatch, WeakRef<Buffer>>()

/** The bytes in which the records of a batch lie. */
function bytesOf(batch: StoredBatch): Buffer {
  const { compression } = new BatchView(batch.bytes)
  if (compression === 'none') return batch.bytes
  const kept = decompressed.get(batch)?.deref()
  if (kept !== undefined) return kept
  const bytes = decompress(compression, batch.bytes.subarray(BATCH_HEADER_BYTES))
  decompressed.set(batch, new WeakRef(bytes))
  return bytes
}

/**
 * Where the records of a batch begin, behind their lengths and attributes. Batches are stored unopened: one whose
 * records turn out not to be any has no record for a test either.
 */
function placesIn(batch: StoredBatch): number[] {
  const { compression, recordCount } = new BatchView(batch.bytes)
  const places: number[] = []
  try {
    const reader = new VarintReader(bytesOf(batch))
    if (compression === 'none') reader.offset = BATCH_HEADER_BYTES
    while (places.length < recordCount) {
      const end = reader.varint() + reader.offset
      reader.int8()
      places.push(reader.offset)
      reader.varint()
      reader.varint()
      reader.skipBytes()
      reader.skipBytes()
      for (let left = reader.varint(); left > 0; left -= 1) {
        reader.skipBytes()
        reader.skipBytes()
      }
      if (reader.offset !== end) return []
    }
    return places
  } catch {
    return []
  }
}
