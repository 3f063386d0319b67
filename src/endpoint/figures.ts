import type { Sql } from './store/database.ts'

export type FiguresTable = 'daily' | 'daily_tests' | 'daily_tasks'

const verdicts = ['passed', 'failed', 'skipped', 'flaky', 'duration']

interface Shape {
  key: readonly string[]
  sums: readonly string[]
  /** What takes a row away where it comes down to nothing. */
  counted: string
}

/** What the daily figures are summed up by, beside the project. */
const shapes: Readonly<Record<FiguresTable, Shape>> = {
  daily_tests: { key: ['day', 'test'], sums: ['count', ...verdicts], counted: 'count' },
  daily_tasks: {
    key: ['day', 'kind', 'topic'],
    sums: ['count', 'failed', 'records', 'bytes', 'duration'],
    counted: 'count',
  },
  daily: {
    key: ['day'],
    sums: ['runs', 'failed_runs', 'tests', ...verdicts, 'records_produced', 'records_received'],
    counted: 'runs',
  },
}

/** Adds a run that is complete to the daily figures of its project. */
export async function addRunToFigures(sql: Sql, run: string): Promise<void> {
  await sumUp(sql, run, '')
}

/** Takes a run out of the daily figures again; what then counts nothing is gone. */
export async function takeRunFromFigures(sql: Sql, run: string): Promise<void> {
  await sumUp(sql, run, '-')
  for (const [table, { counted }] of Object.entries(shapes)) {
    await sql.run(
      `DELETE FROM ${table} WHERE ${counted} <= 0 AND project = (SELECT project FROM runs WHERE id = $1)
       AND day = (SELECT day FROM runs WHERE id = $1)`,
      [run],
    )
  }
}

async function sumUp(sql: Sql, run: string, sign: '' | '-'): Promise<void> {
  for (const [table, { key, sums }] of Object.entries(shapes)) {
    const added = sums.map((column) => `${column} = ${table}.${column} + excluded.${column}`)
    await sql.run(
      `INSERT INTO ${table} (project, ${key}, ${sums}) ${figuresOfRuns(table as FiguresTable, 'r.id = $1', sign)}
       ON CONFLICT (project, ${key}) DO UPDATE SET ${added}`,
      [run],
    )
  }
}

/**
 * A query for what runs (`r`) come to, with the columns of a daily table: a row for each run, and each of its tests or
 * kinds of tasks. In one order, so that of two runs neither waits for the other's rows while it holds some that are
 * waited for.
 */
export function figuresOfRuns(table: FiguresTable, where: string, sign: '' | '-' = ''): string {
  const count = (condition: string): string => `${sign}COALESCE(SUM(CASE WHEN ${condition} THEN 1 ELSE 0 END), 0)`
  const counts = [
    `${count("e.status = 'passed'")} AS passed`,
    `${count("e.status IN ('failed', 'timed out', 'crashed')")} AS failed`,
    `${count("e.status = 'skipped'")} AS skipped`,
    `${count('e.flaky = 1')} AS flaky`,
  ]
  if (table === 'daily_tests') {
    return `SELECT r.project, r.day, e.test, ${sign}COUNT(*) AS count, ${counts}, ${sign}SUM(e.duration) AS duration
      FROM runs r JOIN executions e ON e.run = r.id WHERE ${where} GROUP BY r.project, r.day, e.test ORDER BY e.test`
  }
  if (table === 'daily_tasks') {
    const sums = shapes.daily_tasks.sums.map((column) => `${sign}t.${column} AS ${column}`)
    return `SELECT r.project, r.day, t.kind, t.topic, ${sums}
      FROM runs r JOIN run_tasks t ON t.run = r.id WHERE ${where} ORDER BY t.kind, t.topic`
  }
  return `SELECT r.project, r.day, ${sign}1 AS runs, ${sign}(CASE WHEN r.status = 'failed' THEN 1 ELSE 0 END) AS failed_runs,
    ${sign}COUNT(e.id) AS tests, ${counts}, ${sign}r.duration AS duration,
    ${sign}r.records_produced AS records_produced, ${sign}r.records_received AS records_received
    FROM runs r LEFT JOIN executions e ON e.run = r.id WHERE ${where}
    GROUP BY r.id, r.project, r.day, r.status, r.duration, r.records_produced, r.records_received`
}
