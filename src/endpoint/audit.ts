import type { Database, Sql, Value } from './store/database.ts'

/** What was done to tokens, settings and stored data, and by whom; never what the data was. */
export interface AuditEntry {
  id: number
  at: number
  /** The id of a token, "command line" or "retention". */
  actor: string
  action: AuditAction
  project: string | null
  /** The id of the run, test or token. */
  subject: string | null
  /** Counts and settings. */
  detail: Record<string, unknown>
}

export type AuditAction =
  | 'token created'
  | 'token rotated'
  | 'token revoked'
  | 'project created'
  | 'project changed'
  | 'project deleted'
  | 'run deleted'
  | 'records deleted'
  | 'upload refused'
  | 'data expired'
  | 'results expired'
  | 'figures expired'

/** Written in the transaction of what it tells of. */
export async function audit(
  sql: Sql,
  actor: string,
  action: AuditAction,
  { project = null, subject = null, ...detail }: Record<string, unknown> & { project?: string | null } = {},
): Promise<void> {
  await sql.run('INSERT INTO audit (at, actor, action, project, subject, detail) VALUES ($1, $2, $3, $4, $5, $6)', [
    Date.now(),
    actor,
    action,
    project,
    subject as string | null,
    JSON.stringify(detail),
  ])
}

/** The newest first. */
export async function listAudit(
  database: Database,
  { project, before, limit }: { project?: string | undefined; before?: number | undefined; limit: number },
): Promise<AuditEntry[]> {
  const parameters: Value[] = [limit]
  const where = (condition: string, value: Value | undefined): string => {
    if (value === undefined) return ''
    parameters.push(value)
    return ` AND ${condition} $${parameters.length}`
  }
  const rows = await database.all<Omit<AuditEntry, 'detail'> & { detail: string }>(
    `SELECT id, at, actor, action, project, subject, detail FROM audit
     WHERE 1 = 1${where('project =', project)}${where('id <', before)} ORDER BY id DESC LIMIT $1`,
    parameters,
  )
  return rows.map((row) => ({ ...row, detail: JSON.parse(row.detail) as Record<string, unknown> }))
}
