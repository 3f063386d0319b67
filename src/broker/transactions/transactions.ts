import { clearTimeout, now, setTimeout } from '../../base/clock.ts'
import type { Context } from '../api.ts'
import type { BrokerEventMap } from '../events.ts'
import type { Partition } from '../log/partition.ts'
import type { ProducerIdentity } from '../log/producers.ts'
import { ErrorCode } from '../protocol/errors.ts'
import type { BrokerState } from '../state.ts'
import { writeMarker } from './markers.ts'
import { TransactionalProducer } from './producer.ts'

/** What a producer says of itself in each request of a transaction. */
export interface Claim extends ProducerIdentity {
  readonly transactionalId: string
}

/** A producer's identity, or with an error code none. */
export type Answer = { readonly errorCode: number } & ProducerIdentity

type AbortReason = BrokerEventMap['transaction aborted'][0]['reason']

const NONE = -1

/** The transactional ids of a broker, and what is done with their transactions (Kafka: TransactionCoordinator). */
export class Transactions {
  readonly #broker: BrokerState
  readonly #producers: Map<string, TransactionalProducer> = new Map()

  constructor(broker: BrokerState) {
    this.#broker = broker
  }

  get(transactionalId: string): TransactionalProducer | undefined {
    return this.#producers.get(transactionalId)
  }

  list(): TransactionalProducer[] {
    return [...this.#producers.values()]
  }

  /**
   * Gives whoever asks last a newer epoch than all before, which fences them. A transaction that one of them left open is
   * aborted, and the answer is CONCURRENT_TRANSACTIONS: the next one is the epoch. `before` is who the producer was.
   */
  init(transactionalId: string, timeoutMs: number, before: ProducerIdentity): Answer {
    const producer =
      this.#producers.get(transactionalId) ??
      new TransactionalProducer(transactionalId, this.#broker.producerIds.create().producerId)
    this.#producers.set(transactionalId, producer)
    const isNew = producer.epoch === NONE
    const knows = before.producerId !== NONE && !isNew
    const isOwn = before.producerId === producer.producerId || producer.isBefore(before)
    if (knows && !isOwn) return refused(ErrorCode.PRODUCER_FENCED)
    if (producer.state === 'Ongoing') {
      this.#abort(producer, 'fenced')
      return refused(ErrorCode.CONCURRENT_TRANSACTIONS)
    }
    if (knows && before.producerEpoch !== producer.epoch) {
      if (!producer.isBefore(before)) return refused(ErrorCode.PRODUCER_FENCED)
    } else {
      this.#bump(producer)
      if (!knows) producer.lastEpoch = NONE
    }
    producer.timeoutMs = timeoutMs
    producer.state = 'Empty'
    producer.startedAt = -1
    return { errorCode: ErrorCode.NONE, ...producer.identity }
  }

  /** Partitions take part in a producer's transaction, which begins with the first; gives an error code. */
  add(claim: Claim, partitions: readonly Partition[], from: Pick<Context, 'clientId' | 'connection'>): number {
    const producer = this.#producerOf(claim)
    if (typeof producer === 'number') return producer
    for (const partition of partitions) producer.partitions.add(partition)
    if (producer.state !== 'Ongoing') this.#begin(producer, from.clientId)
    producer.connection = from.connection
    return ErrorCode.NONE
  }

  /** Whether a partition takes part in a producer's transaction; gives an error code. */
  verify(claim: Claim, partition: Partition): number {
    const producer = this.#producerOf(claim)
    if (typeof producer === 'number') return producer
    return producer.partitions.has(partition) ? ErrorCode.NONE : ErrorCode.TRANSACTION_ABORTABLE
  }

  /**
   * Commits or aborts. Classic, what was ended may be ended the same way again; by version 2 each end gives the producer a
   * newer epoch, and who asks again with the one before is told it (KIP-890).
   */
  end(claim: Claim, committed: boolean, version2: boolean): Answer {
    const producer = this.#producerOf(claim, version2)
    if (typeof producer === 'number') return refused(producer)
    const isAgain = version2 && producer.isBefore(claim)
    if (producer.state === 'Ongoing') {
      if (isAgain) return refused(ErrorCode.PRODUCER_FENCED)
    } else {
      const isSame = producer.state === (committed ? 'CompleteCommit' : 'CompleteAbort')
      const isRepeated = isSame && (isAgain || !version2)
      // Version 2 has nothing to commit where nothing was added, but an abort makes sure that there is nothing.
      if (!isRepeated && (isAgain || committed || !version2)) return refused(ErrorCode.INVALID_TXN_STATE)
      if (isRepeated) return { errorCode: ErrorCode.NONE, ...producer.identity }
    }
    const marked = producer.identity
    if (version2) this.#bump(producer)
    // The marker has the newer epoch, but for the old id where the epochs were used up.
    const marker = marked.producerId === producer.producerId ? producer.identity : { ...marked, producerEpoch: 0x7fff }
    this.#complete(producer, marker, committed)
    return { errorCode: ErrorCode.NONE, ...producer.identity }
  }

  /** Aborts what was left open by clients that are gone. */
  abortAbandoned(): void {
    for (const producer of this.#producers.values()) if (producer.isAbandoned) this.#abort(producer, 'abandoned')
  }

  /** Stops every timer. */
  close(): void {
    for (const { timer } of this.#producers.values()) clearTimeout(timer)
    this.#producers.clear()
  }

  /** The producer that a request comes from, or why it may not. */
  #producerOf(claim: Claim, orBefore = false): TransactionalProducer | number {
    const { transactionalId, producerId, producerEpoch } = claim
    if (transactionalId === '') return ErrorCode.INVALID_REQUEST
    const producer = this.#producers.get(transactionalId)
    if (producer === undefined) return ErrorCode.INVALID_PRODUCER_ID_MAPPING
    if (orBefore && producer.isBefore(claim)) return producer
    if (producer.producerId !== producerId) return ErrorCode.INVALID_PRODUCER_ID_MAPPING
    return producer.epoch === producerEpoch ? producer : ErrorCode.PRODUCER_FENCED
  }

  #begin(producer: TransactionalProducer, clientId: string): void {
    const timer = setTimeout(() => this.#abort(producer, 'timed out'), producer.timeoutMs)
    producer.begin(clientId, timer.unref())
    this.#broker.events.emit('transaction began', { kind: 'transaction began', ...told(producer) })
  }

  /** Aborts what a producer left open, and fences it: not by its own wish. */
  #abort(producer: TransactionalProducer, reason: AbortReason): void {
    producer.lastProducerId = producer.producerId
    producer.lastEpoch = producer.epoch
    producer.epoch += 1
    this.#complete(producer, producer.identity, false, reason)
  }

  #bump(producer: TransactionalProducer): void {
    producer.bump(() => this.#broker.producerIds.create().producerId)
  }

  #complete(
    producer: TransactionalProducer,
    identity: ProducerIdentity,
    committed: boolean,
    reason: AbortReason = 'asked for',
  ): void {
    const wasOpen = producer.state === 'Ongoing'
    const about = told(producer)
    const { clientId } = producer
    const marker = { ...identity, committed, coordinatorEpoch: 0 }
    for (const partition of producer.complete(committed)) writeMarker(this.#broker, partition, marker, clientId)
    if (!wasOpen) return
    if (committed) this.#broker.events.emit('transaction committed', { kind: 'transaction committed', ...about })
    else this.#broker.events.emit('transaction aborted', { kind: 'transaction aborted', ...about, reason })
  }
}

function told({ transactionalId, clientId, topics }: TransactionalProducer) {
  return { at: now(), transactionalId, clientId, topics }
}

function refused(errorCode: number): Answer {
  return { errorCode, producerId: NONE, producerEpoch: NONE }
}
