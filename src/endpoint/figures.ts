import type { Sql } from './store/database.ts'

/** Adds a run that is complete to the daily figures of its project. */
export async function addRunToFigures(sql: Sql, run: string): Promise<void> {
  await sumUp(sql, run, '')
}

/** Takes a run out of the daily figures again; what then counts nothing is gone. */
export async function takeRunFromFigures(sql: Sql, run: string): Promise<void> {
  await sumUp(sql, run, '-')
  for (const [table, counted] of Object.entries({ daily: 'runs', daily_tests: 'count', daily_tasks: 'count' })) {
    await sql.run(
      `DELETE FROM ${table} WHERE ${counted} <= 0 AND project = (SELECT project FROM runs WHERE id = $1)
       AND day = (SELECT day FROM runs WHERE id = $1)`,
      [run],
    )
  }
}

// Each in one order, so that of two runs neither waits for the other's rows while it holds some that are waited for.
async function sumUp(sql: Sql, run: string, sign: '' | '-'): Promise<void> {
  const count = (condition: string): string => `${sign}COALESCE(SUM(CASE WHEN ${condition} THEN 1 ELSE 0 END), 0)`
  const verdicts = [
    count("e.status = 'passed'"),
    count("e.status IN ('failed', 'timed out', 'crashed')"),
    count("e.status = 'skipped'"),
    count('e.flaky = 1'),
  ]
  await sql.run(
    `INSERT INTO daily_tests (project, day, test, count, passed, failed, skipped, flaky, duration)
     SELECT r.project, r.day, e.test, ${sign}COUNT(*), ${verdicts}, ${sign}SUM(e.duration)
     FROM runs r JOIN executions e ON e.run = r.id WHERE r.id = $1 GROUP BY r.project, r.day, e.test ORDER BY e.test
     ON CONFLICT (project, day, test)
     DO UPDATE SET ${added('daily_tests', ['count', 'passed', 'failed', 'skipped', 'flaky', 'duration'])}`,
    [run],
  )
  const sums = ['count', 'failed', 'records', 'bytes', 'duration']
  await sql.run(
    `INSERT INTO daily_tasks (project, day, kind, topic, ${sums})
     SELECT r.project, r.day, t.kind, t.topic, ${sums.map((column) => `${sign}t.${column}`)}
     FROM runs r JOIN run_tasks t ON t.run = r.id WHERE r.id = $1 ORDER BY t.kind, t.topic
     ON CONFLICT (project, day, kind, topic) DO UPDATE SET ${added('daily_tasks', sums)}`,
    [run],
  )
  await sql.run(
    `INSERT INTO daily (project, day, runs, failed_runs, tests, passed, failed, skipped, flaky, duration)
     SELECT r.project, r.day, ${sign}1, ${sign}(CASE WHEN r.status = 'failed' THEN 1 ELSE 0 END), ${sign}COUNT(e.id),
     ${verdicts}, ${sign}r.duration FROM runs r LEFT JOIN executions e ON e.run = r.id WHERE r.id = $1
     GROUP BY r.project, r.day, r.status, r.duration
     ON CONFLICT (project, day) DO UPDATE
     SET ${added('daily', ['runs', 'failed_runs', 'tests', 'passed', 'failed', 'skipped', 'flaky', 'duration'])}`,
    [run],
  )
}

function added(table: string, columns: readonly string[]): string {
  return columns.map((column) => `${column} = ${table}.${column} + excluded.${column}`).join(', ')
}
