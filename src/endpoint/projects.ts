import { audit } from './audit.ts'
import { Problem } from './problem.ts'
import type { Database, Sql, SqlReader } from './store/database.ts'
import { first } from './store/database.ts'

/** What an administrator says of a project. */
export interface ProjectSettings {
  /** What an upload may not carry: it is refused whole when it does. */
  redact: ('records' | 'checks')[]
  /** Days after which things go: record data first, then results, the daily figures last. `null`: never. */
  keep: { data: number | null; results: number | null; figures: number | null }
}

export interface Project {
  name: string
  settings: ProjectSettings
  createdAt: number
}

interface ProjectRow {
  name: string
  settings: string
  created_at: number
}

const defaultSettings: ProjectSettings = { redact: [], keep: { data: 30, results: 365, figures: null } }

/** As npm's package names, with slashes inside and capitals: what a project is called by default. */
export const PROJECT_NAME: RegExp = /^[\w@][\w@.~+-]*(\/[\w@.~+-]+)*$/
export const LONGEST_PROJECT_NAME = 200

export async function findProject(sql: SqlReader, name: string): Promise<Project | undefined> {
  const row = await first<ProjectRow>(sql, 'SELECT name, settings, created_at FROM projects WHERE name = $1', [name])
  return row && projectOf(row)
}

export async function listProjects(database: Database): Promise<Project[]> {
  return (await database.all<ProjectRow>('SELECT name, settings, created_at FROM projects ORDER BY name')).map(
    projectOf,
  )
}

/** Makes the project where there is none. */
export async function ensureProject(sql: Sql, actor: string, name: string): Promise<void> {
  const made = await sql.run(
    'INSERT INTO projects (name, settings, created_at) VALUES ($1, $2, $3) ON CONFLICT (name) DO NOTHING',
    [name, JSON.stringify(defaultSettings), Date.now()],
  )
  if (made > 0) await audit(sql, actor, 'project created', { project: name })
}

/** @throws Problem 404. */
export async function requireProject(database: Database, name: string): Promise<Project> {
  const project = await findProject(database, name)
  if (project === undefined) throw new Problem(404, 'no such project', `there is no project ${name}`)
  return project
}

/** Makes the project, or changes its settings; what is left out stays as it was. */
export async function changeProject(
  database: Database,
  actor: string,
  name: string,
  change: { redact?: ProjectSettings['redact'] | undefined; keep?: Partial<ProjectSettings['keep']> | undefined },
): Promise<Project> {
  return await database.transaction(async (sql) => {
    await ensureProject(sql, actor, name)
    const { settings, createdAt } = (await findProject(sql, name))!
    const changed: ProjectSettings = {
      redact: change.redact ?? settings.redact,
      keep: { ...settings.keep, ...change.keep },
    }
    checkOrder(changed.keep)
    await sql.run('UPDATE projects SET settings = $2 WHERE name = $1', [name, JSON.stringify(changed)])
    await audit(sql, actor, 'project changed', { project: name, ...changed })
    return { name, settings: changed, createdAt }
  })
}

function checkOrder({ data, results, figures }: ProjectSettings['keep']): void {
  const days = (value: number | null): number => value ?? Number.POSITIVE_INFINITY
  if (days(data) > days(results) || days(results) > days(figures)) {
    throw new Problem(
      422,
      'not in this order',
      `keep is data ${data}, results ${results}, figures ${figures}: data goes first, then results, figures last`,
    )
  }
}

function projectOf({ name, settings, created_at }: ProjectRow): Project {
  return { name, settings: JSON.parse(settings) as ProjectSettings, createdAt: created_at }
}
