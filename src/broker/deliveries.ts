import { LONG_AGO, type Moment, now } from '../base/clock.ts'
import type { Connection, Context } from './api.ts'
import type { BrokerEventMap } from './events.ts'
import { Fetchers } from './fetchers.ts'
import { partitionsOf, Readers } from './groups/readers.ts'
import type { Partition } from './log/partition.ts'
import type { BrokerState } from './state.ts'

export type LostReason = BrokerEventMap['left'][0]['reason'] | 'rebalanced'

/** Records that a member was sent and its group has not committed since; `to` is exclusive. */
export interface OpenRecords {
  readonly from: number
  readonly to: number
  readonly clientId: string
  readonly memberId: string
  /** When they were sent last. */
  readonly sentAt: Moment
  /** How often the first of them was sent. */
  readonly times: number
  /** Who received them reads the partition no more. */
  readonly lost?: LostReason
}

/** A commit that may have come before the records were handled. */
export interface Doubt {
  readonly clientId: string
  readonly memberId: string
  /** When they were committed. */
  readonly at: Moment
  /** Once each of these asks for more it is known that they were handled; empty where nothing will say so. */
  readonly until: ReadonlySet<Connection>
}

/** What a group was sent of a partition, and what came of it. */
export interface Delivery {
  readonly partition: Partition
  /** The offset that its reader takes next: the one that it asked for, or the one after what it was sent. */
  readonly position: number
  /** When its reader last asked for records. */
  readonly askedAt: Moment
  readonly open?: OpenRecords | undefined
  readonly doubt?: Doubt | undefined
}

/** @platformatic/kafka's name of itself. Committing by itself it commits each answer as a whole, as soon as it has come. */
const PLATFORMATIC = 'platformatic-kafka'

/**
 * What became of each record that a member of a group was sent: it is open until the group commits it. A commit alone does
 * not say that it was handled, for some clients commit what they have only received. That is known of a client which
 * asks for nothing from what it was sent to its commit, and then asks for more (kafkajs), and of one that commits a part
 * of what it was sent at once (docs/decisions/0036-what-closes-a-record.md).
 *
 * Where a client's connection may be of several groups' members, what it is sent counts for each: each will commit it.
 */
export class Deliveries {
  readonly #broker: BrokerState
  readonly #readers: Readers
  readonly #fetchers: Fetchers = new Fetchers()
  readonly #groups: Map<string, Map<Partition, Delivery>> = new Map()
  readonly #assignedAt: Map<string, Moment> = new Map()
  /** What was committed by a client that takes turns, until this connection of it asks for more. */
  readonly #inTurn: Map<Connection, { groupId: string; partition: Partition }[]> = new Map()
  readonly #paused: Map<string, Set<Partition>> = new Map()
  /** Members that have committed a part of what they were sent at once. */
  readonly #commitByRecord: Set<string> = new Set()

  constructor(broker: BrokerState) {
    this.#broker = broker
    this.#readers = new Readers(broker)
    broker.events.on('left', (event) => this.#left(event))
    broker.events.on('group state', (event) => this.#changed(event))
    broker.events.on('topic deleted', ({ topic }) => this.#forgetTopic(topic))
  }

  get(groupId: string, partition: Partition): Delivery | undefined {
    return this.#groups.get(groupId)?.get(partition)
  }

  of(groupId: string): Iterable<Delivery> {
    return this.#groups.get(groupId)?.values() ?? []
  }

  /** Since when the group's members have had their partitions. */
  assignedAt(groupId: string): Moment {
    return this.#assignedAt.get(groupId) ?? LONG_AGO
  }

  /** A client wants records from an offset on. Returns whether that is news to those who look at its group. */
  asked(context: Context, partition: Partition, offset: number): boolean {
    const { clientId, connection } = context
    this.#fetchers.asked(context, partition, offset)
    let isNews = this.#handled(connection)
    const readers = this.#readers.of(clientId, partition)
    if (this.#fetchers.countAt(clientId, partition, offset) < readers.length) return isNews
    for (const { groupId } of readers) {
      const { position, open, doubt } = this.get(groupId, partition) ?? {}
      if (position !== offset) isNews = true
      this.#paused.get(groupId)?.delete(partition)
      this.#set(groupId, { partition, position: offset, askedAt: now(), open, doubt })
    }
    return isNews
  }

  /** A client is answered with the records from `from` to before `to`. */
  sent({ clientId, connection }: Context, partition: Partition, from: number, to: number): void {
    this.#fetchers.sent(connection, partition)
    const readers = this.#readers.of(clientId, partition)
    for (const { groupId, member } of readers) {
      // Of several groups' members with one client id another one was sent them: this group is through with them.
      if (readers.length > 1 && this.#committedOf(groupId, partition) >= to) continue
      const { open, doubt, askedAt = now() } = this.get(groupId, partition) ?? {}
      const isAgain = open !== undefined && from <= open.from && readers.length === 1
      this.#set(groupId, {
        partition,
        position: to,
        askedAt,
        doubt,
        open: {
          from: Math.min(from, open?.from ?? from),
          to: Math.max(to, open?.to ?? to),
          clientId,
          memberId: member.id,
          sentAt: now(),
          times: (open?.times ?? 1) + (isAgain ? 1 : 0),
        },
      })
    }
  }

  /**
   * A group is about to commit that it takes `offset` next. Who does so in a transaction has written there what came of
   * the records before it.
   */
  committed(groupId: string, partition: Partition, offset: number, inTransaction: boolean): void {
    const delivery = this.get(groupId, partition)
    if (delivery?.open === undefined || offset <= delivery.open.from) return
    const { open } = delivery
    const { clientId, memberId } = open
    if (offset < open.to) {
      this.#commitByRecord.add(memberId)
      this.#set(groupId, { ...delivery, open: { ...open, from: offset, times: 1 } })
      return
    }
    const software = this.#broker.groups.find(groupId)?.members.get(memberId)?.software
    const isHandled = inTransaction || (software === PLATFORMATIC && this.#commitByRecord.has(memberId))
    const until = this.#fetchers.takingTurns(clientId, partition)
    for (const one of until) this.#inTurn.set(one, [...(this.#inTurn.get(one) ?? []), { groupId, partition }])
    const doubt = isHandled ? undefined : { clientId, memberId, at: now(), until }
    this.#set(groupId, { ...delivery, open: undefined, doubt })
  }

  /** A member was found not to ask for a partition: tells so once, until it asks again. */
  paused(groupId: string, partition: Partition, clientId: string): void {
    const paused = this.#paused.get(groupId) ?? new Set<Partition>()
    this.#paused.set(groupId, paused)
    if (paused.has(partition)) return
    paused.add(partition)
    const { topic, index } = partition
    this.#broker.events.emit('paused', { kind: 'paused', at: now(), group: groupId, topic, partition: index, clientId })
  }

  /** A connection closed. */
  closed(connection: Connection): void {
    this.#fetchers.forget(connection)
    this.#inTurn.delete(connection)
  }

  /** A client asks for more: it has handled what it committed, where it takes turns. Returns whether that is news. */
  #handled(connection: Connection): boolean {
    const committed = this.#inTurn.get(connection)
    if (committed === undefined) return false
    this.#inTurn.delete(connection)
    for (const { groupId, partition } of committed) {
      const delivery = this.get(groupId, partition)
      if (!delivery?.doubt?.until.has(connection)) continue
      const until = new Set(delivery.doubt.until)
      until.delete(connection)
      this.#set(groupId, { ...delivery, doubt: until.size === 0 ? undefined : { ...delivery.doubt, until } })
    }
    return true
  }

  #committedOf(groupId: string, { topic, index }: Partition): number {
    return this.#broker.groups.find(groupId)?.offsets.get(topic, index)?.offset ?? -1
  }

  #set(groupId: string, delivery: Delivery): void {
    const deliveries = this.#groups.get(groupId) ?? new Map<Partition, Delivery>()
    this.#groups.set(groupId, deliveries.set(delivery.partition, delivery))
  }

  #left({ group: groupId, memberId, reason }: BrokerEventMap['left'][0]): void {
    this.#commitByRecord.delete(memberId)
    for (const delivery of this.of(groupId)) {
      const { open, doubt } = delivery
      if (open?.memberId === memberId) this.#set(groupId, { ...delivery, open: { ...open, lost: reason } })
      // Who handles before it asks again handles before it leaves.
      else if (doubt?.memberId === memberId && doubt.until.size > 0 && reason === 'left') {
        this.#set(groupId, { ...delivery, doubt: undefined })
      }
    }
  }

  #changed({ group: groupId, state }: BrokerEventMap['group state'][0]): void {
    if (state === 'Stable') this.#reassigned(groupId)
    if (state !== 'Dead') return
    this.#groups.delete(groupId)
    this.#assignedAt.delete(groupId)
    this.#paused.delete(groupId)
  }

  /** A new generation: each member asks anew, from where the group has committed. */
  #reassigned(groupId: string): void {
    this.#assignedAt.set(groupId, now())
    this.#paused.delete(groupId)
    const owners = new Map<Partition, string>()
    for (const { memberId, assignment } of this.#broker.groups.describe(groupId)?.members ?? []) {
      for (const partition of partitionsOf(assignment, this.#broker)) owners.set(partition, memberId)
    }
    for (const delivery of this.of(groupId)) {
      const { partition, open, doubt } = delivery
      if (open === undefined && doubt === undefined) this.#groups.get(groupId)?.delete(partition)
      else if (open !== undefined && owners.get(partition) !== open.memberId) {
        this.#set(groupId, { ...delivery, open: { ...open, lost: open.lost ?? 'rebalanced' } })
      }
    }
  }

  #forgetTopic(topic: string): void {
    for (const deliveries of this.#groups.values()) {
      for (const partition of deliveries.keys()) if (partition.topic === topic) deliveries.delete(partition)
    }
  }
}
