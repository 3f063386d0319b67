export const DAY_MS: number = 24 * 60 * 60 * 1000

/** How long the intervals are that figures are told by. */
export const intervals = ['day', 'week', 'month'] as const
export type Interval = (typeof intervals)[number]

/** Of "2026-11-25", or of a time in milliseconds since the epoch: days since it (UTC). */
export function dayOf(time: string | number): number {
  return Math.floor((typeof time === 'number' ? time : Date.parse(time)) / DAY_MS)
}

/** "2026-11-25". */
export function dateOf(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10)
}

/** The first day of the interval that a day lies in: of a week its Monday. */
function beginOf(day: number, by: Interval): number {
  if (by === 'day') return day
  // The epoch was a Thursday.
  if (by === 'week') return day - ((((day + 3) % 7) + 7) % 7)
  return dayOf(`${dateOf(day).slice(0, 7)}-01`)
}

/** Rows by the interval that their day lies in, the oldest first. */
export function byInterval<Row extends { day: number }>(rows: readonly Row[], by: Interval): Map<number, Row[]> {
  const found = new Map<number, Row[]>()
  for (const row of rows) {
    const begin = beginOf(row.day, by)
    const own = found.get(begin)
    if (own === undefined) found.set(begin, [row])
    else own.push(row)
  }
  return new Map([...found].sort(([a], [b]) => a - b))
}
