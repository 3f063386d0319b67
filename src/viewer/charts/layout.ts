import { type ChartData, isEmptyAt, type Look } from './data.ts'

/** A piece of a drawing. How it looks is said by its class, in the styles. */
interface Shape {
  class: string
  /** As in SVG. */
  d: string
}

interface Label {
  x: number
  y: number
  text: string
  anchor: 'start' | 'middle' | 'end'
}

export interface ChartLayout {
  width: number
  height: number
  shapes: Shape[]
  labels: Label[]
  /** From where to where the intervals go, and how wide each is. */
  plot: { left: number; right: number; top: number; bottom: number; slot: number }
}

const HEIGHT = 200
const TOP = 10
const AXIS = 22
/** How wide a character is, about. */
const CHARACTER = 7.2
const DATE = 62
const BAR = { part: 0.7, most: 36 }
/** Between the lines of a hatched bar. */
const HATCH = 5
/** Marks nearer than this to each other would be a line. */
const APART = 7

/** Where everything of a chart stands, for a width in pixels. */
export function layOutChart(data: ChartData, width: number, date: (day: string) => string): ChartLayout {
  const ticks = ticksTo(highest(data), data.kind === 'bars')
  const top = ticks.at(-1)!
  const words = ticks.map((tick) => (tick === 0 ? '0' : data.format(tick)))
  const left = Math.ceil(Math.max(...words.map(({ length }) => length)) * CHARACTER) + 10
  const plot = { left, right: width - 4, top: TOP, bottom: HEIGHT - AXIS, slot: 0 }
  plot.slot = Math.max(0, plot.right - left) / Math.max(1, data.days.length)
  const y = (value: number): number => plot.bottom - (value / top) * (plot.bottom - plot.top)
  const center = (index: number): number => left + (index + 0.5) * plot.slot
  const shapes: Shape[] = ticks.map((tick) => ({ class: 'grid', d: `M${left} ${px(y(tick))}H${px(plot.right)}` }))
  const labels: Label[] = ticks.map((tick, index) => ({
    x: left - 8,
    y: y(tick) + 4,
    text: words[index]!,
    anchor: 'end',
  }))
  const draw = data.kind === 'bars' ? bars : lines
  return {
    width,
    height: HEIGHT,
    plot,
    shapes: [...shapes, ...voids(data, plot, labels), ...draw(data, plot, center, y)],
    labels: [...labels, ...dates(data, plot, center, date)],
  }
}

type Plot = ChartLayout['plot']

/** The highest value, of bars that stand upon each other. */
function highest({ kind, days, series }: ChartData): number {
  const at = (index: number): number[] => series.map(({ values }) => values[index] ?? 0)
  const most = days.map((_, index) =>
    kind === 'bars' ? at(index).reduce((sum, value) => sum + value, 0) : Math.max(0, ...at(index)),
  )
  return Math.max(0, ...most)
}

/** Zero, and two to four round numbers up to one that is no less than `most`; `whole` of what is counted. */
export function ticksTo(most: number, whole = false): number[] {
  if (most <= 0) return [0, 1]
  const rough = whole ? Math.max(1, most / 4) : most / 4
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((one) => one >= rough)!
  const count = Math.ceil(most / step - 1e-9)
  return Array.from({ length: count + 1 }, (_, index) => Number((index * step).toPrecision(12)))
}

function bars(data: ChartData, plot: Plot, center: (index: number) => number, y: (value: number) => number): Shape[] {
  const width = Math.max(1, Math.min(BAR.most, plot.slot * BAR.part))
  const sums = data.days.map(() => 0)
  return data.series.flatMap(({ look, values }) => {
    const filled: string[] = []
    const hatched: string[] = []
    for (const [index, value] of values.entries()) {
      if (value == null || value === 0) continue
      const [x, bottom] = [center(index) - width / 2, y(sums[index]!)]
      sums[index]! += value
      // What is there is seen, however little it is beside the rest.
      const rise = Math.max(1.5, bottom - y(sums[index]!))
      filled.push(`M${px(x)} ${px(bottom)}v${px(-rise)}h${px(width)}v${px(rise)}z`)
      if (look === 'bad') hatched.push(hatch(x, bottom - rise, width, rise))
    }
    const shapes = [{ class: `bar ${look}`, d: filled.join('') }]
    return hatched.length === 0 ? shapes : [...shapes, { class: `hatch ${look}`, d: hatched.join('') }]
  })
}

/** Slanted lines over a rectangle. */
function hatch(x: number, y: number, width: number, height: number): string {
  let d = ''
  for (let at = HATCH - (Math.round(y) % HATCH); at < width + height; at += HATCH) {
    const [x1, y1] = at < height ? [0, at] : [at - height, height]
    const [x2, y2] = at < width ? [at, 0] : [width, at - width]
    d += `M${px(x + x1)} ${px(y + y1)}L${px(x + x2)} ${px(y + y2)}`
  }
  return d
}

function lines(data: ChartData, plot: Plot, center: (index: number) => number, y: (value: number) => number): Shape[] {
  return data.series.flatMap(({ look, values }) => {
    const points = values.map((value, index) => (value == null ? null : { x: center(index), y: y(value) }))
    const d = points.map((point, index) => {
      if (point === null) return ''
      return `${points[index - 1] == null ? 'M' : 'L'}${px(point.x)} ${px(point.y)}`
    })
    // One that stands alone has no line, and would not be seen.
    const marked = points.filter((point, index) => {
      return point !== null && (plot.slot >= APART || (points[index - 1] == null && points[index + 1] == null))
    })
    const marks = marked.map((point) => marksOf[look](point!.x, point!.y))
    return [
      { class: `line ${look}`, d: d.join('') },
      { class: `mark ${look}`, d: marks.join('') },
    ]
  })
}

type Mark = (x: number, y: number) => string

const circle: Mark = (x, y) => `M${px(x - 3)} ${px(y)}a3 3 0 1 1 6 0a3 3 0 1 1-6 0z`
const triangle: Mark = (x, y) => `M${px(x)} ${px(y - 4.2)}l4 7.2h-8z`
const square: Mark = (x, y) => `M${px(x - 2.8)} ${px(y - 2.8)}h5.6v5.6h-5.6z`

/** A shape of its own for each, also in the legend. */
export const marksOf: Readonly<Record<Look, Mark>> = {
  first: circle,
  second: triangle,
  third: square,
  good: circle,
  bad: triangle,
  quiet: square,
}

/** Where there is nothing it is said, as far as there is room. */
function voids(data: ChartData, plot: Plot, labels: Label[]): Shape[] {
  const shapes: Shape[] = []
  const word = `no ${data.nothing}`
  for (let from = 0; from < data.days.length; from += 1) {
    if (!isEmptyAt(data, from)) continue
    let to = from
    while (to < data.days.length && isEmptyAt(data, to)) to += 1
    const [x, width] = [plot.left + from * plot.slot, (to - from) * plot.slot]
    shapes.push({ class: 'void', d: `M${px(x)} ${plot.bottom}v-6h${px(width)}v6z` })
    if (width > word.length * CHARACTER + 12)
      labels.push({ x: x + width / 2, y: plot.bottom - 12, text: word, anchor: 'middle' })
    from = to
  }
  return shapes
}

/** As many dates as have room, the last among them. */
function dates(data: ChartData, plot: Plot, center: (index: number) => number, date: (day: string) => string): Label[] {
  const every = Math.max(1, Math.ceil(DATE / Math.max(plot.slot, 0.01)))
  const last = data.days.length - 1
  return data.days.flatMap((day, index) => {
    if ((last - index) % every !== 0) return []
    const text = date(day)
    const half = (text.length * CHARACTER) / 2
    const x = Math.min(Math.max(center(index), half), plot.right - half)
    return [{ x, y: HEIGHT - 5, text, anchor: 'middle' as const }]
  })
}

/** A tenth of a pixel is enough. */
function px(value: number): number {
  return Math.round(value * 10) / 10
}
