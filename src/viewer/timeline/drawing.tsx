import type { VNode } from 'preact'
import { useState } from 'preact/hooks'
import { aboutOf, kindOf } from '../data/steps.ts'
import { duration } from '../format.ts'
import type { CauseLink, Item, Layout, Link } from './layout.ts'
import type { Scale } from './scale.ts'
import { stepNear, type View } from './view.ts'

/** Pixels. */
const LABEL = 20
const BAR = 16
const PAD = 8
const AXIS = 22
/** Points that are nearer than this are drawn as one, with their number, which needs more room. */
const MERGED = 11
const NUMBERED = 28
/** How wide a character is, about. */
const CHARACTER = 6.5
/** Of a point that stands for many records, so many arrows are shown. */
const CAUSES = 12

interface Props {
  layout: Layout
  scale: Scale
  view: View
  width: number
  selected: number | null
  onSelect: (index: number) => void
}

/** The timeline's picture: what lies in sight, and of that what can be told apart. */
export function Drawing({ layout, scale, view, width, selected, onSelect }: Props): VNode {
  /** The items under the pointer. */
  const [hovered, setHovered] = useState<readonly number[]>([])
  const tops: number[] = []
  let height = 0
  for (const { rows } of layout.lanes) {
    tops.push(height)
    height += LABEL + rows * (BAR + 3) + PAD
  }
  const side = 12
  const x = (at: number): number =>
    side + ((scale.place(at) - view.from) / (view.to - view.from)) * Math.max(1, width - 2 * side)
  const middle = (lane: number, row = 0): number => tops[lane]! + LABEL + row * (BAR + 3) + BAR / 2
  const seen = layout.items.filter(({ from, to }) => x(to) >= -side && x(from) <= width + side)
  return (
    <svg width={width} height={height + AXIS} viewBox={`0 0 ${width} ${height + AXIS}`} aria-hidden="true">
      <defs>
        <marker id="tip" viewBox="0 0 6 6" refX="5.4" refY="3" markerWidth="5" markerHeight="5" orient="auto">
          <path d="M0 0 6 3 0 6z" />
        </marker>
        <pattern id="idle" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
          <path d="M0 0V6" class="hatch" />
        </pattern>
      </defs>
      {layout.lanes.map(({ kind, label }, lane) => (
        <g key={`${kind} ${label}`} class={`lane ${kind}`}>
          {lane > 0 && <path d={`M0 ${tops[lane]! + 0.5}H${width}`} class="line" />}
        </g>
      ))}
      <Folds scale={scale} width={width} height={height} x={x} />
      <g class="links">
        {apart(layout.links, x).map((link, index) => (
          <Arrow key={index} link={link} x={x} middle={middle} width={width} />
        ))}
      </g>
      {layout.lanes.map(({ kind, label }, lane) => (
        <text key={`${kind} ${label}`} x={side - 4} y={tops[lane]! + 15} class={`label ${kind}`}>
          {kind !== 'test' && <tspan class="kind">{`${kind} `}</tspan>}
          {kind === 'client' ? label.replace(/^client /, '') : label}
        </text>
      ))}
      {seen
        .filter(({ step }) => step.type !== 'event')
        .map((item) => (
          <Bar
            key={item.index}
            item={item}
            x={x}
            selected={selected}
            onSelect={onSelect}
            y={middle(item.lane, item.row)}
          />
        ))}
      {merge(
        seen.filter(({ step }) => step.type === 'event'),
        x,
      ).map((items) => (
        <Points
          key={items[0]!.index}
          items={items}
          x={x}
          selected={selected}
          onSelect={onSelect}
          onHover={setHovered}
          y={middle(items[0]!.lane)}
        />
      ))}
      {layout.causes
        .filter(({ items }) => items.some((index) => index === selected || hovered.includes(index)))
        .slice(0, CAUSES)
        .map((cause) => (
          <CauseArrow key={cause.items.join()} cause={cause} x={x} middle={middle} width={width} />
        ))}
      <Axis scale={scale} view={view} width={width} x={x} y={height} />
    </svg>
  )
}

function Folds({ scale, width, height, x }: Pick<Props, 'scale' | 'width'> & { height: number; x: X }): VNode {
  return (
    <g class="folds">
      {scale.folds.map(({ from, to }) => {
        const [left, right] = [x(from) + 7, x(to) - 7]
        if (right < 0 || left > width || right - left < 4) return null
        return (
          <g key={from}>
            <rect x={left} y={0} width={right - left} height={height} fill="url(#idle)" />
            <text x={(left + right) / 2} y={height + 15} text-anchor="middle">
              {foldText(duration(to - from), right - left)}
            </text>
            <title>{`Nothing happened for ${duration(to - from)}`}</title>
          </g>
        )
      })}
    </g>
  )
}

/** As much of it as fits below its fold. */
function foldText(length: string, width: number): string {
  const fits = (text: string): boolean => text.length * CHARACTER <= width + 8
  return fits(`${length} idle`) ? `${length} idle` : fits(length) ? length : ''
}

type X = (at: number) => number

function Arrow({
  link: { kind, from, to },
  x,
  middle,
  width,
}: {
  link: Link
  x: X
  middle: (lane: number) => number
  width: number
}): VNode | null {
  const [x1, y1, x2, y2] = [x(from.at), middle(from.lane), x(to.at), middle(to.lane)]
  if (Math.max(x1, x2) < 0 || Math.min(x1, x2) > width || from.lane === to.lane) return null
  // It ends before the point, not in it.
  const end = y2 + (y2 > y1 ? -7 : 7)
  const bend = (end - y1) * 0.5
  return (
    <path class={kind} d={`M${x1} ${y1}C${x1} ${y1 + bend} ${x2} ${end - bend} ${x2} ${end}`} marker-end="url(#tip)" />
  )
}

/** From a record to one that was made of it, with what says so. */
function CauseArrow({
  cause,
  x,
  middle,
  width,
}: {
  cause: CauseLink
  x: X
  middle: (lane: number) => number
  width: number
}): VNode {
  const { from, to, text } = cause
  const [x1, y1, x2, y2] = [x(from.at), middle(from.lane), x(to.at), middle(to.lane)]
  // Within a lane it goes round the points between.
  const top = Math.min(y1, y2) - (from.lane === to.lane ? 30 : 0)
  const half = (text.length * CHARACTER) / 2 + 4
  return (
    <g class="cause">
      <path d={`M${x1} ${y1}Q${(x1 + x2) / 2} ${top} ${x2 - 7} ${y2}`} marker-end="url(#tip)" />
      <text x={Math.max(half, Math.min(x2, width - half))} y={y2 + 19} text-anchor="middle">
        {text}
      </text>
    </g>
  )
}

/** Of arrows that would lie upon each other one. */
function apart(links: readonly Link[], x: X): Link[] {
  const shown = new Map<string, Link>()
  for (const link of links) {
    const { kind, from, to } = link
    const places = [kind, from.lane, Math.round(x(from.at) / MERGED), to.lane, Math.round(x(to.at) / MERGED)]
    if (!shown.has(places.join())) shown.set(places.join(), link)
  }
  return [...shown.values()]
}

interface ItemProps {
  x: X
  y: number
  selected: number | null
  onSelect: (index: number) => void
}

/** A task or a check, as long as it took. */
function Bar({ item, x, y, selected, onSelect }: ItemProps & { item: Item }): VNode {
  const { step, index } = item
  const width = Math.max(4, x(item.to) - x(item.from))
  const text = step.type === 'check' ? `${step.verdict === 'failed' ? '✗' : '✓'} ${step.matcher}` : kindOf(step)
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the list below has the same for keys.
    <g
      class={`bar ${step.type} ${item.isBad ? 'bad' : ''} ${selected === index ? 'on' : ''}`}
      onClick={() => onSelect(index)}
    >
      <rect x={x(item.from)} y={y - BAR / 2} width={width} height={BAR} rx="3" />
      {width > 12 + text.length * CHARACTER && (
        <text x={Math.max(x(item.from), 0) + 6} y={y + 4}>
          {text}
        </text>
      )}
      <title>{`${kindOf(step)} ${aboutOf(step)}, ${duration(item.from)} + ${duration(item.to - item.from)}`}</title>
    </g>
  )
}

/** Items of one lane whose points would lie upon each other. */
function merge(items: readonly Item[], x: X): Item[][] {
  const merged: Item[][] = []
  const last = new Map<number, Item[]>()
  for (const item of items) {
    const before = last.get(item.lane)
    if (before !== undefined && x(item.from) - x(before[0]!.from) < (before.length > 1 ? NUMBERED : MERGED))
      before.push(item)
    else {
      const own = [item]
      last.set(item.lane, own)
      merged.push(own)
    }
  }
  return merged
}

const looks: Record<string, string> = { produced: 'written', received: 'read', refused: 'refused' }

interface PointsProps extends ItemProps {
  items: readonly Item[]
  onHover: (indexes: readonly number[]) => void
}

/** An event, or several that lie too near to each other. */
function Points({ items, x, y, selected, onSelect, onHover }: PointsProps): VNode {
  const [first] = items as [Item]
  const kinds = new Set(items.map(({ step }) => looks[kindOf(step)] ?? 'member'))
  const look = kinds.size === 1 ? [...kinds][0]! : 'mixed'
  const isOn = items.some(({ index }) => index === selected)
  const at = x(first.from)
  const lines = items.slice(0, 12).map(({ step }) => `${duration(step.at)}  ${kindOf(step)} ${aboutOf(step)}`)
  const more = items.length > 12 ? [`… ${items.length - 12} more`] : []
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the list below has the same for keys.
    <g
      class={`point ${look} ${isOn ? 'on' : ''}`}
      onClick={() => onSelect(first.index)}
      onPointerEnter={() => onHover(items.map(({ index }) => index))}
      onPointerLeave={() => onHover([])}
    >
      {items.length === 1 ? (
        <circle cx={at} cy={y} r="5" />
      ) : (
        <>
          <rect x={at - 6} y={y - 8} width={12 + 6 * String(items.length).length} height="16" rx="8" />
          <text x={at + 3 * String(items.length).length} y={y + 4} text-anchor="middle">
            {items.length}
          </text>
        </>
      )}
      <title>{[...lines, ...more].join('\n')}</title>
    </g>
  )
}

function Axis({ scale, view, width, x, y }: Pick<Props, 'scale' | 'view' | 'width'> & { x: X; y: number }): VNode {
  const step = stepNear(((view.to - view.from) / Math.max(1, width)) * 90)
  const [from, to] = [scale.time(view.from), scale.time(view.to)]
  const ticks: number[] = []
  let last = Number.NEGATIVE_INFINITY
  for (let at = Math.ceil(from / step) * step; at <= to && ticks.length < 100; at += step) {
    const fold = scale.folds.find((one) => at > one.from && at < one.to)
    if (fold !== undefined) {
      at = Math.floor(fold.to / step) * step
      continue
    }
    const isNearFold = scale.folds.some((one) => x(at) > x(one.from) - 24 && x(at) < x(one.to) + 24)
    if (x(at) - last < 60 || isNearFold) continue
    last = x(at)
    ticks.push(at)
  }
  return (
    <g class="axis">
      <path d={`M0 ${y + 0.5}H${width}`} class="line" />
      {ticks.map((at) => (
        <g key={at}>
          <path d={`M${x(at)} ${y}v4`} class="line" />
          <text x={x(at)} y={y + 15} text-anchor={x(at) < 24 ? 'start' : x(at) > width - 30 ? 'end' : 'middle'}>
            {tickText(at, step)}
          </text>
        </g>
      ))}
    </g>
  )
}

/** As exact as the ticks are close. */
function tickText(at: number, step: number): string {
  if (at === 0) return '0'
  const [value, unit, near] = at < 1000 ? [at, 'ms', step] : [at / 1000, 's', step / 1000]
  return `${value.toFixed(Math.min(3, Math.max(0, Math.ceil(-Math.log10(near)))))} ${unit}`
}
