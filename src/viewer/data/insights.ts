import { daysBefore, daysBetween, type Interval, intervalFor, today } from '../charts/data.ts'
import { ask } from './api.ts'
import { projectPath, queryOf } from './stored-run.ts'

/** What insights are asked by. Days are those of UTC, both ends in it. */
export interface Scope {
  project: string
  from: string
  to: string
  by: Interval
  branch: string
  environment: string
}

interface Counts {
  passed: number
  failed: number
  skipped: number
  flaky: number
  /** Milliseconds, all of them together. */
  duration: number
}

interface Spread {
  /** Null where no run of the interval is kept. */
  median: number | null
  p95: number | null
}

/** What an interval came to; `day` is its first. */
export interface DayFigures extends Counts, Spread {
  day: string
  runs: number
  failedRuns: number
  tests: number
  recordsProduced: number
  recordsReceived: number
}

export interface TestFigures extends Counts {
  test: { id: string; file: string; name: string }
  count: number
}

export interface TestDay extends Counts, Spread {
  day: string
  count: number
}

export interface TaskFigures {
  kind: string
  topic: string
  count: number
  failed: number
  records: number
  bytes: number
  duration: number
}

export interface TaskDay extends Omit<TaskFigures, 'kind' | 'topic'>, Spread {
  day: string
}

export interface Execution {
  run: string
  id: string
  status: 'passed' | 'failed' | 'skipped' | 'timed out' | 'crashed'
  flaky: boolean
  attempts: number
  startedAt: number
  duration: number
}

export interface TestHistory {
  test: TestFigures['test']
  days: TestDay[]
  executions: Execution[]
}

/** How many days back, where the address names no days. */
export const spans = ['7', '30', '90', '365'] as const
const SPAN = '30'
const DAY = /^\d{4}-\d\d-\d\d$/

/** What the address asks for: `days` back from today, or `from` and `to`. */
export function scopeOf(project: string, query: URLSearchParams, now: string = today()): Scope {
  const given = (name: string): string | undefined => {
    const day = query.get(name) ?? ''
    return DAY.test(day) && !Number.isNaN(Date.parse(day)) ? day : undefined
  }
  const to = given('to') ?? now
  const span = spanOf(query)
  // Where the days stand the wrong way round there is one.
  const [from] = [given('from') ?? daysBefore(to, Number(span) - 1), to].sort() as [string, string]
  const length = Math.round((Date.parse(to) - Date.parse(from)) / 86_400_000) + 1
  const named = query.get('by')
  const by = named === 'day' || named === 'week' || named === 'month' ? named : intervalFor(length)
  return {
    project,
    from,
    to,
    by,
    branch: query.get('branch') ?? '',
    environment: query.get('environment') ?? '',
  }
}

/** Which of the spans is chosen; "" where days are named. */
export function spanOf(query: URLSearchParams): string {
  if (query.has('from') || query.has('to')) return ''
  return spans.find((span) => span === query.get('days')) ?? SPAN
}

/** The days of a scope, each the first of its interval. */
export function daysOf({ from, to, by }: Scope): string[] {
  return daysBetween(from, to, by)
}

export async function getDays(scope: Scope, signal: AbortSignal): Promise<DayFigures[]> {
  return (await get<{ days: DayFigures[] }>(scope, 'insights/days', {}, signal)).days
}

export async function getTests(
  { by: _, ...scope }: Scope,
  order: string,
  limit: number,
  signal: AbortSignal,
): Promise<TestFigures[]> {
  return (await get<{ tests: TestFigures[] }>(scope, 'insights/tests', { order, limit }, signal)).tests
}

export async function getTasks({ by: _, ...scope }: Scope, signal: AbortSignal): Promise<TaskFigures[]> {
  return (await get<{ tasks: TaskFigures[] }>(scope, 'insights/tasks', { limit: 200 }, signal)).tasks
}

export async function getTaskDays(scope: Scope, kind: string, topic: string, signal: AbortSignal): Promise<TaskDay[]> {
  return (await get<{ days: TaskDay[] }>(scope, 'insights/tasks/days', { kind, topic }, signal)).days
}

export async function getTestHistory(scope: Scope, test: string, signal: AbortSignal): Promise<TestHistory> {
  return await get<TestHistory>(scope, `tests/${encodeURIComponent(test)}`, { limit: 500 }, signal)
}

async function get<Result>(
  { project, ...scope }: Omit<Scope, 'by'> & { by?: Interval },
  what: string,
  more: Record<string, string | number>,
  signal: AbortSignal,
): Promise<Result> {
  return await ask<Result>(`${projectPath(project)}/${what}${queryOf({ ...scope, ...more })}`, { signal })
}
