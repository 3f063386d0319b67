import { uuid7 } from '../reporter/facts.ts'
import type { Sql } from './store/database.ts'

/** What was done to tokens, settings and stored data. */
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
  await sql.run(
    'INSERT INTO audit (id, at, actor, action, project, subject, detail) VALUES ($1, $2, $3, $4, $5, $6, $7)',
    [uuid7(), Date.now(), actor, action, project, subject as string | null, JSON.stringify(detail)],
  )
}
