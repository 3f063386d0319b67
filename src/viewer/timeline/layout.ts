import { causesOf, causeText } from '../../run/causes.ts'
import { groupsOfClients } from '../../run/flow.ts'
import { type Own, placeOf } from '../data/run-data.ts'
import { endOf, isBad, recordsOf, type Step } from '../data/steps.ts'

/** A row of the timeline: the test itself, a topic, a consumer group, or a client that is in none. */
interface Lane {
  kind: 'test' | 'topic' | 'group' | 'client'
  label: string
  /** How many bars lie above each other in it. */
  rows: number
}

/** A step where it is drawn. */
export interface Item {
  /** In the list of steps. */
  index: number
  step: Step
  lane: number
  row: number
  from: number
  to: number
  isBad: boolean
}

/** From where a record came to where it went. */
export interface Link {
  /** `write`: from who produced it to its topic; `read`: from its topic to who received it; `near`: a check's closest. */
  kind: 'write' | 'read' | 'near'
  from: { lane: number; at: number }
  to: { lane: number; at: number }
}

/** From a record to one that was made of it, at the events of their produces. */
export interface CauseLink extends Pick<Link, 'from' | 'to'> {
  /** The items of the two. */
  items: readonly [from: number, to: number]
  text: string
}

export interface Layout {
  lanes: Lane[]
  items: Item[]
  links: Link[]
  causes: CauseLink[]
}

const TEST = 'this test'
/** Bars that overlap lie in so many rows at most. */
const ROWS = 3

/** Where each step of an attempt lies, and which records went from where to where. */
export function layOut(steps: readonly Step[], own: Own): Layout {
  const lanes: Lane[] = []
  const byName = new Map<string, number>()
  const laneOf = (kind: Lane['kind'], label: string): number => {
    const name = `${kind} ${label}`
    const known = byName.get(name)
    if (known !== undefined) return known
    byName.set(name, lanes.length)
    lanes.push({ kind, label, rows: 1 })
    return lanes.length - 1
  }
  laneOf('test', TEST)
  const groups = groupsOfClients(own.events)
  const actorLane = (by: string | null): number => {
    if (by === null || by === TEST) return laneOf('test', TEST)
    const group = groups.get(by)
    return group === undefined ? laneOf('client', by) : laneOf('group', group)
  }
  const laneOfStep = (step: Step): number => {
    if (step.type !== 'event') return laneOf('test', TEST)
    if (step.group !== null) return laneOf('group', step.group)
    return step.topic === null || step.kind === 'received' ? actorLane(step.by) : laneOf('topic', step.topic)
  }
  const items = steps.map((step, index): Item => {
    return { index, step, lane: laneOfStep(step), row: 0, from: step.at, to: endOf(step), isBad: isBad(step) }
  })
  lanes[0]!.rows = stack(items.filter(({ step }) => step.type !== 'event'))
  return { lanes, items, links: linksOf(own, laneOf, actorLane), causes: causeLinks(items, own) }
}

function causeLinks(items: readonly Item[], own: Own): CauseLink[] {
  const written = items.filter(({ step }) => step.type === 'event' && step.kind === 'produced')
  const itemOf = new Map(written.flatMap((item) => recordsOf(item.step, own).map((record) => [placeOf(record), item])))
  return [...causesOf(own.records, own.events)].flatMap(([place, cause]) => {
    const [from, to] = [itemOf.get(placeOf(cause.record)), itemOf.get(place)]
    if (from === undefined || to === undefined || from === to) return []
    const [start, end] = [from, to].map(({ lane, from: at }) => ({ lane, at })) as [Link['from'], Link['to']]
    return [{ from: start, to: end, items: [from.index, to.index] as const, text: causeText(cause) }]
  })
}

/** Gives bars that overlap rows of their own; how many there are. */
function stack(bars: readonly Item[]): number {
  const ends: number[] = []
  for (const bar of bars) {
    const free = ends.findIndex((end) => end <= bar.from)
    bar.row = free !== -1 ? free : Math.min(ends.length, ROWS - 1)
    ends[bar.row] = Math.max(bar.to, ends[bar.row] ?? 0)
  }
  return Math.max(1, ends.length)
}

function linksOf(
  { events, checks, tasks, records }: Own,
  laneOf: (kind: Lane['kind'], label: string) => number,
  actorLane: (by: string | null) => number,
): Link[] {
  const links: Link[] = []
  const written = Map.groupBy(
    events.filter(({ kind }) => kind === 'produced'),
    ({ topic, partition }) => `${topic}/${partition}`,
  )
  for (const event of events) {
    if (event.kind !== 'produced' && event.kind !== 'received') continue
    const topic = laneOf('topic', event.topic!)
    const actor = actorLane(event.by)
    if (event.kind === 'produced') {
      links.push({ kind: 'write', from: { lane: actor, at: event.at }, to: { lane: topic, at: event.at } })
      continue
    }
    for (const source of written.get(`${event.topic}/${event.partition}`) ?? []) {
      if (source.lastOffset! < event.firstOffset! || source.firstOffset! > event.lastOffset!) continue
      links.push({ kind: 'read', from: { lane: topic, at: source.at }, to: { lane: actor, at: event.at } })
    }
  }
  // What the cluster doesn't tell, the tasks do: on real Kafka there are no events of it.
  const ends = new Map(tasks.map((task) => [task.id, task.at + task.duration]))
  const writtenByTask = new Map<string, number>()
  for (const record of events.length > 0 ? [] : records) {
    const at = record.task === null ? undefined : ends.get(record.task)
    if (at === undefined) continue
    const topic = laneOf('topic', record.topic)
    const source = writtenByTask.get(placeOf(record))
    if (record.direction === 'produced') {
      writtenByTask.set(placeOf(record), at)
      links.push({ kind: 'write', from: { lane: 0, at }, to: { lane: topic, at } })
    } else links.push({ kind: 'read', from: { lane: topic, at: source ?? at }, to: { lane: 0, at } })
  }
  for (const check of checks) {
    const [, topic, partition, offset] = /^(.*)\/(\d+)@(\d+)$/.exec(check.closest ?? '') ?? []
    const source = written
      .get(`${topic}/${partition}`)
      ?.find(({ firstOffset, lastOffset }) => firstOffset! <= Number(offset) && lastOffset! >= Number(offset))
    if (source === undefined) continue
    const to = { lane: 0, at: check.at + check.duration }
    links.push({ kind: 'near', from: { lane: laneOf('topic', topic!), at: source.at }, to })
  }
  return links
}
