import { EventEmitter } from 'node:events'

/** What happened inside the broker, told at once and in order. `at` is `now()` of clock.ts: milliseconds since the epoch. */
export interface BrokerEventMap {
  /** Records were appended; `sequence` counts the appends of this broker from 1, over all partitions. */
  append: [
    {
      at: number
      sequence: number
      topic: string
      partition: number
      firstOffset: number
      lastOffset: number
      records: number
      bytes: number
      clientId: string
    },
  ]
  /** A client was answered with records. */
  fetch: [
    {
      at: number
      topic: string
      partition: number
      firstOffset: number
      lastOffset: number
      bytes: number
      clientId: string
    },
  ]
  /** A client's first request on a connection. `clientId` is '' where it gave none. */
  connected: [{ at: number; clientId: string; remote: string }]
  topicCreated: [{ at: number; topic: string; partitions: number }]
  topicDeleted: [{ at: number; topic: string }]
  /** A member was added to a group (it may still wait for its assignment). */
  join: [{ at: number; groupId: string; memberId: string; clientId: string; members: number }]
  /** A member is gone: it left, its session expired, its last connection closed and it did not come back within 250 ms, it was replaced by a static member, or its rebalance timed out. */
  leave: [
    {
      at: number
      groupId: string
      memberId: string
      clientId: string
      members: number
      reason: 'left' | 'expired' | 'disconnected' | 'replaced' | 'rebalance timeout'
    },
  ]
  /** A group's state changed, in Kafka's words: Empty, PreparingRebalance, CompletingRebalance, Stable, Dead. */
  groupState: [{ at: number; groupId: string; state: string; generation: number; members: number }]
  /** A member has nothing to do and doesn't ask for a partition of its own; told when somebody looks. */
  paused: [{ at: number; groupId: string; topic: string; partition: number; clientId: string }]
  commit: [{ at: number; groupId: string; topic: string; partition: number; offset: number; clientId: string }]
  /** A client was told that it can't go on, or its connection was closed; `reason` says why, to people. `clientId` is '' where it gave none. */
  refused: [{ at: number; clientId: string; remote: string; closed: boolean; reason: string }]
  /** Something that `settled()` looks at may have changed, and no other event says so (a fetch position, a produce done). */
  activity: []
}

export type BrokerEvents = EventEmitter<BrokerEventMap>

export function createEvents(): BrokerEvents {
  // One listener a running test is usual, so 100 concurrent tests must not print a leak warning.
  return new EventEmitter<BrokerEventMap>().setMaxListeners(0)
}
