import { ErrorCode } from '../protocol/errors.ts'
import type { Marker } from './marker.ts'

/** How many batches of a producer are remembered; a producer has at most this many requests in flight. */
const REMEMBERED_BATCHES = 5
const LAST_SEQUENCE = 0x7fffffff

/** What a batch of an idempotent producer says of itself. */
export interface ProducerBatch {
  readonly producerId: number
  readonly producerEpoch: number
  readonly baseSequence: number
  readonly records: number
  readonly transaction: 'none' | 'classic' | 'version 2'
}

interface Appended {
  readonly baseSequence: number
  readonly lastSequence: number
  readonly baseOffset: number
  readonly timestamp: number
}

/** Of a batch that was appended: where it lies, what its producer was answered, and the latest time of its records. */
interface Remembered {
  readonly baseOffset: number
  readonly timestamp: number
  readonly maxTimestamp: number
}

/** What is known of a producer in one partition. */
export interface ProducerState {
  readonly epoch: number
  /** Of who wrote its last marker; -1 without one. */
  coordinatorEpoch: number
  readonly batches: Appended[]
  /** The latest timestamp of its last batch. */
  lastTimestamp: number
}

/** What each idempotent producer wrote to one partition, to notice gaps and repetitions (Kafka: ProducerStateManager). */
export class ProducerStates {
  readonly #producers: Map<number, ProducerState> = new Map()

  /** The batch that this one repeats: it is answered as it was then, and not stored again. */
  duplicateOf(batch: ProducerBatch): { baseOffset: number; timestamp: number } | undefined {
    const producer = this.#producers.get(batch.producerId)
    if (producer?.epoch !== batch.producerEpoch) return undefined
    const lastSequence = lastSequenceOf(batch)
    return producer.batches.find((one) => one.baseSequence === batch.baseSequence && one.lastSequence === lastSequence)
  }

  /**
   * Why a batch can't follow what its producer wrote before, or NONE. Of a producer that isn't known any sequence is
   * taken, since its records may have been deleted; but not in a transaction of version 2, whose epoch is its own
   * (Kafka: ProducerAppendInfo#checkSequence).
   */
  error({ producerId, producerEpoch, baseSequence, transaction }: ProducerBatch): number {
    const producer = this.#producers.get(producerId)
    if (producer === undefined) {
      const mustBegin = transaction === 'version 2' && baseSequence !== 0
      return mustBegin ? ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER : ErrorCode.NONE
    }
    if (producerEpoch < producer.epoch) return ErrorCode.INVALID_PRODUCER_EPOCH
    const last = producerEpoch > producer.epoch ? undefined : producer.batches.at(-1)
    const expected = last === undefined ? 0 : sequenceAfter(last.lastSequence)
    return baseSequence === expected ? ErrorCode.NONE : ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER
  }

  remember(batch: ProducerBatch, { baseOffset, timestamp, maxTimestamp }: Remembered): void {
    let producer = this.#producers.get(batch.producerId)
    if (producer?.epoch !== batch.producerEpoch) {
      producer = {
        epoch: batch.producerEpoch,
        coordinatorEpoch: producer?.coordinatorEpoch ?? -1,
        batches: [],
        lastTimestamp: -1,
      }
      this.#producers.set(batch.producerId, producer)
    }
    producer.lastTimestamp = maxTimestamp
    const { baseSequence } = batch
    producer.batches.push({ baseSequence, lastSequence: lastSequenceOf(batch), baseOffset, timestamp })
    if (producer.batches.length > REMEMBERED_BATCHES) producer.batches.shift()
  }

  /** Why a marker isn't taken, or NONE: somebody newer has written (Kafka: ProducerAppendInfo#appendEndTxnMarker). */
  markerError({ producerId, producerEpoch, coordinatorEpoch }: Omit<Marker, 'committed'>): number {
    const producer = this.#producers.get(producerId)
    if (producer === undefined) return ErrorCode.NONE
    if (producerEpoch < producer.epoch) return ErrorCode.INVALID_PRODUCER_EPOCH
    return coordinatorEpoch < producer.coordinatorEpoch ? ErrorCode.TRANSACTION_COORDINATOR_FENCED : ErrorCode.NONE
  }

  /** A marker was written: with a newer epoch it begins a new count of sequences. */
  marked({ producerId, producerEpoch, coordinatorEpoch }: Marker, timestamp: number): void {
    const producer = this.#producers.get(producerId)
    const batches = producer?.epoch === producerEpoch ? producer.batches : []
    this.#producers.set(producerId, { epoch: producerEpoch, coordinatorEpoch, batches, lastTimestamp: timestamp })
  }

  /** By producer id. */
  all(): ReadonlyMap<number, Readonly<ProducerState>> {
    return this.#producers
  }
}

function lastSequenceOf({ baseSequence, records }: ProducerBatch): number {
  const last = baseSequence + records - 1
  return last > LAST_SEQUENCE ? last - LAST_SEQUENCE - 1 : last
}

/** Sequences start again at 0 after the largest 32-bit integer. */
function sequenceAfter(last: number): number {
  return last === LAST_SEQUENCE ? 0 : last + 1
}
