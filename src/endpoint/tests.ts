import { createHash } from 'node:crypto'
import type { Status } from '../run/model.ts'
import { Problem } from './problem.ts'
import type { Database, Value } from './store/database.ts'
import { first } from './store/database.ts'

/** A test case of a project. */
export interface Test {
  id: string
  file: string
  /** `suite > test`. */
  name: string
}

/** A test in a run. Times are milliseconds since the epoch, durations milliseconds. */
export interface Execution {
  run: string
  /** The runner's, unique in its run. */
  id: string
  test: Test
  status: Status
  flaky: boolean
  attempts: number
  startedAt: number
  duration: number
}

interface ExecutionRow {
  run: string
  id: string
  test: string
  file: string
  name: string
  status: Status
  flaky: number
  attempts: number
  started_at: number
  duration: number
}

const columns = 'e.run, e.id, e.test, t.file, t.name, e.status, e.flaky, e.attempts, e.started_at, e.duration'

/** A test case's id, in 16 characters that fit a URL: the same from run to run. */
export function testId(project: string, key: string): string {
  return createHash('sha256').update(`${project}\n${key}`).digest('base64url').slice(0, 16)
}

/** @throws Problem 404. */
export async function findTest(database: Database, project: string, id: string): Promise<Test> {
  const query = 'SELECT id, file, name FROM tests WHERE id = $1 AND project = $2'
  const test = await first<Test>(database, query, [id, project])
  if (test === undefined) throw new Problem(404, 'no such test', `project ${project} has no test ${id}`)
  return test
}

export interface ExecutionFilter {
  status?: Status | undefined
  flaky?: boolean | undefined
  /** Part of the file or the name. */
  search?: string | undefined
  /** The id of the last one of the page before. */
  after?: string | undefined
  limit: number
}

/** The tests of a run, in the order in which they began. */
export async function listExecutions(database: Database, run: string, filter: ExecutionFilter): Promise<Execution[]> {
  const { status, flaky, search, after, limit } = filter
  const parameters: Value[] = [run, limit]
  const where = (condition: string, value: Value | undefined): string => {
    if (value === undefined) return ''
    parameters.push(value)
    return `AND ${condition.replaceAll('?', `$${parameters.length}`)} `
  }
  const conditions = [
    where('e.status = ?', status),
    where('e.flaky = ?', flaky === undefined ? undefined : Number(flaky)),
    where(`(LOWER(t.file) LIKE ? ESCAPE '!' OR LOWER(t.name) LIKE ? ESCAPE '!')`, search && pattern(search)),
    where('(e.started_at, e.id) > (SELECT started_at, id FROM executions WHERE run = $1 AND id = ?)', after),
  ]
  const rows = await database.all<ExecutionRow>(
    `SELECT ${columns} FROM executions e JOIN tests t ON t.id = e.test
     WHERE e.run = $1 ${conditions.join('')}ORDER BY e.started_at, e.id LIMIT $2`,
    parameters,
  )
  return rows.map(executionOf)
}

/** @throws Problem 404. */
export async function findExecution(database: Database, run: string, id: string): Promise<Execution> {
  const row = await first<ExecutionRow>(
    database,
    `SELECT ${columns} FROM executions e JOIN tests t ON t.id = e.test WHERE e.run = $1 AND e.id = $2`,
    [run, id],
  )
  if (row === undefined) throw new Problem(404, 'no such test', `run ${run} has no test ${id}`)
  return executionOf(row)
}

/** What a test did in the runs that are complete, the newest first. */
export async function historyOf(
  database: Database,
  test: string,
  { branch = '', environment = '', limit }: { branch?: string; environment?: string; limit: number },
): Promise<Execution[]> {
  const rows = await database.all<ExecutionRow>(
    `SELECT ${columns} FROM executions e JOIN tests t ON t.id = e.test JOIN runs r ON r.id = e.run
     WHERE e.test = $1 AND r.state = 'complete' AND ($3 = '' OR r.branch = $3) AND ($4 = '' OR r.environment = $4)
     ORDER BY e.started_at DESC, e.id DESC LIMIT $2`,
    [test, limit, branch, environment],
  )
  return rows.map(executionOf)
}

/** For LIKE with `ESCAPE '!'`: what has this in it. */
export function pattern(search: string): string {
  return `%${search.toLowerCase().replaceAll(/[!%_]/g, '!$&')}%`
}

function executionOf({ test, file, name, started_at, flaky, ...row }: ExecutionRow): Execution {
  return {
    run: row.run,
    id: row.id,
    test: { id: test, file, name },
    status: row.status,
    flaky: flaky === 1,
    attempts: row.attempts,
    startedAt: started_at,
    duration: row.duration,
  }
}
