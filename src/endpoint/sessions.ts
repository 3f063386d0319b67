import { hashOf, newSecret } from './secrets.ts'
import { type Database, first } from './store/database.ts'
import type { Authenticator, Token } from './tokens.ts'

/** A session's secret, as its cookie has it, and when it ends (milliseconds since the epoch). */
export interface SessionSecret {
  secret: string
  expiresAt: number
}

export interface FoundSession {
  token: Token
  expiresAt: number
  /** Another secret, which takes the place of the one that was shown. */
  renewed?: SessionSecret
}

interface SessionRow {
  hash: string
  token_hash: string
  created_at: number
  renewed_at: number
  expires_at: number
}

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
/** A session that nobody uses ends after so long, and every session after the longer of the two. */
const IDLE_MS = 12 * HOUR_MS
const LONGEST_MS = 7 * 24 * HOUR_MS
/** How often a session gets another secret, and how long the one before still works: for requests that are under way. */
const RENEW_EVERY_MS = 15 * MINUTE_MS
const OVERLAP_MS = 2 * MINUTE_MS

/**
 * Sessions of browsers: each stands for the secret of a token that was shown once, and ends with it. Hashes alone are
 * stored.
 */
export class Sessions {
  readonly #database: Database
  readonly #authenticator: Authenticator

  constructor(database: Database, authenticator: Authenticator) {
    this.#database = database
    this.#authenticator = authenticator
  }

  /** Begins a session for who shows the secret of a token; it ends the one that the same browser had. */
  async begin(tokenSecret: string, before: string | undefined): Promise<(FoundSession & SessionSecret) | undefined> {
    const token = await this.#authenticator.find(tokenSecret)
    if (token === undefined) return undefined
    const secret = newSecret('kts')
    const now = Date.now()
    const expiresAt = now + IDLE_MS
    await this.#database.transaction(async (sql) => {
      if (before !== undefined) await sql.run(ENDED, [hashOf(before)])
      await sql.run(
        'INSERT INTO sessions (hash, token_hash, created_at, renewed_at, expires_at) VALUES ($1, $2, $3, $3, $4)',
        [hashOf(secret), hashOf(tokenSecret), now, expiresAt],
      )
    })
    return { token, secret, expiresAt }
  }

  /** `undefined` when the session is over, or the token that it stands for is. */
  async find(secret: string): Promise<FoundSession | undefined> {
    const found = await this.#look(secret)
    if (found === undefined) return undefined
    const { row, token } = found
    const now = Date.now()
    const session = { token, expiresAt: row.expires_at }
    if (row.hash !== hashOf(secret) || now - row.renewed_at < RENEW_EVERY_MS) return session
    return { ...session, ...(await this.#renew(row, now)) }
  }

  /** The same for an answer that has begun: there is no way any more to give the browser another secret. */
  async isValid(secret: string): Promise<boolean> {
    return (await this.#look(secret)) !== undefined
  }

  async end(secret: string): Promise<void> {
    await this.#database.transaction((sql) => sql.run(ENDED, [hashOf(secret)]))
  }

  async #look(secret: string): Promise<{ row: SessionRow; token: Token } | undefined> {
    const row = await first<SessionRow>(
      this.#database,
      `SELECT hash, token_hash, created_at, renewed_at, expires_at FROM sessions
       WHERE (hash = $1 OR (previous_hash = $1 AND previous_until > $2)) AND expires_at > $2`,
      [hashOf(secret), Date.now()],
    )
    if (row === undefined) return undefined
    const token = await this.#authenticator.findHash(row.token_hash)
    return token && { row, token }
  }

  /** Of requests at once one gets the new secret, the others go on with the one that they have. */
  async #renew({ hash, created_at }: SessionRow, now: number): Promise<{ renewed?: SessionSecret }> {
    const secret = newSecret('kts')
    const expiresAt = Math.min(now + IDLE_MS, created_at + LONGEST_MS)
    const renew = `UPDATE sessions SET previous_hash = hash, previous_until = $3, hash = $2, renewed_at = $4,
      expires_at = $5 WHERE hash = $1`
    // Who reads is let in also while nothing can be written.
    const changed = await this.#database
      .transaction((sql) => sql.run(renew, [hash, hashOf(secret), now + OVERLAP_MS, now, expiresAt]))
      .catch(() => 0)
    return changed === 0 ? {} : { renewed: { secret, expiresAt } }
  }
}

const ENDED = 'DELETE FROM sessions WHERE hash = $1 OR previous_hash = $1'

/** Takes away what is over. */
export async function removeExpiredSessions(database: Database, now: number): Promise<void> {
  await database.transaction((sql) => sql.run('DELETE FROM sessions WHERE expires_at <= $1', [now]))
}
