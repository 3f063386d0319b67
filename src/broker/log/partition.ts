import { type Moment, now, wallTime } from '../../base/clock.ts'
import type { BrokerState } from '../state.ts'
import { decodeRecords, type LogRecord } from './batch.ts'
import { encodeMarker, type Marker } from './marker.ts'
import { type LogTransaction, PartitionTransactions } from './partition-transactions.ts'
import { ProducerStates } from './producer-states.ts'

/** A record batch as it lies in the log, with what the broker knows of its arrival. */
export interface StoredBatch {
  readonly topic: string
  readonly partition: number
  readonly baseOffset: number
  readonly lastOffset: number
  /** The batch as a client gets it: compressed if it came so. */
  readonly bytes: Buffer
  /** Milliseconds since the epoch; -1 where the records have no timestamp. */
  readonly maxTimestamp: number
  /** When it was appended. */
  readonly appendedAt: Moment
  /** The broker's count of appends with it. */
  readonly sequence: number
  readonly clientId: string
  /** That its records are of. */
  readonly transaction: LogTransaction | undefined
  /** Whether it is the marker of a transaction's end, which holds no record for anybody. */
  readonly isControl: boolean
}

export interface NewBatch {
  readonly bytes: Buffer
  readonly records: number
  readonly maxTimestamp: number
  readonly transaction?: LogTransaction | undefined
}

export interface TimestampedOffset {
  readonly offset: number
  readonly timestamp: number
}

/** The log of one partition: record batches as they came, in memory. */
export class Partition {
  readonly topic: string
  readonly index: number
  /** There is one broker, so the leader never changes. */
  readonly leaderEpoch: number = 0
  readonly producers: ProducerStates = new ProducerStates()
  readonly transactions: PartitionTransactions = new PartitionTransactions()
  readonly #broker: BrokerState
  readonly #readers: Set<() => void> = new Set()
  #batches: StoredBatch[] = []
  #bytes = 0
  #logStartOffset = 0
  #endOffset = 0
  #toldOfFullness = false
  #hasMarkers = false

  constructor(topic: string, index: number, broker: BrokerState) {
    this.topic = topic
    this.index = index
    this.#broker = broker
  }

  /** Offset of the oldest record that can be read. */
  get logStartOffset(): number {
    return this.#logStartOffset
  }

  /** Offset that the next record gets; with one broker it is the high watermark too. */
  get endOffset(): number {
    return this.#endOffset
  }

  /** Up to where it is known what became of each transaction: a reader of committed records gets no further. */
  get lastStableOffset(): number {
    return Math.max(this.#logStartOffset, this.transactions.firstOpenOffset ?? this.#endOffset)
  }

  get bytes(): number {
    return this.#bytes
  }

  /** The batches with records at or after this offset. */
  batchesFrom(offset: number): readonly StoredBatch[] {
    return this.#batches.slice(this.#find(offset))
  }

  /** Adds a batch whose base offset is `endOffset` already; wakes those who wait for records. */
  append(batch: NewBatch, clientId: string): StoredBatch {
    const stored = this.#store(batch, clientId, false)
    const { sequence, appendedAt: at, baseOffset: firstOffset, lastOffset } = stored
    const { records, bytes } = batch
    const place = { topic: this.topic, partition: this.index, firstOffset, lastOffset }
    this.#broker.events.emit('produced', {
      kind: 'produced',
      at,
      sequence,
      ...place,
      records,
      bytes: bytes.length,
      clientId,
    })
    this.wakeReaders()
    return stored
  }

  /** Ends a producer's transaction here. Nobody is told of a record: a marker is none. */
  mark(marker: Marker, clientId: string): void {
    const timestamp = wallTime()
    const bytes = encodeMarker(marker, { offset: this.#endOffset, timestamp })
    const { baseOffset, appendedAt } = this.#store({ bytes, records: 1, maxTimestamp: timestamp }, clientId, true)
    this.producers.marked(marker, timestamp)
    this.transactions.end(marker, baseOffset, appendedAt)
    this.#hasMarkers = true
    this.#broker.events.emit('marked', { topic: this.topic, partition: this.index })
    this.wakeReaders()
  }

  #store({ bytes, records, maxTimestamp, transaction }: NewBatch, clientId: string, isControl: boolean): StoredBatch {
    const broker = this.#broker
    broker.sequence += 1
    const stored: StoredBatch = {
      topic: this.topic,
      partition: this.index,
      baseOffset: this.#endOffset,
      lastOffset: this.#endOffset + records - 1,
      bytes,
      maxTimestamp,
      appendedAt: now(),
      sequence: broker.sequence,
      clientId,
      transaction,
      isControl,
    }
    this.#batches.push(stored)
    this.#endOffset = stored.lastOffset + 1
    this.#bytes += bytes.length
    if (this.#bytes > broker.options.maxPartitionBytes) this.#dropOldest()
    return stored
  }

  /**
   * Whole batches from the one that holds `offset`, up to `maxBytes`; at least one when `atLeastOne`, so that a record
   * larger than a client's limits doesn't stop it for ever (KIP-74). None that begins at `end` or later.
   */
  read(offset: number, end: number, maxBytes: number, atLeastOne: boolean): StoredBatch[] {
    const found: StoredBatch[] = []
    let bytes = 0
    for (let i = this.#find(offset); i < this.#batches.length; i += 1) {
      const batch = this.#batches[i]!
      if (batch.baseOffset >= end) break
      if (bytes + batch.bytes.length > maxBytes && !(atLeastOne && found.length === 0)) break
      found.push(batch)
      bytes += batch.bytes.length
    }
    return found
  }

  /** How many bytes there are from an offset on to before `end`, counted up to `enough`. */
  bytesFrom(offset: number, end: number, enough: number): number {
    let bytes = 0
    for (let i = this.#find(offset); i < this.#batches.length && bytes < enough; i += 1) {
      const batch = this.#batches[i]!
      if (batch.baseOffset >= end) break
      bytes += batch.bytes.length
    }
    return bytes
  }

  /** How many records there are from an offset on: markers are none, nor are those of aborted transactions. */
  countFrom(offset: number): number {
    const from = Math.max(offset, this.#logStartOffset)
    if (!this.#hasMarkers) return Math.max(0, this.#endOffset - from)
    let count = 0
    for (let i = this.#find(from); i < this.#batches.length; i += 1) {
      const batch = this.#batches[i]!
      if (isRecords(batch)) count += batch.lastOffset + 1 - Math.max(from, batch.baseOffset)
    }
    return count
  }

  /** The first record at or after a time. */
  firstAtOrAfter(timestamp: number): TimestampedOffset | undefined {
    for (const batch of this.#batches) {
      if (batch.maxTimestamp < timestamp) continue
      const record = recordsOf(batch).find((one) => one.timestamp >= timestamp && one.offset >= this.#logStartOffset)
      if (record !== undefined) return { offset: record.offset, timestamp: record.timestamp }
    }
    return undefined
  }

  /** The first record with the latest timestamp of the log. */
  latest(): TimestampedOffset | undefined {
    let latest: StoredBatch | undefined
    for (const batch of this.#batches) {
      if (latest === undefined || batch.maxTimestamp > latest.maxTimestamp) latest = batch
    }
    if (latest === undefined) return undefined
    const { maxTimestamp } = latest
    const record = recordsOf(latest).find(({ timestamp }) => timestamp === maxTimestamp)
    return record && { offset: record.offset, timestamp: record.timestamp }
  }

  /** Moves the start of the log; batches that lie wholly before it go. */
  deleteRecordsBefore(offset: number): void {
    this.#logStartOffset = Math.max(this.#logStartOffset, offset)
    this.#removeBatches(this.#find(offset))
    this.transactions.forgetBefore(offset)
  }

  /** Calls `listener` at each append, and when the partition is deleted. Returns the unsubscription. */
  onChange(listener: () => void): () => void {
    this.#readers.add(listener)
    return () => this.#readers.delete(listener)
  }

  wakeReaders(): void {
    for (const wake of this.#readers) wake()
  }

  /** Index of the first batch that ends at or after an offset. */
  #find(offset: number): number {
    let low = 0
    let high = this.#batches.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.#batches[middle]!.lastOffset < offset) low = middle + 1
      else high = middle
    }
    return low
  }

  #removeBatches(count: number): void {
    for (const { bytes } of this.#batches.splice(0, count)) this.#bytes -= bytes.length
  }

  /** A sixteenth more than needed goes, so that a full partition doesn't shift its batches at every append. */
  #dropOldest(): void {
    const { maxPartitionBytes, log } = this.#broker.options
    let count = 0
    for (
      let bytes = this.#bytes;
      bytes > (maxPartitionBytes / 16) * 15 && count < this.#batches.length - 1;
      count += 1
    ) {
      bytes -= this.#batches[count]!.bytes.length
    }
    this.#removeBatches(count)
    this.#logStartOffset = Math.max(this.#logStartOffset, this.#batches[0]!.baseOffset)
    this.transactions.forgetBefore(this.#logStartOffset)
    if (this.#toldOfFullness) return
    this.#toldOfFullness = true
    log(
      `kafka-testkit broker: ${this.topic}/${this.index} holds more than ${maxPartitionBytes} bytes, so its oldest ` +
        'records are dropped; raise maxPartitionBytes to keep them',
    )
  }
}

/** Whether a batch holds records that count, or may come to. */
function isRecords({ isControl, transaction }: StoredBatch): boolean {
  return !isControl && transaction?.state !== 'aborted'
}

/** Batches are stored unopened, so the records of one may turn out not to be any: then nobody finds them. */
function recordsOf({ bytes }: StoredBatch): LogRecord[] {
  try {
    return decodeRecords(bytes)
  } catch {
    return []
  }
}
