/** Who a producer is: its id, and its epoch, of which only the newest may write. */
export interface ProducerIdentity {
  readonly producerId: number
  readonly producerEpoch: number
}

/** Gives out producer ids: a new one to each idempotent producer. */
export class ProducerIds {
  #next = 1000

  /** A new producer, never seen before. */
  create(): ProducerIdentity {
    const producerId = this.#next
    this.#next += 1
    return { producerId, producerEpoch: 0 }
  }
}
