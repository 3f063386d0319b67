import type { VNode } from 'preact'
import { useMemo } from 'preact/hooks'
import { type Flow, type FlowNode, flowOf } from '../../run/flow.ts'
import type { Own } from '../data/run-data.ts'
import { number, plural } from '../format.ts'

/** Pixels of a box, and between boxes. */
const [WIDTH, HEIGHT, GAP, ROW] = [150, 42, 64, 14]
/** As many characters as a box has room for. */
const LETTERS = 19

const names: Record<FlowNode['kind'], string> = {
  test: 'produces',
  reader: 'receives',
  client: 'client',
  group: 'group',
  topic: 'topic',
}

type Point = [x: number, y: number]
interface Box extends FlowNode {
  x: number
  y: number
}

/** Which way the records of an attempt went: a picture in layers, and the same as a table. */
export function FlowGraph({ own }: { own: Own }): VNode | null {
  const flow = useMemo(() => flowOf(own), [own])
  if (flow.edges.length === 0) return null
  const { boxes, width, height, isAcross } = place(flow)
  return (
    <section class="card flow" aria-label="Flow">
      <h2>Flow</h2>
      <div
        class="drawing picture"
        tabIndex={0}
        role="group"
        aria-label="The flow as a picture; the table below has the same"
      >
        <svg width={width} height={height} viewBox={`0 0 ${width} ${height}`} aria-hidden="true">
          <g class="links">
            {flow.edges.map(({ from, to, records }) => (
              <Edge key={`${from} ${to}`} from={boxes[from]!} to={boxes[to]!} records={records} isAcross={isAcross} />
            ))}
          </g>
          {boxes.map(({ kind, label, x, y }) => (
            <g key={`${kind} ${label}`} class={`node ${kind}`}>
              <rect x={x} y={y} width={WIDTH} height={HEIGHT} rx={kind === 'topic' ? 6 : HEIGHT / 2} />
              <text x={x + WIDTH / 2} y={y + 16} text-anchor="middle" class="kind">
                {names[kind]}
              </text>
              <text x={x + WIDTH / 2} y={y + 33} text-anchor="middle">
                {label.length > LETTERS ? `${label.slice(0, LETTERS - 1)}…` : label}
              </text>
              <title>{label}</title>
            </g>
          ))}
        </svg>
      </div>
      <details>
        <summary>As a table</summary>
        <table class="sheet">
          <thead>
            <tr>
              <th scope="col">From</th>
              <th scope="col">To</th>
              <th scope="col">Records</th>
            </tr>
          </thead>
          <tbody>
            {flow.edges.map(({ from, to, records }) => (
              <tr key={`${from} ${to}`}>
                <td>{nameOf(flow.nodes[from]!)}</td>
                <td>{nameOf(flow.nodes[to]!)}</td>
                <td>{number(records)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </section>
  )
}

function nameOf({ kind, label }: FlowNode): string {
  return kind === 'test' || kind === 'reader' ? label : `${kind} ${label}`
}

/** Layers from left to right, or from above to below where that is too wide; each in the middle. */
function place({ nodes }: Flow): { boxes: Box[]; width: number; height: number; isAcross: boolean } {
  const layers = Map.groupBy(nodes, ({ layer }) => layer)
  const most = Math.max(...[...layers.values()].map(({ length }) => length))
  const isAcross = layers.size * (WIDTH + GAP) - GAP < Math.min(innerWidth, 1120) - 60
  const side = (isAcross ? HEIGHT : WIDTH) + ROW
  const boxes = nodes.map((node) => {
    const own = layers.get(node.layer)!
    const along = 2 + node.layer * ((isAcross ? WIDTH : HEIGHT) + GAP)
    const beside = 2 + ((most - own.length) / 2 + own.indexOf(node)) * side
    return { ...node, ...(isAcross ? { x: along, y: beside } : { x: beside, y: along }) }
  })
  const [width, height] = [
    Math.max(...boxes.map(({ x }) => x)) + WIDTH + 2,
    // What leads back goes round below.
    Math.max(...boxes.map(({ y }) => y)) + HEIGHT + 22,
  ]
  return { boxes, width, height, isAcross }
}

/** From side to side; what leads back goes round. */
function Edge({ from, to, records, isAcross }: { from: Box; to: Box; records: number; isAcross: boolean }): VNode {
  const isForward = to.layer > from.layer
  const [w, h] = [WIDTH / 2, HEIGHT / 2]
  let [start, end, a, b] = [
    [from.x + w, from.y + 2 * h],
    [to.x + w, to.y + 2 * h + 6],
    [0, 22],
    [0, 22],
  ] as [Point, Point, Point, Point]
  if (isForward && isAcross)
    [start, end, a, b] = [
      [from.x + 2 * w, from.y + h],
      [to.x - 6, to.y + h],
      [GAP / 2, 0],
      [-GAP / 2, 0],
    ]
  else if (isForward)
    [end, a, b] = [
      [to.x + w, to.y - 6],
      [0, GAP / 2],
      [0, -GAP / 2],
    ]
  const curve = [start, [start[0] + a[0], start[1] + a[1]], [end[0] + b[0], end[1] + b[1]], end] as const
  return (
    <g class={from.kind === 'topic' ? 'read' : 'write'}>
      <path d={`M${curve[0]}C${curve.slice(1).join(' ')}`} marker-end="url(#tip)" />
      {/* Near where it goes to, so that those of one box don't lie upon each other. */}
      <text x={end[0] + (isAcross ? -16 : 8)} y={end[1] - (isAcross ? 6 : 8)}>
        {number(records)}
      </text>
      <title>{plural(records, 'record')}</title>
    </g>
  )
}
