import { now } from '../../base/clock.ts'
import type { BrokerEvents } from '../events.ts'
import { ErrorCode } from '../protocol/errors.ts'
import type { Group } from './group.ts'
import type { Identity } from './member.ts'

/**
 * Why a commit can't be accepted, or NONE. While a group has no members anybody may commit, an administrator or a
 * consumer that assigns its partitions itself (Kafka: ClassicGroup#validateOffsetCommit).
 */
export function commitError(group: Group, { memberId, instanceId, generation }: Identity): number {
  if (generation < 0 && group.state === 'Empty') return ErrorCode.NONE
  if (generation >= 0 || memberId !== '' || instanceId !== null) {
    const errorCode = group.memberError(memberId, instanceId)
    if (errorCode !== ErrorCode.NONE) return errorCode
    if (generation !== group.generation) return ErrorCode.ILLEGAL_GENERATION
  } else if (group.state !== 'Empty') {
    return ErrorCode.UNKNOWN_MEMBER_ID
  }
  // While a rebalance begins, members still commit what they have done; once it is agreed on, the partition may be another's.
  return group.state === 'CompletingRebalance' ? ErrorCode.REBALANCE_IN_PROGRESS : ErrorCode.NONE
}

/** How far a group has come in a partition. */
export interface CommittedOffset {
  readonly offset: number
  /** Epoch of the leader that the last record was read from, -1 where unknown. */
  readonly leaderEpoch: number
  /** The client's own note; "" when it gave none, never null: kafkajs and @platformatic/kafka read it as a string. */
  readonly metadata: string
}

/** The committed offsets of one group. They never expire: a test would only lose what it looks for. */
export class Offsets {
  readonly #groupId: string
  readonly #events: BrokerEvents
  readonly #topics: Map<string, Map<number, CommittedOffset>> = new Map()

  constructor(groupId: string, events: BrokerEvents) {
    this.#groupId = groupId
    this.#events = events
  }

  get(topic: string, partition: number): CommittedOffset | undefined {
    return this.#topics.get(topic)?.get(partition)
  }

  /** From topic to partition to offset. */
  all(): ReadonlyMap<string, ReadonlyMap<number, CommittedOffset>> {
    return this.#topics
  }

  commit(topic: string, partition: number, committed: CommittedOffset, clientId: string): void {
    const partitions = this.#topics.get(topic) ?? new Map<number, CommittedOffset>()
    partitions.set(partition, committed)
    this.#topics.set(topic, partitions)
    this.#events.emit('committed', {
      kind: 'committed',
      at: now(),
      group: this.#groupId,
      topic,
      partition,
      offset: committed.offset,
      clientId,
    })
  }

  delete(topic: string, partition: number): void {
    const partitions = this.#topics.get(topic)
    partitions?.delete(partition)
    if (partitions?.size === 0) this.#topics.delete(topic)
  }

  deleteTopic(topic: string): void {
    this.#topics.delete(topic)
  }

  clear(): void {
    this.#topics.clear()
  }
}
