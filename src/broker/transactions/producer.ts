import { clearTimeout, LONG_AGO, type Moment, now, wallTime } from '../../base/clock.ts'
import type { Connection } from '../api.ts'
import type { Partition } from '../log/partition.ts'
import type { ProducerIdentity } from '../log/producers.ts'
import { OFFSETS } from '../log/topics.ts'

/**
 * Kafka's TransactionState, without those that only last while markers are on their way (PrepareCommit, PrepareAbort):
 * here they are written at once.
 */
export type TransactionState = 'Empty' | 'Ongoing' | 'CompleteCommit' | 'CompleteAbort'

/** Of a 16-bit epoch the last that a producer may have; then it gets a new id. */
const LAST_EPOCH = 0x7fff - 1
const NO_EPOCH = -1
const NO_ID = -1

/** Who writes under a transactional id, and its transaction (Kafka: TransactionMetadata). */
export class TransactionalProducer {
  readonly transactionalId: string
  producerId: number
  epoch: number = NO_EPOCH
  /** The identity before the last change: who asks again with it may have missed the answer. */
  lastProducerId: number = NO_ID
  lastEpoch: number = NO_EPOCH
  timeoutMs = 0
  state: TransactionState = 'Empty'
  readonly partitions: Set<Partition> = new Set()
  /** Milliseconds since the epoch: when the latest one began; -1 before the first. */
  startedAt = -1
  /** The same, of `now()`. */
  beganAt: Moment = LONG_AGO
  /** Of who opened it. */
  clientId = ''
  /** By which it was heard of last. */
  connection: Connection | undefined
  /** Ends it when it has been open for too long. */
  timer: NodeJS.Timeout | undefined

  constructor(transactionalId: string, producerId: number) {
    this.transactionalId = transactionalId
    this.producerId = producerId
  }

  get identity(): ProducerIdentity {
    return { producerId: this.producerId, producerEpoch: this.epoch }
  }

  get isExhausted(): boolean {
    return this.epoch >= LAST_EPOCH
  }

  /** Those that it writes to; of committed offsets the groups tell. */
  get topics(): string[] {
    const names = new Set(Array.from(this.partitions, ({ topic }) => topic))
    names.delete(OFFSETS)
    return [...names]
  }

  /** A newer epoch, or where there is none a new id: whoever has the one before is fenced. */
  bump(newId: () => number): void {
    this.lastProducerId = this.producerId
    this.lastEpoch = this.epoch
    if (this.isExhausted) {
      this.producerId = newId()
      this.epoch = 0
    } else {
      this.epoch += 1
    }
  }

  /** Whether an answer that told of the newest identity may have been lost: the one before is given. */
  isBefore({ producerId, producerEpoch }: ProducerIdentity): boolean {
    return this.lastEpoch !== NO_EPOCH && this.lastProducerId === producerId && this.lastEpoch === producerEpoch
  }

  /** Whether a transaction is open and the connection that it was written over is closed: by a client that is gone nobody ends it. */
  get isAbandoned(): boolean {
    return this.state === 'Ongoing' && this.connection?.closed.aborted === true
  }

  begin(clientId: string, timer: NodeJS.Timeout): void {
    this.state = 'Ongoing'
    this.startedAt = wallTime()
    this.beganAt = now()
    this.clientId = clientId
    this.timer = timer
  }

  /** Ends what is open; gives the partitions that it wrote to. */
  complete(committed: boolean): Partition[] {
    clearTimeout(this.timer)
    this.state = committed ? 'CompleteCommit' : 'CompleteAbort'
    const partitions = [...this.partitions]
    this.partitions.clear()
    return partitions
  }
}
