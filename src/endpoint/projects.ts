import { audit } from './audit.ts'
import type { Sql } from './store/database.ts'
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

export async function findProject(sql: Pick<Sql, 'all'>, name: string): Promise<Project | undefined> {
  const row = await first<ProjectRow>(sql, 'SELECT name, settings, created_at FROM projects WHERE name = $1', [name])
  return row && projectOf(row)
}

/** Makes the project where there is none. */
export async function ensureProject(sql: Sql, actor: string, name: string): Promise<void> {
  const made = await sql.run(
    'INSERT INTO projects (name, settings, created_at) VALUES ($1, $2, $3) ON CONFLICT (name) DO NOTHING',
    [name, JSON.stringify(defaultSettings), Date.now()],
  )
  if (made > 0) await audit(sql, actor, 'project created', { project: name })
}

function projectOf({ name, settings, created_at }: ProjectRow): Project {
  return { name, settings: JSON.parse(settings) as ProjectSettings, createdAt: created_at }
}
