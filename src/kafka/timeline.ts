import type { Cluster, StoredRecord } from '../cluster/cluster.ts'
import type { EventLine } from '../execution/model.ts'
import type { Scope } from './scope.ts'

/** How many lines of a timeline a message shows. */
const SHOWN = 15

/** What happened in a test, as lines of a failure message: those about the topic first to stay when there are too many. */
export async function timelineOf(scope: Scope, topic: string): Promise<string[]> {
  const events = scope.timeline.filter(({ kind }) => kind !== 'topic created')
  const keys = await keysOf(scope, events)
  const lines = shown(events, topic).map((event) =>
    typeof event === 'number' ? `          … ${event} more` : format(event, keys),
  )
  return align(lines)
}

type Columns = string | [at: string, kind: string, where: string, what: string, by: string]

function format(event: EventLine, keys: ReadonlyMap<string, string>): Columns {
  const at = `${Math.round(event.at)} ms`.padStart(9)
  const range =
    event.firstOffset === event.lastOffset ? `${event.firstOffset}` : `${event.firstOffset}-${event.lastOffset}`
  const by = event.by === null ? '' : `by ${event.by}`
  if (event.kind === 'produced' || event.kind === 'received') {
    const place = `${event.topic}/${event.partition}`
    return [at, event.kind, `${place}@${range}`, keys.get(`${place}@${event.firstOffset}`) ?? '', by]
  }
  if (event.kind === 'committed')
    return [at, 'committed', event.group ?? '', `${event.topic}/${event.partition} ${event.detail}`, by]
  return [at, event.kind, event.group ?? '', event.detail ?? '', event.kind === 'rebalanced' ? '' : by]
}

function align(lines: Columns[]): string[] {
  const width = (column: number): number =>
    Math.max(0, ...lines.map((line) => (typeof line === 'string' ? 0 : line[column]!.length)))
  const widths = [0, 1, 2, 3].map(width)
  return lines.map((line) =>
    typeof line === 'string'
      ? line
      : line
          .map((text, column) => text.padEnd(widths[column] ?? 0))
          .join('  ')
          .trimEnd(),
  )
}

/** The events to show, a number in place of those left out. */
function shown(events: readonly EventLine[], topic: string): (EventLine | number)[] {
  if (events.length <= SHOWN) return [...events]
  const important = events.filter((event) => event.topic === topic || event.kind !== 'committed')
  const kept = important.length <= SHOWN ? important : [...important.slice(0, 7), ...important.slice(-7)]
  const at = important.length <= SHOWN ? kept.length : 7
  return [...kept.slice(0, at), events.length - kept.length, ...kept.slice(at)]
}

/** The keys of the first records of events, read once a topic, and only for a message. */
async function keysOf({ cluster }: Scope, events: readonly EventLine[]): Promise<Map<string, string>> {
  const keys = new Map<string, string>()
  const topics = new Set(
    events.flatMap(({ kind, topic }) => (kind === 'produced' || kind === 'received' ? [topic!] : [])),
  )
  for (const topic of topics) {
    for (const record of await readAll(cluster, topic)) {
      keys.set(`${topic}/${record.partition}@${record.offset}`, keyOf(record))
    }
  }
  return keys
}

export function readAll(cluster: Cluster, topic: string): Promise<StoredRecord[]> {
  return cluster.reader(topic, 'beginning').read()
}

const utf8 = new TextDecoder('utf-8', { fatal: true })

function keyOf({ key }: StoredRecord): string {
  if (key === null) return 'no key'
  try {
    const text = utf8.decode(key)
    return `key ${JSON.stringify(text.length > 30 ? `${text.slice(0, 29)}…` : text)}`
  } catch {
    return `key of ${key.length} bytes`
  }
}
