import type { EndLine, RunLine } from '../run/model.ts'
import { Problem } from './problem.ts'
import type { Database, Value } from './store/database.ts'
import { first } from './store/database.ts'

/** `running`: it is being uploaded; `lost`: nothing was heard of it for long; `complete`: it counts. */
export type RunState = 'running' | 'lost' | 'complete'
export const runStates: readonly RunState[] = ['running', 'lost', 'complete']

/** A run as lists show it. Times are milliseconds since the epoch. */
export interface RunSummary {
  id: string
  project: string
  state: RunState
  run: RunLine
  /** `null` before it arrived. */
  end: EndLine | null
  updatedAt: number
  completedAt: number | null
  /** When its record data was deleted, or expired. */
  dataRemovedAt: number | null
}

interface RunRow {
  id: string
  project: string
  state: RunState
  run_line: string
  end_line: string | null
  updated_at: number
  completed_at: number | null
  data_removed_at: number | null
}

export interface RunFilter {
  branch?: string | undefined
  environment?: string | undefined
  state?: RunState | undefined
  /** Of the run as a whole. */
  status?: 'passed' | 'failed' | undefined
  /** Began then or later, milliseconds since the epoch. */
  since?: number | undefined
  /** The id of the last run of the page before. */
  before?: string | undefined
  limit: number
}

const columns = 'id, project, state, run_line, end_line, updated_at, completed_at, data_removed_at'

/** The newest first. */
export async function listRuns(database: Database, project: string, filter: RunFilter): Promise<RunSummary[]> {
  const parameters: Value[] = [project, filter.limit]
  const where = (condition: string, value: Value | undefined): string => {
    if (value === undefined) return ''
    parameters.push(value)
    return `AND ${condition.replace('?', `$${parameters.length}`)} `
  }
  const conditions = [
    where('branch = ?', filter.branch),
    where('environment = ?', filter.environment),
    where('state = ?', filter.state),
    where('status = ?', filter.status),
    where('started_at >= ?', filter.since),
    where('(started_at, id) < (SELECT started_at, id FROM runs WHERE id = ?)', filter.before),
  ]
  const rows = await database.all<RunRow>(
    `SELECT ${columns} FROM runs WHERE project = $1 ${conditions.join('')}
     ORDER BY started_at DESC, id DESC LIMIT $2`,
    parameters,
  )
  return rows.map(summaryOf)
}

/** @throws Problem 404. */
export async function findRun(database: Database, id: string): Promise<RunSummary> {
  const row = await first<RunRow>(database, `SELECT ${columns} FROM runs WHERE id = $1`, [id])
  if (row === undefined) throw new Problem(404, 'no such run', `there is no run ${id}`)
  return summaryOf(row)
}

function summaryOf(row: RunRow): RunSummary {
  const { id, project, state, run_line, end_line, updated_at, completed_at, data_removed_at } = row
  return {
    id,
    project,
    state,
    run: JSON.parse(run_line) as RunLine,
    end: end_line === null ? null : (JSON.parse(end_line) as EndLine),
    updatedAt: updated_at,
    completedAt: completed_at,
    dataRemovedAt: data_removed_at,
  }
}
