import type { TaskLine } from '../run/model.ts'
import { type Spread, spreadOf, spreadOfBuckets } from './durations.ts'
import { type FiguresTable, figuresOfRuns } from './figures.ts'
import { byInterval, DAY_MS, dateOf, type Interval } from './intervals.ts'
import type { Database, Value } from './store/database.ts'
import type { Test } from './tests.ts'

/** Of which runs insights are. */
export interface Scope {
  project: string
  /** Days since the epoch (UTC), both ends in it. */
  from: number
  to: number
  by: Interval
  /** Of this branch, in this environment: of those runs that are still kept. */
  branch?: string | undefined
  environment?: string | undefined
}

interface Counts {
  passed: number
  failed: number
  skipped: number
  flaky: number
  /** Milliseconds, all of them together. */
  duration: number
}

/** What an interval came to; median and p95 are of the runs' durations. */
export interface DayFigures extends Counts, Spread {
  /** "2026-11-25": its first. */
  day: string
  runs: number
  failedRuns: number
  tests: number
  recordsProduced: number
  recordsReceived: number
}

/** What a test came to. */
export interface TestFigures extends Counts {
  test: Test
  count: number
}

/** What a test came to in an interval. */
export interface TestDayFigures extends Counts, Spread {
  day: string
  count: number
}

interface TaskCounts {
  count: number
  failed: number
  records: number
  bytes: number
  duration: number
}

/** What the tasks of a kind came to on a topic. */
export interface TaskFigures extends TaskCounts {
  kind: TaskLine['kind']
  topic: string
}

/** What tasks came to in an interval. */
export interface TaskDayFigures extends TaskCounts, Spread {
  day: string
}

/** What puts a test first in the list. */
export type TestOrder = 'failed' | 'flaky' | 'slow' | 'count'

const testOrders: Record<TestOrder, string> = {
  failed: 'SUM(d.failed)',
  flaky: 'SUM(d.flaky)',
  slow: 'SUM(d.duration) / SUM(d.count)',
  count: 'SUM(d.count)',
}

const counts = ['passed', 'failed', 'skipped', 'flaky', 'duration'] as const
const taskCounts = ['count', 'failed', 'records', 'bytes', 'duration'] as const
const dayColumns = {
  runs: 'runs',
  failedRuns: 'failed_runs',
  tests: 'tests',
  passed: 'passed',
  failed: 'failed',
  skipped: 'skipped',
  flaky: 'flaky',
  duration: 'duration',
  recordsProduced: 'records_produced',
  recordsReceived: 'records_received',
} as const

export async function insightsByDay(database: Database, scope: Scope): Promise<DayFigures[]> {
  const { from, parameters } = source('daily', scope)
  const columns = Object.entries(dayColumns).map(([name, column]) => `d.${column} AS "${name}"`)
  const rows = await database.all<Omit<DayFigures, 'day' | keyof Spread> & { day: number }>(
    `SELECT d.day, ${columns} FROM ${from} d`,
    parameters,
  )
  const ofRuns = runsIn(scope)
  const durations = await database.all<{ day: number; duration: number }>(
    `SELECT r.day, r.duration FROM runs r WHERE ${ofRuns.where}`,
    ofRuns.parameters,
  )
  const spreads = byInterval(durations, scope.by)
  return [...byInterval(rows, scope.by)].map(([day, own]) => ({
    day: dateOf(day),
    ...summed(own, Object.keys(dayColumns) as (keyof typeof dayColumns)[]),
    ...spreadOf((spreads.get(day) ?? []).map(({ duration }) => duration)),
  }))
}

export async function insightsByTest(
  database: Database,
  scope: Scope,
  { order, limit }: { order: TestOrder; limit: number },
): Promise<TestFigures[]> {
  const { from, parameters } = source('daily_tests', scope)
  const sums = counts.map((column) => `SUM(d.${column}) AS ${column}`)
  const rows = await database.all<Counts & { count: number; id: string; file: string; name: string }>(
    `SELECT f.*, t.id, t.file, t.name FROM (
       SELECT d.test, SUM(d.count) AS count, ${sums}, ${testOrders[order]} AS rank
       FROM ${from} d GROUP BY d.test ORDER BY rank DESC, d.test LIMIT $${parameters.length + 1}
     ) f JOIN tests t ON t.id = f.test ORDER BY f.rank DESC, f.test`,
    [...parameters, limit],
  )
  return rows.map(({ id, file, name, count, ...row }) => ({ test: { id, file, name }, count, ...pick(row) }))
}

/** A test from interval to interval. */
export async function insightsOfTest(database: Database, test: string, scope: Scope): Promise<TestDayFigures[]> {
  const { from, parameters } = source('daily_tests', scope, { test })
  const rows = await database.all<Counts & { count: number; day: number }>(
    `SELECT d.day, d.count, ${counts.map((column) => `d.${column}`)} FROM ${from} d`,
    parameters,
  )
  const ofRuns = runsIn(scope)
  // Those that were skipped took no time.
  const durations = await database.all<{ day: number; duration: number }>(
    `SELECT r.day, e.duration FROM executions e JOIN runs r ON r.id = e.run
     WHERE e.test = $${ofRuns.parameters.length + 1} AND e.status <> 'skipped' AND ${ofRuns.where}`,
    [...ofRuns.parameters, test],
  )
  const spreads = byInterval(durations, scope.by)
  return [...byInterval(rows, scope.by)].map(([day, own]) => ({
    day: dateOf(day),
    ...summed(own, ['count', ...counts]),
    ...spreadOf((spreads.get(day) ?? []).map(({ duration }) => duration)),
  }))
}

/** Where most time goes first. */
export async function insightsByTask(database: Database, scope: Scope, limit: number): Promise<TaskFigures[]> {
  const { from, parameters } = source('daily_tasks', scope)
  const sums = taskCounts.map((column) => `SUM(d.${column}) AS ${column}`)
  return await database.all<TaskFigures>(
    `SELECT d.kind, d.topic, ${sums} FROM ${from} d
     GROUP BY d.kind, d.topic ORDER BY SUM(d.duration) DESC, d.kind, d.topic LIMIT $${parameters.length + 1}`,
    [...parameters, limit],
  )
}

/** The tasks of a kind, on one topic or on all, from interval to interval. */
export async function insightsOfTask(
  database: Database,
  { kind, topic }: { kind: string; topic?: string | undefined },
  scope: Scope,
): Promise<TaskDayFigures[]> {
  const { from, parameters } = source('daily_tasks', scope, { kind, topic })
  const rows = await database.all<TaskCounts & { day: number }>(
    `SELECT d.day, ${taskCounts.map((column) => `d.${column}`)} FROM ${from} d`,
    parameters,
  )
  const ofRuns = runsIn(scope, { 't.kind': kind, 't.topic': topic })
  const times = await database.all<{ day: number; bucket: number; count: number }>(
    `SELECT r.day, t.bucket, t.count FROM runs r JOIN run_task_times t ON t.run = r.id WHERE ${ofRuns.where}`,
    ofRuns.parameters,
  )
  const spreads = byInterval(times, scope.by)
  return [...byInterval(rows, scope.by)].map(([day, own]) => ({
    day: dateOf(day),
    ...summed(own, taskCounts),
    ...spreadOfBuckets(spreads.get(day) ?? []),
  }))
}

interface Conditions {
  where: string
  parameters: Value[]
}

/** The runs of a scope that count and are still kept, as `r`. */
function runsIn(scope: Scope, more: Record<string, string | undefined> = {}): Conditions {
  const { project, from, to, branch, environment } = scope
  const named = { 'r.branch': branch, 'r.environment': environment, ...more }
  // By the time that they began, which there is an index of.
  const where = "r.project = $1 AND r.started_at >= $2 AND r.started_at < $3 AND r.state = 'complete'"
  return conditions(where, [project, from * DAY_MS, (to + 1) * DAY_MS], named)
}

/** The rows of a daily table; of a branch or an environment what its runs come to, which no table knows. */
function source(
  table: FiguresTable,
  scope: Scope,
  more: Record<string, string | undefined> = {},
): { from: string; parameters: Value[] } {
  const { project, from, to, branch, environment } = scope
  if (branch === undefined && environment === undefined) {
    const { where, parameters } = conditions('project = $1 AND day BETWEEN $2 AND $3', [project, from, to], more)
    return { from: `(SELECT * FROM ${table} WHERE ${where})`, parameters }
  }
  const alias = table === 'daily_tasks' ? 't' : 'e'
  const named = Object.fromEntries(Object.entries(more).map(([column, value]) => [`${alias}.${column}`, value]))
  const { where, parameters } = runsIn(scope, named)
  return { from: `(${figuresOfRuns(table, where)})`, parameters }
}

function conditions(where: string, parameters: Value[], more: Record<string, string | undefined>): Conditions {
  const given = Object.entries(more).filter((one): one is [string, string] => one[1] !== undefined)
  const added = given.map(([column], index) => ` AND ${column} = $${parameters.length + index + 1}`)
  return { where: where + added.join(''), parameters: [...parameters, ...given.map(([, value]) => value)] }
}

function summed<Name extends string>(
  rows: readonly Record<Name, number>[],
  names: readonly Name[],
): Record<Name, number> {
  return Object.fromEntries(
    names.map((name) => [name, rows.reduce((sum, row) => sum + row[name], 0)] as const),
  ) as Record<Name, number>
}

function pick({ passed, failed, skipped, flaky, duration }: Counts): Counts {
  return { passed, failed, skipped, flaky, duration }
}
