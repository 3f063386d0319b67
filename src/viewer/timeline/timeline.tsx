import { useSignal } from '@preact/signals'
import type { VNode } from 'preact'
import { useEffect, useMemo, useRef, useState } from 'preact/hooks'
import type { Own } from '../data/run-data.ts'
import { endOf, type Step } from '../data/steps.ts'
import { plural } from '../format.ts'
import { Drawing } from './drawing.tsx'
import { layOut } from './layout.ts'
import { makeScale } from './scale.ts'
import { pan, type View, zoom } from './view.ts'

interface Props {
  steps: readonly Step[]
  own: Own
  selected: number | null
  onSelect: (index: number) => void
}

/** What an attempt did to Kafka over time: a lane for the test, for each topic, and for each who read or wrote. */
export function Timeline({ steps, own, selected, onSelect }: Props): VNode {
  const box = useRef<HTMLDivElement>(null)
  const [width, setWidth] = useState(800)
  const layout = useMemo(() => layOut(steps, own), [steps])
  const scale = useMemo(() => makeScale(steps.flatMap((step) => [step.at, endOf(step)])), [steps])
  const whole: View = { from: 0, to: scale.length }
  const view = useSignal(whole)
  useEffect(() => {
    view.value = { from: 0, to: scale.length }
  }, [scale])
  useEffect(() => {
    const observer = new ResizeObserver(([entry]) => setWidth(Math.floor(entry!.contentRect.width)))
    observer.observe(box.current!)
    return () => observer.disconnect()
  }, [])
  const zoomBy = (factor: number, center = 0.5): void => {
    view.value = zoom(view.value, factor, center, scale.length)
  }
  const panBy = (part: number): void => {
    view.value = pan(view.value, part, scale.length)
  }
  const pointers = usePointers(box, zoomBy, panBy)
  const keys: Record<string, () => void> = {
    '+': () => zoomBy(1.5),
    '=': () => zoomBy(1.5),
    '-': () => zoomBy(1 / 1.5),
    ArrowLeft: () => panBy(-0.2),
    ArrowRight: () => panBy(0.2),
    '0': () => {
      view.value = whole
    },
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    const action = event.ctrlKey || event.metaKey || event.altKey ? undefined : keys[event.key]
    if (action === undefined) return
    event.preventDefault()
    action()
  }
  const isWhole = view.value.from === 0 && view.value.to === scale.length
  const lanes = layout.lanes.map(({ label }) => label).join(', ')
  return (
    <section class="timeline" aria-label="Timeline">
      <div class="timeline-tools">
        <h2>Timeline</h2>
        <Legend />
        <div class="zoom">
          <button type="button" aria-label="Closer" onClick={() => zoomBy(1.5)}>
            +
          </button>
          <button type="button" aria-label="Further" disabled={isWhole} onClick={() => zoomBy(1 / 1.5)}>
            −
          </button>
          <button type="button" disabled={isWhole} onClick={keys['0']}>
            All
          </button>
        </div>
      </div>
      <div
        ref={box}
        class={`drawing ${isWhole ? '' : 'zoomed'}`}
        tabIndex={0}
        role="group"
        aria-label={`${plural(steps.length, 'step')} in the lanes ${lanes}; the list below has them all`}
        onKeyDown={onKeyDown}
        {...pointers}
      >
        <Drawing
          layout={layout}
          scale={scale}
          width={width}
          selected={selected}
          onSelect={onSelect}
          view={view.value}
        />
      </div>
    </section>
  )
}

function Legend(): VNode {
  return (
    <ul class="legend" aria-hidden="true">
      <li>
        <i class="dot written" /> produced
      </li>
      <li>
        <i class="dot read" /> received
      </li>
      <li>
        <i class="dot member" /> group
      </li>
      <li>
        <i class="bar-mark" /> task, check
      </li>
      <li>
        <i class="cause-mark" /> made of it (point at a record)
      </li>
    </ul>
  )
}

/** Drag to go along, two fingers or Ctrl and the wheel to zoom. */
function usePointers(
  box: { current: HTMLDivElement | null },
  zoomBy: (factor: number, center: number) => void,
  panBy: (part: number) => void,
): Record<string, (event: PointerEvent) => void> {
  const down = useRef(new Map<number, number>())
  useEffect(() => {
    const onWheel = (event: WheelEvent): void => {
      const { left, width } = box.current!.getBoundingClientRect()
      const isZoom = event.ctrlKey || event.metaKey
      if (!isZoom && Math.abs(event.deltaX) <= Math.abs(event.deltaY)) return
      event.preventDefault()
      if (isZoom) zoomBy(Math.exp(-event.deltaY / 200), (event.clientX - left) / width)
      else panBy(event.deltaX / width)
    }
    // By hand: a listener that keeps the page from scrolling can't be passive.
    box.current!.addEventListener('wheel', onWheel, { passive: false })
    return () => box.current?.removeEventListener('wheel', onWheel)
  }, [])
  const onPointerMove = (event: PointerEvent): void => {
    const before = down.current.get(event.pointerId)
    if (before === undefined) return
    const { left, width } = box.current!.getBoundingClientRect()
    const other = [...down.current].find(([id]) => id !== event.pointerId)?.[1]
    down.current.set(event.pointerId, event.clientX)
    if (other === undefined) panBy((before - event.clientX) / width)
    else {
      const factor = Math.abs(event.clientX - other) / Math.max(1, Math.abs(before - other))
      zoomBy(factor, ((event.clientX + other) / 2 - left) / width)
    }
  }
  const onUp = (event: PointerEvent): void => {
    down.current.delete(event.pointerId)
  }
  return {
    onPointerDown: (event) => {
      down.current.set(event.pointerId, event.clientX)
    },
    onPointerMove,
    onPointerUp: onUp,
    onPointerCancel: onUp,
    onPointerLeave: onUp,
  }
}
