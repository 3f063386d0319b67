import { quantile } from '../run/metrics.ts'

/** What durations came to (milliseconds); `null` where none is kept. */
export interface Spread {
  median: number | null
  p95: number | null
}

/** How finely durations of tasks are told apart: eight steps from one to the double of it, so within 5 %. */
const STEPS = 8
/** Milliseconds; less is not told apart. */
const LEAST = 0.01

/** The step of a duration (milliseconds): many tasks are kept as how many took so long. */
export function bucketOf(duration: number): number {
  return Math.round(STEPS * Math.log2(Math.max(duration, LEAST)))
}

/** Of durations in any order. */
export function spreadOf(durations: readonly number[]): Spread {
  if (durations.length === 0) return { median: null, p95: null }
  const sorted = [...durations].sort((a, b) => a - b)
  return { median: quantile(sorted, 0.5), p95: quantile(sorted, 0.95) }
}

/** The same of how many took so long. */
export function spreadOfBuckets(counts: readonly { bucket: number; count: number }[]): Spread {
  const sorted = [...counts].sort((a, b) => a.bucket - b.bucket)
  const all = sorted.reduce((sum, { count }) => sum + count, 0)
  const at = (share: number): number | null => {
    let below = 0
    for (const { bucket, count } of sorted) {
      below += count
      if (below > Math.min(all - 1, Math.floor(all * share))) return 2 ** (bucket / STEPS)
    }
    return null
  }
  return { median: at(0.5), p95: at(0.95) }
}
