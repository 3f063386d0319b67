import type { DayFigures, Scope, TaskDay, TestDay } from '../data/insights.ts'
import { daysOf } from '../data/insights.ts'
import { duration, number } from '../format.ts'
import { type ChartData, valuesOf } from './data.ts'

/** Sums outlive the runs that they are of. */
const GONE = 'Where the runs are no longer kept there is an average alone.'

/** The charts that insights have, of what the endpoint answered. */

/** How tests ended, interval by interval. */
export function outcomes(
  scope: Scope,
  rows: readonly Pick<TestDay, 'day' | 'passed' | 'failed' | 'skipped'>[],
): ChartData {
  const days = daysOf(scope)
  return {
    title: 'Tests passed and failed',
    kind: 'bars',
    days,
    by: scope.by,
    nothing: 'runs',
    unit: '',
    format: (value) => number(value),
    series: [
      { name: 'failed', look: 'bad', values: valuesOf(days, rows, ({ failed }) => failed) },
      { name: 'passed', look: 'good', values: valuesOf(days, rows, ({ passed }) => passed) },
      { name: 'skipped', look: 'quiet', values: valuesOf(days, rows, ({ skipped }) => skipped) },
    ],
  }
}

/** How long runs took. */
export function runDurations(scope: Scope, rows: readonly DayFigures[]): ChartData {
  return durations(scope, 'Duration of a run', rows, ({ runs }) => runs)
}

/** How long a test took, or a task: several executions in one interval show their average too. */
export function durationsOf(scope: Scope, title: string, rows: readonly (TestDay | TaskDay)[]): ChartData {
  return durations(scope, title, rows, (row) => row.count - ('skipped' in row ? row.skipped : 0))
}

/** How many records a run produced and received, on average. */
export function recordsPerRun(scope: Scope, rows: readonly DayFigures[]): ChartData {
  const days = daysOf(scope)
  return {
    title: 'Records per run',
    kind: 'lines',
    days,
    by: scope.by,
    nothing: 'runs',
    unit: 'records',
    format: (value) => number(Math.round(value * 10) / 10),
    series: [
      { name: 'produced', look: 'first', values: valuesOf(days, rows, (row) => row.recordsProduced / row.runs) },
      { name: 'received', look: 'second', values: valuesOf(days, rows, (row) => row.recordsReceived / row.runs) },
    ],
  }
}

function durations<Row extends { day: string; median: number | null; p95: number | null; duration: number }>(
  scope: Scope,
  title: string,
  rows: readonly Row[],
  count: (row: Row) => number,
): ChartData {
  const days = daysOf(scope)
  const average = (row: Row): number | null => (count(row) === 0 ? null : row.duration / count(row))
  return {
    title,
    kind: 'lines',
    days,
    by: scope.by,
    nothing: 'runs',
    unit: 'ms',
    format: duration,
    note: rows.some((row) => row.median === null && count(row) > 0) ? GONE : undefined,
    series: [
      { name: 'median', look: 'first', values: valuesOf(days, rows, ({ median }) => median) },
      { name: 'p95', look: 'second', values: valuesOf(days, rows, ({ p95 }) => p95) },
      { name: 'average', look: 'third', values: valuesOf(days, rows, average) },
    ],
  }
}
