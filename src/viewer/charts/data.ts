const DAY_MS = 24 * 60 * 60 * 1000

export type Interval = 'day' | 'week' | 'month'

/** How a series is told from the others without its colour: by its fill as bars, by its line and mark as lines. */
export type Look = 'good' | 'bad' | 'quiet' | 'first' | 'second' | 'third'

export interface Series {
  name: string
  look: Look
  /** One for each interval; null where there is none. */
  values: readonly (number | null)[]
}

/** What a chart shows, whatever draws it. */
export interface ChartData {
  title: string
  /** Bars stand upon each other, lines beside each other. */
  kind: 'bars' | 'lines'
  /** The first day of each interval ("2026-11-25"), without a hole. */
  days: readonly string[]
  by: Interval
  series: readonly Series[]
  /** What an interval without data had none of: "runs". */
  nothing: string
  /** What a value is, for the table's head and the CSV: "ms", "tests". */
  unit: string
  /** What is to be known of it. */
  note?: string | undefined
  /** A value in words. */
  format(value: number): string
}

/** The first day of each interval from one day to another, both ends in it. */
export function daysBetween(from: string, to: string, by: Interval): string[] {
  const days: string[] = []
  for (let at = beginOf(from, by); at <= to && days.length < 5000; at = nextOf(at, by)) days.push(at)
  return days
}

/** How fine intervals are, so that a chart can still show each. */
export function intervalFor(days: number): Interval {
  if (days <= 62) return 'day'
  return days <= 400 ? 'week' : 'month'
}

/** A day so many days before another. */
export function daysBefore(day: string, count: number): string {
  return dateOf(Date.parse(day) - count * DAY_MS)
}

/** Today, in the days of the endpoint: those of UTC. */
export function today(now: number = Date.now()): string {
  return dateOf(now)
}

/** Of each interval the value that its row has; null where there is no row. */
export function valuesOf<Row extends { day: string }>(
  days: readonly string[],
  rows: readonly Row[],
  value: (row: Row) => number | null,
): (number | null)[] {
  const byDay = new Map(rows.map((row) => [row.day, row]))
  return days.map((day) => {
    const row = byDay.get(day)
    return row === undefined ? null : value(row)
  })
}

/** Whether no series has a value there. */
export function isEmptyAt({ series }: ChartData, index: number): boolean {
  return series.every(({ values }) => values[index] == null)
}

/** As rows: a head, then each interval. */
export function tableOf({ by, days, series, unit }: ChartData): (string | number | null)[][] {
  const head = [by, ...series.map(({ name }) => (unit === '' ? name : `${name} (${unit})`))]
  return [head, ...days.map((day, index) => [day, ...series.map(({ values }) => rounded(values[index] ?? null))])]
}

function rounded(value: number | null): number | null {
  return value === null ? null : Math.round(value * 100) / 100
}

/** The Monday of a week, the first of a month. */
function beginOf(day: string, by: Interval): string {
  if (by === 'month') return `${day.slice(0, 7)}-01`
  if (by === 'day') return day
  return daysBefore(day, (new Date(day).getUTCDay() + 6) % 7)
}

function nextOf(day: string, by: Interval): string {
  if (by !== 'month') return daysBefore(day, by === 'day' ? -1 : -7)
  return beginOf(daysBefore(day, -31), 'month')
}

function dateOf(time: number): string {
  return new Date(time).toISOString().slice(0, 10)
}
