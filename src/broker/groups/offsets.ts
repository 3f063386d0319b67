import { now } from '../../base/clock.ts'
import type { Marker } from '../log/marker.ts'
import type { Partition } from '../log/partition.ts'
import { ErrorCode } from '../protocol/errors.ts'
import type { BrokerState } from '../state.ts'
import type { Group } from './group.ts'
import type { Identity } from './member.ts'

/**
 * Why a commit can't be accepted, or NONE. While a group has no members anybody may commit, an administrator or a
 * consumer that assigns its partitions itself. In a transaction its older versions know no members, and a rebalance is
 * none of its business (Kafka: ClassicGroup#validateOffsetCommit).
 */
export function commitError(
  group: Group,
  { memberId, instanceId, generation }: Identity,
  inTransaction = false,
): number {
  if (generation < 0 && group.state === 'Empty') return ErrorCode.NONE
  if (generation >= 0 || memberId !== '' || instanceId !== null) {
    const errorCode = group.memberError(memberId, instanceId)
    if (errorCode !== ErrorCode.NONE) return errorCode
    if (generation !== group.generation) return ErrorCode.ILLEGAL_GENERATION
  } else if (!inTransaction && group.state !== 'Empty') {
    return ErrorCode.UNKNOWN_MEMBER_ID
  }
  // While a rebalance begins, members still commit what they have done; once it is agreed on, the partition may be another's.
  return !inTransaction && group.state === 'CompletingRebalance' ? ErrorCode.REBALANCE_IN_PROGRESS : ErrorCode.NONE
}

/** How far a group has come in a partition. */
export interface CommittedOffset {
  readonly offset: number
  /** Epoch of the leader that the last record was read from, -1 where unknown. */
  readonly leaderEpoch: number
  /** The client's own note; "" when it gave none, never null: kafkajs and @platformatic/kafka read it as a string. */
  readonly metadata: string
}

/** An offset that counts once the transaction that it was added to is committed. */
export interface PendingOffset extends CommittedOffset {
  readonly partition: Partition
  readonly clientId: string
}

/** The committed offsets of one group, and those of open transactions. They never expire: a test would only lose what it looks for. */
export class Offsets {
  readonly #groupId: string
  readonly #broker: BrokerState
  readonly #topics: Map<string, Map<number, CommittedOffset>> = new Map()
  /** By the producer of the transaction. */
  readonly #pending: Map<number, Map<Partition, PendingOffset>> = new Map()

  constructor(groupId: string, broker: BrokerState) {
    this.#groupId = groupId
    this.#broker = broker
  }

  get(topic: string, partition: number): CommittedOffset | undefined {
    return this.#topics.get(topic)?.get(partition)
  }

  /** From topic to partition to offset. */
  all(): ReadonlyMap<string, ReadonlyMap<number, CommittedOffset>> {
    return this.#topics
  }

  commit(at: Partition, committed: CommittedOffset, clientId: string, inTransaction = false): void {
    const { topic, index: partition } = at
    const { offset } = committed
    this.#broker.deliveries.committed(this.#groupId, at, offset, inTransaction)
    const partitions = this.#topics.get(topic) ?? new Map<number, CommittedOffset>()
    partitions.set(partition, committed)
    this.#topics.set(topic, partitions)
    const told = { at: now(), group: this.#groupId, topic, partition, offset, clientId }
    this.#broker.events.emit('committed', { kind: 'committed', ...told })
  }

  /** Until the transaction of this producer ends, or the same one adds another. */
  addToTransaction(producerId: number, pending: PendingOffset): void {
    const offsets = this.#pending.get(producerId) ?? new Map<Partition, PendingOffset>()
    this.#pending.set(producerId, offsets.set(pending.partition, pending))
  }

  /** A producer's transaction ended: what it added counts, or never was. */
  endTransaction({ producerId, committed }: Pick<Marker, 'producerId' | 'committed'>): void {
    const offsets = this.#pending.get(producerId)
    this.#pending.delete(producerId)
    if (!committed) return
    for (const { partition, clientId, offset, leaderEpoch, metadata } of offsets?.values() ?? []) {
      this.commit(partition, { offset, leaderEpoch, metadata }, clientId, true)
    }
  }

  /** Of open transactions. */
  pending(): PendingOffset[] {
    return [...this.#pending.values()].flatMap((offsets) => [...offsets.values()])
  }

  isPending(topic: string, partition: number): boolean {
    return this.pending().some((one) => one.partition.topic === topic && one.partition.index === partition)
  }

  delete(topic: string, partition: number): void {
    const partitions = this.#topics.get(topic)
    partitions?.delete(partition)
    if (partitions?.size === 0) this.#topics.delete(topic)
  }

  deleteTopic(topic: string): void {
    this.#topics.delete(topic)
    for (const offsets of this.#pending.values()) {
      for (const partition of offsets.keys()) if (partition.topic === topic) offsets.delete(partition)
    }
  }

  clear(): void {
    this.#topics.clear()
  }
}
