import type { BrokerEventMap, BrokerEvents } from '../broker/events.ts'
import type { ClusterEvent } from './cluster.ts'

const all = [
  'append',
  'fetch',
  'topicCreated',
  'topicDeleted',
  'join',
  'leave',
  'groupState',
  'commit',
  'paused',
  'activity',
] as const satisfies (keyof BrokerEventMap)[]

/** Calls the listener after whatever happens in the broker. Returns the unsubscription. */
export function onAnyEvent(events: BrokerEvents, listener: () => void): () => void {
  for (const name of all) events.on(name, listener)
  return () => {
    for (const name of all) events.off(name, listener)
  }
}

type EventOf<Name extends Exclude<keyof BrokerEventMap, 'activity'>> = BrokerEventMap[Name][0]

/** Tells the broker's events in the words of a timeline. Returns the unsubscription. */
export function onClusterEvent(events: BrokerEvents, listener: (event: ClusterEvent) => void): () => void {
  const append = (event: EventOf<'append'>): void => listener({ kind: 'produced', ...event })
  const fetch = (event: EventOf<'fetch'>): void => listener({ kind: 'received', ...event })
  const topicCreated = (event: EventOf<'topicCreated'>): void => listener({ kind: 'topic created', ...event })
  const join = (event: EventOf<'join'>): void => listener({ kind: 'joined', group: event.groupId, ...event })
  const leave = (event: EventOf<'leave'>): void => listener({ kind: 'left', group: event.groupId, ...event })
  const commit = (event: EventOf<'commit'>): void => listener({ kind: 'committed', group: event.groupId, ...event })
  const paused = (event: EventOf<'paused'>): void => listener({ kind: 'paused', group: event.groupId, ...event })
  const refused = (event: EventOf<'refused'>): void => listener({ kind: 'refused', ...event })
  const groupState = (event: EventOf<'groupState'>): void => {
    if (event.state === 'Stable') listener({ kind: 'rebalanced', group: event.groupId, ...event })
  }
  events.on('append', append).on('fetch', fetch).on('topicCreated', topicCreated)
  events.on('join', join).on('leave', leave).on('commit', commit).on('paused', paused)
  events.on('groupState', groupState).on('refused', refused)
  return () => {
    events.off('append', append).off('fetch', fetch).off('topicCreated', topicCreated)
    events
      .off('join', join)
      .off('leave', leave)
      .off('commit', commit)
      .off('paused', paused)
      .off('groupState', groupState)
      .off('refused', refused)
  }
}
