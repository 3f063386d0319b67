import { randomBytes, timingSafeEqual } from 'node:crypto'
import { audit } from './audit.ts'
import { ensureProject } from './projects.ts'
import { hashOf, newSecret } from './secrets.ts'
import type { Database, Sql } from './store/database.ts'
import { first } from './store/database.ts'

/** `write` uploads runs, `read` reads, `admin` does everything. */
export type TokenScope = 'write' | 'read' | 'admin'

/** A token without its secret, which no one can read again. Times are milliseconds since the epoch. */
export interface Token {
  id: string
  name: string
  scope: TokenScope
  /** `null`: every project. */
  project: string | null
  createdAt: number
  expiresAt: number | null
  usedAt: number | null
  revokedAt: number | null
}

interface TokenRow {
  id: string
  name: string
  scope: TokenScope
  project: string | null
  created_at: number
  expires_at: number | null
  used_at: number | null
  revoked_at: number | null
}

const columns = 'id, name, scope, project, created_at, expires_at, used_at, revoked_at'
/** A token's last use is written down at most this often. */
const USED_EVERY_MS = 60_000

export interface NewToken {
  name: string
  scope: TokenScope
  project: string | null
  expiresAt: number | null
}

/** Makes a token; its secret is given here and never again. */
export async function createToken(
  database: Database,
  actor: string,
  { name, scope, project, expiresAt }: NewToken,
): Promise<{ token: Token; secret: string }> {
  const secret = newSecret('ktk')
  const id = randomBytes(5).toString('hex')
  const createdAt = Date.now()
  await database.transaction(async (sql) => {
    if (project !== null) await ensureProject(sql, actor, project)
    await sql.run(
      'INSERT INTO tokens (id, name, scope, project, hash, created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7)',
      [id, name, scope, project, hashOf(secret), createdAt, expiresAt],
    )
    await audit(sql, actor, 'token created', { project, subject: id, name, scope, expiresAt })
  })
  return { token: { id, name, scope, project, createdAt, expiresAt, usedAt: null, revokedAt: null }, secret }
}

/** The oldest first, revoked ones too. */
export async function listTokens(database: Database): Promise<Token[]> {
  const rows = await database.all<TokenRow>(`SELECT ${columns} FROM tokens ORDER BY created_at, id`)
  return rows.map(tokenOf)
}

/**
 * Gives a token another secret. The old one works for `overlapMs` more, 0 ends it now.
 *
 * @throws Error when there is no such token, or it was revoked.
 */
export async function rotateToken(
  database: Database,
  actor: string,
  id: string,
  overlapMs: number,
): Promise<{ token: Token; secret: string }> {
  const secret = newSecret('ktk')
  const token = await database.transaction(async (sql) => {
    const found = await existing(sql, id)
    await sql.run(
      `UPDATE tokens SET previous_hash = CASE WHEN $2 > 0 THEN hash END, previous_until = $3, hash = $4 WHERE id = $1`,
      [id, overlapMs, Date.now() + overlapMs, hashOf(secret)],
    )
    await audit(sql, actor, 'token rotated', { project: found.project, subject: id, overlapMs })
    return found
  })
  return { token, secret }
}

/** @throws Error when there is no such token, or it was revoked before. */
export async function revokeToken(database: Database, actor: string, id: string): Promise<Token> {
  return await database.transaction(async (sql) => {
    const found = await existing(sql, id)
    await sql.run('UPDATE tokens SET revoked_at = $2 WHERE id = $1', [id, Date.now()])
    await audit(sql, actor, 'token revoked', { project: found.project, subject: id })
    return found
  })
}

export async function hasAdminToken(database: Database): Promise<boolean> {
  const found = await database.all(
    `SELECT 1 FROM tokens WHERE scope = 'admin' AND project IS NULL AND revoked_at IS NULL
     AND (expires_at IS NULL OR expires_at > $1)`,
    [Date.now()],
  )
  return found.length > 0
}

/** Who shows a secret: the token of the database, or the one of the environment. */
export class Authenticator {
  readonly #database: Database
  readonly #fixed: Buffer | undefined
  readonly #used = new Map<string, number>()

  /** `adminToken`: a secret that is an admin of every project, from the environment. */
  constructor(database: Database, adminToken: string | undefined) {
    this.#database = database
    this.#fixed = adminToken === undefined ? undefined : Buffer.from(hashOf(adminToken))
  }

  /** `undefined` when no valid token has this secret. */
  find(secret: string): Promise<Token | undefined> {
    return this.findHash(hashOf(secret))
  }

  /** The same, by the hash of a secret that was shown before. */
  async findHash(hashed: string): Promise<Token | undefined> {
    if (this.#fixed !== undefined && timingSafeEqual(this.#fixed, Buffer.from(hashed))) return environmentToken
    const now = Date.now()
    const row = await first<TokenRow>(
      this.#database,
      `SELECT ${columns} FROM tokens WHERE (hash = $1 OR (previous_hash = $1 AND previous_until > $2))
       AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > $2)`,
      [hashed, now],
    )
    if (row === undefined) return undefined
    await this.#noteUse(row.id, now)
    return tokenOf(row)
  }

  async #noteUse(id: string, now: number): Promise<void> {
    if (now - (this.#used.get(id) ?? 0) < USED_EVERY_MS) return
    this.#used.set(id, now)
    const query = 'UPDATE tokens SET used_at = $2 WHERE id = $1'
    // Who reads is let in also while nothing can be written.
    await this.#database.transaction((sql) => sql.run(query, [id, now])).catch(() => {})
  }
}

const environmentToken: Token = {
  id: 'environment',
  name: 'KAFKA_TESTKIT_ADMIN_TOKEN',
  scope: 'admin',
  project: null,
  createdAt: 0,
  expiresAt: null,
  usedAt: null,
  revokedAt: null,
}

async function existing(sql: Sql, id: string): Promise<Token> {
  const row = await first<TokenRow>(sql, `SELECT ${columns} FROM tokens WHERE id = $1`, [id])
  if (row === undefined) throw new Error(`there is no token "${id}"`)
  if (row.revoked_at !== null) throw new Error(`token "${id}" was revoked at ${new Date(row.revoked_at).toISOString()}`)
  return tokenOf(row)
}

function tokenOf(row: TokenRow): Token {
  const { id, name, scope, project, created_at, expires_at, used_at, revoked_at } = row
  return {
    id,
    name,
    scope,
    project,
    createdAt: created_at,
    expiresAt: expires_at,
    usedAt: used_at,
    revokedAt: revoked_at,
  }
}
