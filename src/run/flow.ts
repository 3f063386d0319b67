import type { EventLine, RecordLine, TaskLine } from './model.ts'
import { placeOf } from './record-text.ts'

/** A topic, or who wrote to it or read from it. */
export interface FlowNode {
  /** `reader` is the test again, as who looks at what came of it. */
  kind: 'test' | 'reader' | 'client' | 'group' | 'topic'
  label: string
  /** How many steps it is away from where records came from. */
  layer: number
}

/** How many records went from one to the other. */
interface FlowEdge {
  from: number
  to: number
  records: number
}

export interface Flow {
  nodes: FlowNode[]
  edges: FlowEdge[]
}

interface Own {
  tasks: readonly TaskLine[]
  events: readonly EventLine[]
  records: readonly RecordLine[]
}

const TEST = 'this test'

/**
 * Through which topics, groups and clients the records of an attempt went: who produced them first, last who received
 * them. The test is there twice where it does both.
 */
export function flowOf({ tasks, events, records }: Own): Flow {
  const nodes: FlowNode[] = []
  const edges = new Map<string, FlowEdge>()
  const groups = groupsOfClients(events)
  const nodeOf = (kind: FlowNode['kind'], label: string): number => {
    const index = nodes.findIndex((node) => node.kind === kind && node.label === label)
    return index !== -1 ? index : nodes.push({ kind, label, layer: 0 }) - 1
  }
  const actorOf = (by: string | null, kind: 'test' | 'reader'): number => {
    if (by === null || by === TEST) return nodeOf(kind, TEST)
    const group = groups.get(by)
    return group === undefined ? nodeOf('client', by.replace(/^client /, '')) : nodeOf('group', group)
  }
  const add = (from: number, to: number, count: number): void => {
    const edge = edges.get(`${from} ${to}`) ?? { from, to, records: 0 }
    edge.records += count
    edges.set(`${from} ${to}`, edge)
  }
  for (const { kind, topic, by, firstOffset, lastOffset } of events) {
    if (topic === null || firstOffset === null) continue
    const count = (lastOffset ?? firstOffset) - firstOffset + 1
    if (kind === 'produced') add(actorOf(by, 'test'), nodeOf('topic', topic), count)
    if (kind === 'received') add(nodeOf('topic', topic), actorOf(by, 'reader'), count)
  }
  // A real cluster tells nothing: what the test wrote its tasks know.
  for (const { kind, topic, records: count } of events.some(({ kind }) => kind === 'produced') ? [] : tasks)
    if (kind === 'produce' && count > 0) add(nodeOf('test', TEST), nodeOf('topic', topic), count)
  const received = new Map(
    records.filter(({ direction }) => direction === 'received').map((one) => [placeOf(one), one]),
  )
  for (const { topic } of received.values()) add(nodeOf('topic', topic), nodeOf('reader', TEST), 1)
  return { nodes: layered(nodes, [...edges.values()]), edges: [...edges.values()] }
}

/** The group of each client that is a member of one alone. */
export function groupsOfClients(events: readonly EventLine[]): Map<string, string> {
  const joined = events.filter(({ kind, by, group }) => kind === 'joined' && by !== null && group !== null)
  const groups = Map.groupBy(joined, ({ by }) => by!)
  return new Map(
    [...groups].flatMap(([client, own]) => {
      const names = new Set(own.map(({ group }) => group!))
      return names.size === 1 ? [[client, own[0]!.group!] as const] : []
    }),
  )
}

/** Layer by layer from those to whom nothing leads; what only a circle leads to begins at its first. */
function layered(nodes: readonly FlowNode[], edges: readonly FlowEdge[]): FlowNode[] {
  const layers = new Map<number, number>()
  const walk = (starts: readonly number[], layer: number): void => {
    const found = starts.filter((node) => !layers.has(node))
    for (const node of found) layers.set(node, layer)
    const next = edges.filter(({ from }) => found.includes(from))
    if (found.length > 0)
      walk(
        next.map(({ to }) => to),
        layer + 1,
      )
  }
  const all = [...nodes.keys()]
  walk(
    all.filter((node) => !edges.some(({ to }) => to === node)),
    0,
  )
  for (const node of all) walk([node], 0)
  const behind = (reader: number): number =>
    1 + Math.max(...edges.filter(({ to }) => to === reader).map(({ from }) => layers.get(from)!))
  // Who looks at what came of it stands behind all that it looks at.
  return nodes.map((node, index) => ({ ...node, layer: node.kind === 'reader' ? behind(index) : layers.get(index)! }))
}
