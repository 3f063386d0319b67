import { ErrorCode } from '../protocol/errors.ts'

/** How many batches of a producer are remembered; a producer has at most this many requests in flight. */
const REMEMBERED_BATCHES = 5
const LAST_SEQUENCE = 0x7fffffff

/** What a batch of an idempotent producer says of itself. */
export interface ProducerBatch {
  readonly producerId: number
  readonly producerEpoch: number
  readonly baseSequence: number
  readonly records: number
}

interface Appended {
  readonly baseSequence: number
  readonly lastSequence: number
  readonly baseOffset: number
  readonly timestamp: number
}

interface ProducerState {
  epoch: number
  batches: Appended[]
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
   * taken: its records may have been deleted (Kafka: ProducerAppendInfo#checkSequence).
   */
  error({ producerId, producerEpoch, baseSequence }: ProducerBatch): number {
    const producer = this.#producers.get(producerId)
    if (producer === undefined) return ErrorCode.NONE
    if (producerEpoch < producer.epoch) return ErrorCode.INVALID_PRODUCER_EPOCH
    const expected = producerEpoch > producer.epoch ? 0 : sequenceAfter(producer.batches.at(-1)!.lastSequence)
    return baseSequence === expected ? ErrorCode.NONE : ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER
  }

  remember(batch: ProducerBatch, baseOffset: number, timestamp: number): void {
    let producer = this.#producers.get(batch.producerId)
    if (producer?.epoch !== batch.producerEpoch) {
      producer = { epoch: batch.producerEpoch, batches: [] }
      this.#producers.set(batch.producerId, producer)
    }
    const { baseSequence } = batch
    producer.batches.push({ baseSequence, lastSequence: lastSequenceOf(batch), baseOffset, timestamp })
    if (producer.batches.length > REMEMBERED_BATCHES) producer.batches.shift()
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
