import { isPlainObject } from '../kafka/patterns.ts'
import type { ReceivedRecord } from '../kafka/record.ts'
import { Topic } from '../kafka/topic.ts'
import type { MatcherContext, MatcherResult } from './check.ts'
import { isRecord } from './record-matcher.ts'
import { wrongSubject } from './subjects.ts'

/** The runner's own `toMatchSnapshot`, to be called with its `this`. */
export type MatchSnapshot = (this: never, received: unknown, hint?: string) => MatcherResult

type SnapshotMatcher = (this: MatcherContext, received: unknown, hint?: string) => Promise<MatcherResult>

/** Makes the matcher out of the runner's. It holds when records are as they were, but for what differs in each run. */
export function createToMatchRecordSnapshot(matchSnapshot: MatchSnapshot): SnapshotMatcher {
  return async function toMatchRecordSnapshot(received, hint) {
    const stable = await stableForm(received)
    return Reflect.apply(matchSnapshot, this, hint === undefined ? [stable] : [stable, hint])
  }
}

async function stableForm(received: unknown): Promise<unknown> {
  const stabilize = createStabilizer()
  if (received instanceof Topic) return (await received.records()).map(stabilize)
  if (Array.isArray(received) && received.every(isRecord)) return received.map(stabilize)
  if (isRecord(received)) return stabilize(received)
  throw wrongSubject('toMatchRecordSnapshot', received, 'a topic, a record or a list of records')
}

const uuid = /\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi
const isoTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:?\d\d)$/

/** Offsets count from 0 in each partition, timestamps go, and ids get a number each: the same id the same number. */
function createStabilizer(): (record: ReceivedRecord) => unknown {
  const firstOffsets = new Map<number, number>()
  const ids = new Map<string, string>()
  const numbered = (id: string): string => {
    const known = ids.get(id.toLowerCase()) ?? `<uuid ${ids.size + 1}>`
    ids.set(id.toLowerCase(), known)
    return known
  }
  const stable = (value: unknown): unknown => {
    if (typeof value === 'string') return isoTime.test(value) ? '<time>' : value.replaceAll(uuid, numbered)
    if (Array.isArray(value)) return value.map(stable)
    if (isPlainObject(value)) return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, stable(one)]))
    return value
  }
  return ({ topic, partition, offset, key, value, headers }) => {
    const first = firstOffsets.get(partition) ?? offset
    firstOffsets.set(partition, first)
    return {
      place: `${topic}/${partition}@${offset - first}`,
      key: stable(key),
      value: stable(value),
      headers: stable(headers),
    }
  }
}
