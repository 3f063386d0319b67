/** Who a producer is: its id, and its epoch, of which only the newest may write. */
export interface ProducerIdentity {
  readonly producerId: number
  readonly producerEpoch: number
}

/** Kafka's epochs are 16-bit; one short of the end the id itself is replaced (Kafka: TransactionMetadata#isEpochExhausted). */
const LAST_EPOCH = 32_766

/** Gives out producer ids: a new one to each idempotent producer, a lasting one with growing epoch to a transactional id. */
export class ProducerIds {
  #next = 1000
  readonly #transactional: Map<string, ProducerIdentity> = new Map()

  /** A new producer, never seen before. */
  create(): ProducerIdentity {
    const producerId = this.#next
    this.#next += 1
    return { producerId, producerEpoch: 0 }
  }

  /** The producer of a transactional id; each call fences off the one before by a higher epoch. */
  forTransactionalId(transactionalId: string): ProducerIdentity {
    const current = this.#transactional.get(transactionalId)
    const identity =
      current === undefined || current.producerEpoch >= LAST_EPOCH
        ? this.create()
        : { producerId: current.producerId, producerEpoch: current.producerEpoch + 1 }
    this.#transactional.set(transactionalId, identity)
    return identity
  }

  /** The producer that a transactional id has now. */
  current(transactionalId: string): ProducerIdentity | undefined {
    return this.#transactional.get(transactionalId)
  }
}
