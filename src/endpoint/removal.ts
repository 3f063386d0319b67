import type { Line } from '../run/model.ts'
import { audit } from './audit.ts'
import { rewriteChunk } from './chunks.ts'
import { takeRunFromFigures } from './figures.ts'
import { testOf } from './lines.ts'
import { Problem } from './problem.ts'
import type { Bodies, Database, Sql, SqlReader } from './store/database.ts'
import { first } from './store/database.ts'

/** What a removal took away. */
export interface Removed {
  runs: number
  chunks: number
  /** Tests in runs. */
  executions: number
  /** Lines of records that are gone, and lines that lost what quoted them. */
  lines: number
}

/** What stands in the place of a text that quoted record data. */
const DELETED = '<deleted>'
const ofRun = ['executions', 'segments', 'run_tasks', 'run_task_times', 'chunks']

/** Takes stored things away for good: from the database, its log, and the disk. */
export class Removal {
  readonly #database: Database
  readonly #bodies: Bodies

  constructor(database: Database, bodies: Bodies) {
    this.#database = database
    this.#bodies = bodies
  }

  /**
   * Removes a run, also from the daily figures. Its id is kept, so that a late upload does not bring it back.
   *
   * @throws Problem 404.
   */
  async run(run: string, actor: string): Promise<Removed> {
    const removed = await this.#database.transaction(async (sql) => {
      const { project, state } = await findRun(sql, run, sql.lock)
      if (state === 'complete') await takeRunFromFigures(sql, run)
      const counts = await removeRunRows(sql, run)
      await removeUnusedTests(sql, project)
      await audit(sql, actor, 'run deleted', { project, subject: run, ...counts })
      return counts
    })
    await this.#bodies.removeRun(run)
    await this.#database.forget()
    return removed
  }

  /**
   * Removes the record data of a run, or of one test in it: records, and what quotes them.
   *
   * @throws Problem 404 when there is no such run or test, 409 while the run is being uploaded.
   */
  async dataOfRun(run: string, actor: string, execution?: string): Promise<Removed> {
    const { project, state } = await findRun(this.#database, run)
    if (state !== 'complete') {
      throw new Problem(409, 'run is not complete', `run ${run} is ${state}: delete all of it, or wait for its end`)
    }
    if (execution !== undefined) await this.#checkExecution(run, execution)
    const lines = await this.#stripData(run, execution)
    await this.#database.transaction(async (sql) => {
      if (execution === undefined)
        await sql.run('UPDATE runs SET data_removed_at = $2 WHERE id = $1', [run, Date.now()])
      await audit(sql, actor, 'records deleted', { project, subject: run, execution, lines })
    })
    await this.#database.forget()
    return { runs: 0, chunks: 0, executions: execution === undefined ? 0 : 1, lines }
  }

  /**
   * Removes the record data of a test in every run.
   *
   * @throws Problem 404 when the project has no such test, 409 while a run that has it is not complete: its digest is
   * over what was sent.
   */
  async dataOfTest(project: string, test: string, actor: string): Promise<Removed> {
    const known = await this.#database.all('SELECT 1 FROM tests WHERE id = $1 AND project = $2', [test, project])
    if (known.length === 0) throw new Problem(404, 'no such test', `project ${project} has no test ${test}`)
    const executions = await this.#database.all<{ run: string; id: string; state: string }>(
      'SELECT e.run, e.id, r.state FROM executions e JOIN runs r ON r.id = e.run WHERE e.test = $1',
      [test],
    )
    const open = executions.filter(({ state }) => state !== 'complete').map(({ run, state }) => `${run} (${state})`)
    if (open.length > 0) {
      throw new Problem(409, 'run is not complete', `delete these runs, or wait for their end: ${open.join(', ')}`)
    }
    let lines = 0
    for (const { run, id } of executions) lines += await this.#stripData(run, id)
    await this.#database.transaction((sql) =>
      audit(sql, actor, 'records deleted', { project, subject: test, executions: executions.length, lines }),
    )
    await this.#database.forget()
    return { runs: 0, chunks: 0, executions: executions.length, lines }
  }

  /**
   * Removes a project: its runs, figures, settings and tokens. The audit log keeps that it was.
   *
   * @throws Problem 404.
   */
  async project(project: string, actor: string): Promise<Removed> {
    let runs: { id: string }[] = []
    const removed = await this.#database.transaction(async (sql) => {
      // Held, so that no chunk comes to a run whose chunks are gone.
      runs = await sql.all<{ id: string }>(`SELECT id FROM runs WHERE project = $1 ORDER BY id ${sql.lock}`, [project])
      if ((await sql.run('DELETE FROM projects WHERE name = $1', [project])) === 0) {
        throw new Problem(404, 'no such project', `there is no project ${project}`)
      }
      const counts = await removeProjectRows(sql, project)
      await audit(sql, actor, 'project deleted', { project, ...counts })
      return counts
    })
    for (const { id } of runs) await this.#bodies.removeRun(id)
    await this.#database.forget()
    return removed
  }

  /** Removes a run that is past its time; the daily figures keep what it came to. */
  async expiredRun(run: string): Promise<void> {
    await this.#database.transaction(async (sql) => {
      await sql.all(`SELECT id FROM runs WHERE id = $1 ${sql.lock}`, [run])
      await removeRunRows(sql, run)
    })
    await this.#bodies.removeRun(run)
  }

  /** Removes the record data of a run that is past its time. */
  async expiredData(run: string): Promise<void> {
    await this.#stripData(run)
    const query = 'UPDATE runs SET data_removed_at = $2 WHERE id = $1'
    await this.#database.transaction((sql) => sql.run(query, [run, Date.now()]))
  }

  async #stripData(run: string, execution?: string): Promise<number> {
    const ofOne = execution === undefined ? '' : 'AND execution = $2'
    const chunks = await this.#database.all<{ seq: number }>(
      `SELECT DISTINCT seq FROM segments WHERE run = $1 ${ofOne} ORDER BY seq`,
      execution === undefined ? [run] : [run, execution],
    )
    const change = (line: Line): Line | undefined => (isOf(line, execution) ? withoutData(line) : line)
    let lines = 0
    for (const { seq } of chunks) lines += await rewriteChunk(this.#database, this.#bodies, run, seq, change)
    return lines
  }

  async #checkExecution(run: string, execution: string): Promise<void> {
    const known = await this.#database.all('SELECT 1 FROM executions WHERE run = $1 AND id = $2', [run, execution])
    if (known.length === 0) throw new Problem(404, 'no such test', `run ${run} has no test ${execution}`)
  }
}

/** A line without record data; undefined where nothing else is in it. A line that has none comes back as it is. */
function withoutData(line: Line): Line | undefined {
  if (line.type === 'record') return undefined
  if (line.type === 'check') {
    const { expected, actual, message, paths } = line
    if (expected === null && actual === null && message === null && paths.length === 0) return line
    return { ...line, expected: null, actual: null, message: null, paths: [] }
  }
  if (line.type === 'task') {
    if (line.error === null || line.error.message === DELETED) return line
    return { ...line, error: { ...line.error, message: DELETED } }
  }
  if (line.type === 'error') return line.message === DELETED ? line : { ...line, message: DELETED }
  if (line.type === 'test') {
    const isClean = line.attempts.every(({ errors }) => errors.every(({ message }) => message === DELETED))
    if (isClean) return line
    const attempts = line.attempts.map((attempt) => {
      return { ...attempt, errors: attempt.errors.map((error) => ({ ...error, message: DELETED })) }
    })
    return { ...line, attempts }
  }
  return line
}

function isOf(line: Line, execution: string | undefined): boolean {
  return execution === undefined || testOf(line) === execution
}

async function findRun(sql: SqlReader, run: string, lock = ''): Promise<{ project: string; state: string }> {
  const query = `SELECT project, state FROM runs WHERE id = $1 ${lock}`
  const row = await first<{ project: string; state: string }>(sql, query, [run])
  if (row === undefined) throw new Problem(404, 'no such run', `there is no run ${run}`)
  return row
}

async function removeRunRows(sql: Sql, run: string): Promise<Removed> {
  const counts: Record<string, number> = {}
  for (const table of ofRun) counts[table] = await sql.run(`DELETE FROM ${table} WHERE run = $1`, [run])
  await sql.run('DELETE FROM runs WHERE id = $1', [run])
  await sql.run('INSERT INTO deleted_runs (id, deleted_at) VALUES ($1, $2) ON CONFLICT (id) DO NOTHING', [
    run,
    Date.now(),
  ])
  return { runs: 1, chunks: counts.chunks!, executions: counts.executions!, lines: 0 }
}

async function removeProjectRows(sql: Sql, project: string): Promise<Removed> {
  const counts: Record<string, number> = {}
  for (const table of ofRun) {
    const query = `DELETE FROM ${table} WHERE run IN (SELECT id FROM runs WHERE project = $1)`
    counts[table] = await sql.run(query, [project])
  }
  await sql.run(
    'INSERT INTO deleted_runs (id, deleted_at) SELECT id, CAST($2 AS BIGINT) FROM runs WHERE project = $1',
    [project, Date.now()],
  )
  for (const table of ['runs', 'tests', 'daily', 'daily_tests', 'daily_tasks', 'tokens']) {
    counts[table] = await sql.run(`DELETE FROM ${table} WHERE project = $1`, [project])
  }
  return { runs: counts.runs!, chunks: counts.chunks!, executions: counts.executions!, lines: 0 }
}

/** Names of tests that nothing refers to any more. */
export async function removeUnusedTests(sql: Sql, project: string): Promise<void> {
  await sql.run(
    `DELETE FROM tests WHERE project = $1 AND NOT EXISTS (SELECT 1 FROM executions e WHERE e.test = tests.id)
     AND NOT EXISTS (SELECT 1 FROM daily_tests d WHERE d.test = tests.id)`,
    [project],
  )
}
