import { EventEmitter } from 'node:events'
import type { Moment } from '../base/clock.ts'

/**
 * What happens to records and groups, in the words of a timeline; every cluster tells it.
 */
export type ClusterEvent =
  | ({ kind: 'produced' } & RecordsOfPartition)
  | ({ kind: 'received' } & RecordsOfPartition)
  /** A member was added to a group (it may still wait for its assignment). */
  | { kind: 'joined'; at: Moment; group: string; clientId: string; members: number }
  /** A member is gone: it left, its session expired, its last connection closed and it did not come back within 250 ms, it was replaced by a static member, or its rebalance timed out. */
  | {
      kind: 'left'
      at: Moment
      group: string
      clientId: string
      members: number
      reason: 'left' | 'expired' | 'disconnected' | 'replaced' | 'rebalance timeout'
    }
  /** A group's members have their partitions. */
  | { kind: 'rebalanced'; at: Moment; group: string; state: string; generation: number; members: number }
  | { kind: 'committed'; at: Moment; group: string; topic: string; partition: number; offset: number; clientId: string }
  /** A member has nothing to do and doesn't ask for a partition of its own; told when somebody looks. */
  | { kind: 'paused'; at: Moment; group: string; topic: string; partition: number; clientId: string }
  /** A client was not answered, or its connection closed: what it wants isn't there (TLS, SASL, an API). `reason` is for people. */
  | { kind: 'refused'; at: Moment; clientId: string; reason: string }
  /** A transactional producer added the first partition or offsets. */
  | ({ kind: 'transaction began' } & OfTransaction)
  | ({ kind: 'transaction committed' } & OfTransaction)
  /** It was asked for, it had been open for longer than its timeout, another producer of the same id began, or the broker forgets all and its client is gone. */
  | ({ kind: 'transaction aborted'; reason: 'asked for' | 'timed out' | 'fenced' | 'abandoned' } & OfTransaction)
  | { kind: 'topic created'; at: Moment; topic: string; partitions: number }

interface RecordsOfPartition {
  at: Moment
  topic: string
  partition: number
  firstOffset: number
  lastOffset: number
  bytes: number
  clientId: string
}

/** `clientId` is the producer's; `topics` those that it writes to, so far or in all. */
interface OfTransaction {
  at: Moment
  transactionalId: string
  topics: readonly string[]
  clientId: string
}

type Kind = ClusterEvent['kind']

/** What the broker knows beyond that. */
interface Beyond {
  /** `sequence` counts the appends of this broker from 1, over all partitions. */
  produced: { sequence: number; records: number }
  joined: { memberId: string }
  left: { memberId: string }
  refused: { remote: string; closed: boolean }
}

/** What happened inside the broker, told at once and in order. A `clientId` is '' where the client gave none. */
export type BrokerEventMap = {
  [K in Kind]: [Extract<ClusterEvent, { kind: K }> & (K extends keyof Beyond ? Beyond[K] : unknown)]
} & {
  /** A client's first request on a connection. */
  connected: [{ at: Moment; clientId: string; remote: string }]
  /** A transaction ended in a partition: what it wrote there counts, or never will. */
  marked: [{ topic: string; partition: number }]
  'topic deleted': [{ at: Moment; topic: string }]
  /** A group's state changed, in Kafka's words: Empty, PreparingRebalance, CompletingRebalance, Stable, Dead. */
  'group state': [{ at: Moment; group: string; state: string; generation: number; members: number }]
  /** Something that `settled()` looks at may have changed, and no other event says so (a fetch position, a produce done). */
  activity: []
}

export type BrokerEvents = EventEmitter<BrokerEventMap>

export function createEvents(): BrokerEvents {
  // One listener a running test is usual, so 100 concurrent tests must not print a leak warning.
  return new EventEmitter<BrokerEventMap>().setMaxListeners(0)
}
