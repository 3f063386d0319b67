import type { ComponentChildren, VNode } from 'preact'
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'

/** How many rows are there beyond those in sight, so that scrolling shows none that is empty. */
const SPARE = 8

interface Props<T> {
  items: readonly T[]
  rowHeight: number
  label: string
  row: (item: T, index: number) => ComponentChildren
  /** The index of a row that is to be in sight. */
  shown?: number
  /** Told how far the rows go that are there: for a list that is still coming. */
  onRows?: (end: number) => void
}

/** A list of rows of one height that scrolls with the page, of which only those in sight are there. */
export function VirtualList<T>({ items, rowHeight, label, row, shown, onRows }: Props<T>): VNode {
  const list = useRef<HTMLDivElement>(null)
  const [from, setFrom] = useState(0)
  const count = Math.ceil(innerHeight / rowHeight) + 2 * SPARE
  useLayoutEffect(() => {
    const update = (): void => {
      const above = -list.current!.getBoundingClientRect().top
      const first = Math.max(0, Math.floor(above / rowHeight) - SPARE)
      // In steps, so that not every line that is scrolled draws the rows anew.
      setFrom(first - (first % SPARE))
    }
    update()
    addEventListener('scroll', update, { passive: true })
    addEventListener('resize', update)
    return () => {
      removeEventListener('scroll', update)
      removeEventListener('resize', update)
    }
  }, [items, rowHeight])
  useEffect(() => {
    if (shown === undefined || shown < 0) return
    const top = list.current!.getBoundingClientRect().top + shown * rowHeight
    if (top < 80 || top > innerHeight - 80) scrollBy({ top: top - innerHeight / 3 })
  }, [shown])
  const first = Math.min(from, Math.max(0, items.length - count))
  const end = Math.min(items.length, first + count + SPARE)
  useEffect(() => onRows?.(end), [end, items])
  return (
    <div ref={list} role="list" aria-label={label} class="virtual" style={{ height: `${items.length * rowHeight}px` }}>
      {items.slice(first, end).map((item, index) => (
        <div
          role="listitem"
          aria-setsize={items.length}
          aria-posinset={first + index + 1}
          key={first + index}
          style={{ top: `${(first + index) * rowHeight}px`, height: `${rowHeight}px` }}
        >
          {row(item, first + index)}
        </div>
      ))}
    </div>
  )
}
