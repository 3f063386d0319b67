import { now } from '../clock.ts'
import type { BrokerEvents } from '../events.ts'

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
    let partitions = this.#topics.get(topic)
    if (partitions === undefined) this.#topics.set(topic, (partitions = new Map()))
    partitions.set(partition, committed)
    this.#events.emit('commit', {
      at: now(),
      groupId: this.#groupId,
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
}
