import type { TaskLine } from '../run/model.ts'
import type { Database } from './store/database.ts'
import type { Test } from './tests.ts'

const DAY_MS = 24 * 60 * 60 * 1000

/** Days since the epoch (UTC), both ends in it. */
export interface Days {
  from: number
  to: number
}

interface Counts {
  passed: number
  failed: number
  skipped: number
  flaky: number
  /** Milliseconds, all of them together. */
  duration: number
}

/** What a day came to. */
export interface DayFigures extends Counts {
  /** "2026-11-25". */
  day: string
  runs: number
  failedRuns: number
  tests: number
}

/** What a test came to. */
export interface TestFigures extends Counts {
  test: Test
  count: number
}

/** What a test came to on a day. */
export interface TestDayFigures extends Counts {
  day: string
  count: number
}

/** What the tasks of a kind came to on a topic. */
export interface TaskFigures {
  kind: TaskLine['kind']
  topic: string
  count: number
  failed: number
  records: number
  bytes: number
  duration: number
}

/** What puts a test first in the list. */
export type TestOrder = 'failed' | 'flaky' | 'slow' | 'count'

const testOrders: Record<TestOrder, string> = {
  failed: 'SUM(d.failed)',
  flaky: 'SUM(d.flaky)',
  slow: 'SUM(d.duration) / SUM(d.count)',
  count: 'SUM(d.count)',
}

const sums = ['passed', 'failed', 'skipped', 'flaky', 'duration'].map((column) => `SUM(d.${column}) AS ${column}`)

export async function insightsByDay(database: Database, project: string, { from, to }: Days): Promise<DayFigures[]> {
  const rows = await database.all<Omit<DayFigures, 'day'> & { day: number }>(
    `SELECT day, runs, failed_runs AS "failedRuns", tests, passed, failed, skipped, flaky, duration
     FROM daily WHERE project = $1 AND day BETWEEN $2 AND $3 ORDER BY day`,
    [project, from, to],
  )
  return rows.map((row) => ({ ...row, day: dateOf(row.day) }))
}

export async function insightsByTest(
  database: Database,
  project: string,
  { from, to }: Days,
  { order, limit }: { order: TestOrder; limit: number },
): Promise<TestFigures[]> {
  const rows = await database.all<Counts & { count: number; id: string; file: string; name: string }>(
    `SELECT f.*, t.id, t.file, t.name FROM (
       SELECT d.test, SUM(d.count) AS count, ${sums}, ${testOrders[order]} AS rank
       FROM daily_tests d WHERE d.project = $1 AND d.day BETWEEN $2 AND $3
       GROUP BY d.test ORDER BY rank DESC, d.test LIMIT $4
     ) f JOIN tests t ON t.id = f.test ORDER BY f.rank DESC, f.test`,
    [project, from, to, limit],
  )
  return rows.map(({ id, file, name, count, ...counts }) => ({ test: { id, file, name }, count, ...pick(counts) }))
}

export async function insightsOfTest(database: Database, test: string, { from, to }: Days): Promise<TestDayFigures[]> {
  const rows = await database.all<Counts & { count: number; day: number }>(
    `SELECT day, count, passed, failed, skipped, flaky, duration FROM daily_tests
     WHERE test = $1 AND day BETWEEN $2 AND $3 ORDER BY day`,
    [test, from, to],
  )
  return rows.map(({ day, count, ...counts }) => ({ day: dateOf(day), count, ...pick(counts) }))
}

/** Where most time goes first. */
export async function insightsByTask(
  database: Database,
  project: string,
  { from, to }: Days,
  limit: number,
): Promise<TaskFigures[]> {
  return await database.all<TaskFigures>(
    `SELECT kind, topic, SUM(count) AS count, SUM(failed) AS failed, SUM(records) AS records, SUM(bytes) AS bytes,
     SUM(duration) AS duration FROM daily_tasks WHERE project = $1 AND day BETWEEN $2 AND $3
     GROUP BY kind, topic ORDER BY SUM(duration) DESC, kind, topic LIMIT $4`,
    [project, from, to, limit],
  )
}

/** Of "2026-11-25", or of a time in milliseconds since the epoch. */
export function dayOf(time: string | number): number {
  return Math.floor((typeof time === 'number' ? time : Date.parse(time)) / DAY_MS)
}

function dateOf(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10)
}

function pick({ passed, failed, skipped, flaky, duration }: Counts): Counts {
  return { passed, failed, skipped, flaky, duration }
}
