import { useSignal } from '@preact/signals'
import type { ComponentChildren, VNode } from 'preact'
import { useEffect, useMemo, useRef, useState } from 'preact/hooks'
import { dayText } from '../format.ts'
import { type ChartData, isEmptyAt, type Series } from './data.ts'
import { saveCsv, savePng } from './export.ts'
import { type ChartLayout, layOutChart, marksOf } from './layout.ts'

interface Props {
  data: ChartData
  /** What stands above it, where the title says more than is to be seen there. */
  heading?: string
  /** What is said below the heading. */
  children?: ComponentChildren
}

/**
 * Figures over time, as a picture in which the arrow keys go from interval to interval, as a table, as CSV and as PNG.
 * Nothing in it is told by colour alone: bars have fills, lines have dashes and marks.
 */
export function Chart({ data, heading = data.title, children }: Props): VNode {
  const box = useRef<HTMLDivElement>(null)
  const figure = useRef<HTMLElement>(null)
  const [width, setWidth] = useState(480)
  const at = useSignal<number | null>(null)
  const layout = useMemo(() => layOutChart(data, width, (day) => dayText(day, data.by)), [data, width])
  useEffect(() => {
    const observer = new ResizeObserver(([entry]) => setWidth(Math.floor(entry!.contentRect.width)))
    observer.observe(box.current!)
    return () => observer.disconnect()
  }, [])
  const index = at.value === null ? null : Math.min(at.value, data.days.length - 1)
  return (
    <figure ref={figure} class="card chart" aria-label={data.title}>
      <figcaption>
        <h2>{heading}</h2>
        <span class="exports">
          <button type="button" aria-label={`${data.title} as CSV`} onClick={() => saveCsv(data)}>
            CSV
          </button>
          <button type="button" aria-label={`${data.title} as PNG`} onClick={() => void savePng(data, figure.current!)}>
            PNG
          </button>
        </span>
      </figcaption>
      {children}
      <Legend data={data} index={index} />
      <div
        ref={box}
        class="plot"
        tabIndex={0}
        role="slider"
        aria-label={`${data.title}: the arrow keys go through it`}
        aria-valuemin={0}
        aria-valuemax={data.days.length - 1}
        aria-valuenow={index ?? data.days.length - 1}
        aria-valuetext={inWords(data, index ?? data.days.length - 1)}
        onKeyDown={(event) => {
          const next = stepFor(event.key, index, data.days.length)
          if (next === undefined) return
          event.preventDefault()
          event.stopPropagation()
          at.value = next
        }}
        onPointerMove={(event) => {
          at.value = slotAt(layout, event.clientX - box.current!.getBoundingClientRect().left, data.days.length)
        }}
        onPointerLeave={() => {
          at.value = null
        }}
        onBlur={() => {
          at.value = null
        }}
      >
        <Drawing layout={layout} index={index} />
      </div>
      {data.note !== undefined && <p class="note">{data.note}</p>}
      <Table data={data} />
    </figure>
  )
}

function Drawing({ layout, index }: { layout: ChartLayout; index: number | null }): VNode {
  const { width, height, plot, shapes, labels } = layout
  const x = index === null ? 0 : Math.round(plot.left + (index + 0.5) * plot.slot)
  return (
    <svg width={width} height={height} viewBox={`0 0 ${width} ${height}`} aria-hidden="true">
      {index !== null && <path class="cursor" d={`M${x} ${plot.top}V${plot.bottom}`} />}
      {shapes.map((shape, place) => (
        <path key={place} class={shape.class} d={shape.d} />
      ))}
      {labels.map(({ x: left, y, text, anchor }, place) => (
        <text key={place} x={left} y={y} text-anchor={anchor}>
          {text}
        </text>
      ))}
    </svg>
  )
}

/** What each series is, and where the reader points at: its value there. */
function Legend({ data, index }: { data: ChartData; index: number | null }): VNode {
  return (
    <ul class="series">
      {data.series.map((series) => (
        <li key={series.name}>
          <Sample kind={data.kind} series={series} />
          {series.name}
          {index !== null && <b>{valueText(data, series, index)}</b>}
        </li>
      ))}
      <li class="where">{index === null ? '' : dayText(data.days[index]!, data.by)}</li>
    </ul>
  )
}

function Sample({ kind, series: { look } }: { kind: ChartData['kind']; series: Series }): VNode {
  return (
    <svg width="22" height="12" viewBox="0 0 22 12" aria-hidden="true">
      {kind === 'bars' ? (
        <>
          <path class={`bar ${look}`} d="M3 1h16v10h-16z" />
          {look === 'bad' && <path class={`hatch ${look}`} d="M3 5L7 1M3 10L12 1M7 11L17 1M12 11L19 4M17 11L19 9" />}
        </>
      ) : (
        <>
          <path class={`line ${look}`} d="M0 6h22" />
          <path class={`mark ${look}`} d={marksOf[look](11, 6)} />
        </>
      )}
    </svg>
  )
}

/** The same for who reads no picture. */
function Table({ data }: { data: ChartData }): VNode {
  const isOpen = useSignal(false)
  const { days, series, by, title } = data
  return (
    <details
      onToggle={(event) => {
        isOpen.value = event.currentTarget.open
      }}
    >
      <summary>As a table</summary>
      {isOpen.value && (
        <div class="scroll" tabIndex={0} role="region" aria-label={`${title}, as a table`}>
          <table class="sheet">
            <thead>
              <tr>
                <th scope="col">{by}</th>
                {series.map(({ name }) => (
                  <th key={name} scope="col">
                    {name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {days.map((day, index) => (
                <tr key={day}>
                  <th scope="row">{dayText(day, by)}</th>
                  {isEmptyAt(data, index) ? (
                    <td colSpan={series.length}>no {data.nothing}</td>
                  ) : (
                    series.map((one) => <td key={one.name}>{valueText(data, one, index)}</td>)
                  )}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </details>
  )
}

function valueText({ format }: ChartData, { values }: Series, index: number): string {
  const value = values[index]
  return value == null ? '–' : format(value)
}

/** An interval as a sentence. */
function inWords(data: ChartData, index: number): string {
  const day = data.days[index]
  if (day === undefined) return `no ${data.nothing}`
  const when = dayText(day, data.by)
  if (isEmptyAt(data, index)) return `${when}: no ${data.nothing}`
  return `${when}: ${data.series.map((one) => `${valueText(data, one, index)} ${one.name}`).join(', ')}`
}

function stepFor(key: string, index: number | null, count: number): number | undefined {
  const last = count - 1
  const steps: Record<string, number> = {
    ArrowLeft: index === null ? last : Math.max(0, index - 1),
    ArrowRight: index === null ? 0 : Math.min(last, index + 1),
    Home: 0,
    End: last,
  }
  return steps[key]
}

function slotAt({ plot }: ChartLayout, x: number, count: number): number | null {
  if (x < plot.left || plot.slot === 0) return null
  return Math.min(count - 1, Math.floor((x - plot.left) / plot.slot))
}
