import type { VNode } from 'preact'
import { isoTime, preciseTime, time } from '../format.ts'

/** A point in time, in the reader's zone; in UTC for whoever hovers. */
export function Time({ at, precise = false }: { at: number; precise?: boolean }): VNode {
  const iso = isoTime(at)
  return (
    <time dateTime={iso} title={iso}>
      {precise ? preciseTime(at) : time(at)}
    </time>
  )
}
