import { textOf } from '../base/utf8.ts'
import type { StoredRecord } from '../cluster/cluster.ts'
import type { Redaction } from '../redaction/redaction.ts'
import { hiddenKey } from '../redaction/shown.ts'
import type { EventLine } from '../run/model.ts'
import { placeOf } from './record.ts'
import type { Scope } from './scope.ts'

/** How many lines of a timeline a message shows. */
const SHOWN = 15

/** What a message is about: of too many events those of this topic or group stay. */
export interface Focus {
  topic?: string
  group?: string
}

/** What happened in a test, as lines of a failure message. */
export async function timelineOf(scope: Scope, focus: Focus): Promise<string[]> {
  const chosen = choose(withoutRepeats(scope.timeline), focus)
  const keys = await keysOf(
    scope,
    chosen.filter((event) => typeof event === 'object'),
  )
  return align(chosen.map((event) => (typeof event === 'number' ? `          … ${event} more` : format(event, keys))))
}

/** A client that is refused tries again and again. */
function withoutRepeats(events: readonly EventLine[]): EventLine[] {
  const refused = new Set<string>()
  return events.filter(({ kind, by, detail }) => {
    if (kind === 'topic created') return false
    if (kind !== 'refused') return true
    const isNew = !refused.has(`${by} ${detail}`)
    refused.add(`${by} ${detail}`)
    return isNew
  })
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
  if (event.kind === 'refused') return `${at}  refused  ${event.by}: ${event.detail}`
  if (event.kind === 'paused') return [at, 'paused', event.group ?? '', `${event.topic}/${event.partition}`, by]
  if (event.kind.startsWith('transaction')) return [at, event.kind, event.topic ?? '', event.detail ?? '', by]
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

/** The events to show in their order, and where most are left out the number of all that are. */
function choose(events: readonly EventLine[], { topic, group }: Focus): (EventLine | number)[] {
  if (events.length <= SHOWN) return [...events]
  const isOfFocus = (event: EventLine): boolean =>
    (topic !== undefined && event.topic === topic) || (group !== undefined && event.group === group)
  const places = [...events.keys()]
  const kept: number[] = []
  const keep = (some: readonly number[]): void => {
    kept.push(...ends(some, SHOWN - 1 - kept.length))
  }
  keep(places.filter((place) => isOfFocus(events[place]!)))
  keep(places.filter((place) => !isOfFocus(events[place]!) && events[place]!.kind !== 'committed'))
  keep(places.filter((place) => !isOfFocus(events[place]!) && events[place]!.kind === 'committed'))
  kept.sort((a, b) => a - b)
  const gap = widestGap(kept, events.length)
  const shown = kept.map((place) => events[place]!)
  return [...shown.slice(0, gap), events.length - kept.length, ...shown.slice(gap)]
}

/** So many, half of them from the beginning and half from the end. */
function ends<T>(list: readonly T[], count: number): T[] {
  if (list.length <= count) return [...list]
  const last = Math.floor(count / 2)
  return [...list.slice(0, count - last), ...list.slice(list.length - last)]
}

/** Before which of the kept places most of the others lie. */
function widestGap(kept: readonly number[], end: number): number {
  let widest = 0
  let width = 0
  for (let i = 0; i <= kept.length; i++) {
    const missing = (kept[i] ?? end) - (kept[i - 1] ?? -1) - 1
    if (missing > width) [widest, width] = [i, missing]
  }
  return widest
}

/** The keys of the first records of events, by their places; read once a topic, and only for a message. */
async function keysOf(scope: Scope, events: readonly EventLine[]): Promise<Map<string, string>> {
  const keys = new Map<string, string>()
  const wanted = new Map<string, Set<number>>()
  for (const { kind, topic, firstOffset } of events) {
    if ((kind !== 'produced' && kind !== 'received') || topic === null || firstOffset === null) continue
    wanted.set(topic, (wanted.get(topic) ?? new Set()).add(firstOffset))
  }
  for (const [topic, offsets] of wanted) {
    const reader = scope.cluster.reader(topic, { offset: Math.min(...offsets) }, 'read_uncommitted')
    for (const record of await reader.read()) {
      if (offsets.has(record.offset)) keys.set(placeOf(record), keyOf(record, scope.redaction))
    }
  }
  return keys
}

function keyOf({ key, topic }: StoredRecord, redaction: Redaction): string {
  if (key === null) return 'no key'
  const hidden = hiddenKey(key, topic, redaction)
  if (hidden !== undefined) return `key ${hidden}`
  const text = textOf(key)
  if (text === undefined) return `key of ${key.length} bytes`
  return `key ${JSON.stringify(text.length > 30 ? `${text.slice(0, 29)}…` : text)}`
}
