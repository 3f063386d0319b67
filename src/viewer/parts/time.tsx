import type { VNode } from 'preact'
import { isoTime, preciseTime, shortTime, time } from '../format.ts'

/** A point in time, in the reader's zone; in UTC for whoever hovers. */
export function Time({
  at,
  precise = false,
  short = false,
}: {
  at: number
  precise?: boolean
  short?: boolean
}): VNode {
  const iso = isoTime(at)
  return (
    <time dateTime={iso} title={iso}>
      {precise ? preciseTime(at) : short ? shortTime(at) : time(at)}
    </time>
  )
}
