/** A transaction as far as it wrote to one partition. Its batches hold it, so that each record tells what became of it. */
export interface LogTransaction {
  readonly transactionalId: string
  readonly producerId: number
  readonly clientId: string
  /** Where its first record lies. */
  readonly firstOffset: number
  readonly state: 'open' | 'committed' | 'aborted'
  /** Where its marker lies, and of `now()` when that came; -1 while it is open. */
  readonly lastOffset: number
  readonly endedAt: number
}

type Changing<T> = { -readonly [Key in keyof T]: T[Key] }

/** Which transactions of a partition are open, and which were aborted (Kafka: ProducerStateManager, TransactionIndex). */
export class PartitionTransactions {
  /** By producer id, in the order of their first records. */
  readonly #open: Map<number, Changing<LogTransaction>> = new Map()
  /** In the order of their markers. */
  #aborted: LogTransaction[] = []

  /** The one that a producer's records at `firstOffset` are of: its open one, or one that begins with them. */
  begin(
    producer: Pick<LogTransaction, 'transactionalId' | 'producerId' | 'clientId'>,
    firstOffset: number,
  ): LogTransaction {
    const open = this.#open.get(producer.producerId)
    if (open !== undefined) return open
    const begun: LogTransaction = { ...producer, firstOffset, state: 'open', lastOffset: -1, endedAt: -1 }
    this.#open.set(producer.producerId, begun)
    return begun
  }

  /** A marker was written. */
  end(
    { producerId, committed }: { producerId: number; committed: boolean },
    lastOffset: number,
    endedAt: number,
  ): void {
    const transaction = this.#open.get(producerId)
    if (transaction === undefined) return
    this.#open.delete(producerId)
    Object.assign(transaction, { state: committed ? 'committed' : 'aborted', lastOffset, endedAt })
    if (!committed) this.#aborted.push(transaction)
  }

  openOf(producerId: number): LogTransaction | undefined {
    return this.#open.get(producerId)
  }

  /** Where the first record lies of which nobody knows yet what becomes of it. */
  get firstOpenOffset(): number | undefined {
    return this.#open.values().next().value?.firstOffset
  }

  /** The aborted ones that a reader of the records from `from` to before `to` must know of. */
  abortedBetween(from: number, to: number): LogTransaction[] {
    return this.#aborted.filter(({ firstOffset, lastOffset }) => lastOffset >= from && firstOffset < to)
  }

  /** What lies before is deleted. */
  forgetBefore(offset: number): void {
    this.#aborted = this.#aborted.filter(({ lastOffset }) => lastOffset >= offset)
  }
}
