import type { ClusterLine, EndLine, RunLine } from '../run/model.ts'
import { Problem } from './problem.ts'
import type { Database, Value } from './store/database.ts'
import { first } from './store/database.ts'
import { pattern } from './tests.ts'

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
  /** That of its environment in the config. */
  color: string | null
}

/** A run with what is known of the clusters that its tests ran on. */
export interface RunDetails extends RunSummary {
  clusters: ClusterLine[]
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
  color: string | null
}

export interface RunFilter {
  branch?: string | undefined
  environment?: string | undefined
  state?: RunState | undefined
  /** Of the run as a whole. */
  status?: 'passed' | 'failed' | undefined
  /** Began then or later, milliseconds since the epoch. */
  since?: number | undefined
  /** Part of the branch or the environment, or how its id, its commit or its CI build begins. */
  search?: string | undefined
  /** The id of the last run of the page before. */
  before?: string | undefined
  limit: number
}

function columnsOf(kind: Database['kind']): string {
  const color = kind === 'sqlite' ? `json_extract(clusters, '$[0].color')` : `CAST(clusters AS JSONB) #>> '{0,color}'`
  return `id, project, state, run_line, end_line, updated_at, completed_at, data_removed_at, ${color} AS color`
}

/** The newest first, and how many there are on all pages. */
export async function listRuns(
  database: Database,
  project: string,
  { before, limit, ...filter }: RunFilter,
): Promise<{ runs: RunSummary[]; total: number }> {
  const parameters: Value[] = [project]
  const where = (condition: string, value: Value | undefined): string => {
    if (value === undefined) return ''
    parameters.push(value)
    return ` AND ${condition.replaceAll('?', `$${parameters.length}`)}`
  }
  const filtered = [
    where('branch = ?', filter.branch),
    where('environment = ?', filter.environment),
    where('state = ?', filter.state),
    where('status = ?', filter.status),
    where('started_at >= ?', filter.since),
    searched(filter.search, where),
  ].join('')
  const [counted] = await database.all<{ total: number }>(
    `SELECT COUNT(*) AS total FROM runs WHERE project = $1${filtered}`,
    parameters,
  )
  const page = where('(started_at, id) < (SELECT started_at, id FROM runs WHERE id = ?)', before)
  parameters.push(limit)
  const rows = await database.all<RunRow>(
    `SELECT ${columnsOf(database.kind)} FROM runs WHERE project = $1${filtered}${page}
     ORDER BY started_at DESC, id DESC LIMIT $${parameters.length}`,
    parameters,
  )
  return { runs: rows.map(summaryOf), total: counted!.total }
}

/** The run's line is JSON as we write it: what is searched in it has no column of its own. */
function searched(text: string | undefined, where: (condition: string, value: Value) => string): string {
  if (text === undefined || text.trim() === '') return ''
  const part = pattern(text.trim())
  const begin = part.slice(1)
  const alternatives: [string, string][] = [
    [`LOWER(branch) LIKE ?`, part],
    [`LOWER(environment) LIKE ?`, part],
    [`id LIKE ?`, begin],
    [`LOWER(run_line) LIKE ?`, `%"commit":"${begin}`],
    [`LOWER(run_line) LIKE ?`, `%"build":"${begin}`],
  ]
  const any = alternatives.map(([condition, value]) => where(`${condition} ESCAPE '!'`, value).slice(' AND '.length))
  return ` AND (${any.join(' OR ')})`
}

/** What the runs of a project can be filtered by. */
export interface RunNames {
  branches: string[]
  environments: string[]
}

/** Those of the latest run first. */
export async function namesOfRuns(database: Database, project: string): Promise<RunNames> {
  const names = async (column: 'branch' | 'environment'): Promise<string[]> => {
    const rows = await database.all<{ name: string }>(
      `SELECT ${column} AS name FROM runs WHERE project = $1 AND ${column} IS NOT NULL
       GROUP BY ${column} ORDER BY MAX(started_at) DESC LIMIT 500`,
      [project],
    )
    return rows.map(({ name }) => name)
  }
  return { branches: await names('branch'), environments: await names('environment') }
}

/** @throws Problem 404. */
export async function findRun(database: Database, id: string): Promise<RunDetails> {
  const query = `SELECT ${columnsOf(database.kind)}, clusters FROM runs WHERE id = $1`
  const row = await first<RunRow & { clusters: string | null }>(database, query, [id])
  if (row === undefined) throw new Problem(404, 'no such run', `there is no run ${id}`)
  return { ...summaryOf(row), clusters: JSON.parse(row.clusters ?? '[]') as ClusterLine[] }
}

function summaryOf(row: RunRow): RunSummary {
  const { id, project, state, run_line, end_line, updated_at, completed_at, data_removed_at, color } = row
  return {
    id,
    project,
    state,
    run: JSON.parse(run_line) as RunLine,
    end: end_line === null ? null : (JSON.parse(end_line) as EndLine),
    updatedAt: updated_at,
    completedAt: completed_at,
    dataRemovedAt: data_removed_at,
    color,
  }
}
