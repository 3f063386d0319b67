import { by } from '../base/client-ids.ts'
import type { ClusterEvent } from '../cluster/cluster.ts'
import type { EventLine } from './model.ts'

/** An event of the cluster as a line of a test's timeline. */
export function eventLine(
  event: ClusterEvent,
  { testId, attempt, began }: { testId: string; attempt: number; began: number },
): EventLine {
  return {
    type: 'event',
    test: testId,
    attempt,
    at: event.at - began,
    kind: event.kind,
    topic: topicOf(event),
    partition: 'partition' in event ? event.partition : null,
    firstOffset: 'firstOffset' in event ? event.firstOffset : null,
    lastOffset: 'lastOffset' in event ? event.lastOffset : null,
    bytes: 'bytes' in event ? event.bytes : null,
    group: 'group' in event ? event.group : null,
    by: 'clientId' in event ? by(event.clientId) : null,
    detail: detail(event),
  }
}

/** Of a transaction the first that it writes to. */
function topicOf(event: ClusterEvent): string | null {
  if ('topics' in event) return event.topics[0] ?? null
  return 'topic' in event ? event.topic : null
}

function detail(event: ClusterEvent): string | null {
  switch (event.kind) {
    case 'joined':
      return members(event.members)
    case 'left':
      return `${event.reason}, ${members(event.members)}`
    case 'rebalanced':
      return `${event.state}, generation ${event.generation}, ${members(event.members)}`
    case 'committed':
      return `offset ${event.offset}`
    case 'refused':
      return event.reason
    case 'transaction began':
    case 'transaction committed':
      return event.transactionalId
    case 'transaction aborted':
      return event.reason === 'asked for' ? event.transactionalId : `${event.transactionalId}, ${event.reason}`
    case 'topic created':
      return `${event.partitions} ${event.partitions === 1 ? 'partition' : 'partitions'}`
    default:
      return null
  }
}

function members(count: number): string {
  return `${count} ${count === 1 ? 'member' : 'members'}`
}
