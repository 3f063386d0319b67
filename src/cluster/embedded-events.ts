import type { BrokerEvents, ClusterEvent } from '../broker/events.ts'

/** What a timeline tells. */
const told = [
  'produced',
  'received',
  'joined',
  'left',
  'rebalanced',
  'committed',
  'paused',
  'refused',
  'transaction began',
  'transaction committed',
  'transaction aborted',
  'topic created',
] as const satisfies ClusterEvent['kind'][]

/** What may change an answer of the cluster. */
const all = [...told, 'marked', 'topic deleted', 'group state', 'activity'] as const

/** Calls the listener after whatever happens in the broker. Returns the unsubscription. */
export function onAnyEvent(events: BrokerEvents, listener: () => void): () => void {
  for (const name of all) events.on(name, listener)
  return () => {
    for (const name of all) events.off(name, listener)
  }
}

/** Tells the broker's events that are of a timeline. Returns the unsubscription. */
export function onClusterEvent(events: BrokerEvents, listener: (event: ClusterEvent) => void): () => void {
  for (const name of told) events.on(name, listener)
  return () => {
    for (const name of told) events.off(name, listener)
  }
}
