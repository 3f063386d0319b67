import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { openStore, type Store } from '../endpoint/store/open.ts'
import { SQLITE_FILE } from '../endpoint/store/sqlite.ts'
import { createToken, listTokens, revokeToken, rotateToken, type Token, type TokenScope } from '../endpoint/tokens.ts'
import { table, time } from './text.ts'

interface DataOptions {
  data: string
}

interface CreateOptions extends DataOptions {
  name: string
  scope: TokenScope
  project?: string
  expires?: number
}

const ACTOR = 'command line'
const HOUR_MS = 60 * 60 * 1000

/** `kafka-testkit serve token create`: prints the secret, this once. */
export async function createServeToken({ data, name, scope, project, expires }: CreateOptions): Promise<void> {
  if (project === undefined && scope !== 'admin') {
    throw new Error(`a token with scope ${scope} is for one project: name it with --project`)
  }
  const expiresAt = expires === undefined ? null : Date.now() + expires * 24 * HOUR_MS
  await withStore(data, async ({ database }) => {
    const made = await createToken(database, ACTOR, { name, scope, project: project ?? null, expiresAt })
    tellSecret(made)
  })
}

/** `kafka-testkit serve token list` */
export async function listServeTokens({ data, json }: DataOptions & { json?: boolean }): Promise<void> {
  const tokens = await withStore(data, ({ database }) => listTokens(database))
  if (json) console.log(JSON.stringify(tokens, null, 2))
  else console.log(table([['ID', 'NAME', 'SCOPE', 'PROJECT', 'CREATED', 'USED', 'STATE'], ...tokens.map(row)]))
}

/** `kafka-testkit serve token rotate` */
export async function rotateServeToken(
  id: string,
  { data, overlap }: DataOptions & { overlap: number },
): Promise<void> {
  await withStore(data, async ({ database }) => tellSecret(await rotateToken(database, ACTOR, id, overlap * HOUR_MS)))
}

/** `kafka-testkit serve token revoke` */
export async function revokeServeToken(id: string, { data }: DataOptions): Promise<void> {
  await withStore(data, async ({ database }) => {
    const { name } = await revokeToken(database, ACTOR, id)
    console.log(`Token ${id} (${name}) is revoked`)
  })
}

/** @throws Error where no endpoint has made a store: one that is made here would be another than the one that is served. */
export async function withStore<Result>(folder: string, work: (store: Store) => Promise<Result>): Promise<Result> {
  const databaseUrl = process.env.DATABASE_URL || undefined
  if (databaseUrl === undefined && !existsSync(join(folder, SQLITE_FILE))) {
    throw new Error(
      `there is no store in ${resolve(folder)}: name the folder of the endpoint that is served, as in --data /data, or start one with kafka-testkit serve`,
    )
  }
  const store = await openStore({ folder, databaseUrl })
  try {
    return await work(store)
  } finally {
    await store.database.close()
  }
}

/** The secret alone goes to standard output, so that a script can take it. */
function tellSecret({ token, secret }: { token: Token; secret: string }): void {
  console.error(
    `Token ${token.id} (${token.name}), scope ${token.scope}, ${token.project ?? 'every project'}; shown this once:`,
  )
  console.log(secret)
}

function row({ id, name, scope, project, createdAt, usedAt, expiresAt, revokedAt }: Token): string[] {
  const used = usedAt === null ? '-' : time(usedAt)
  return [id, name, scope, project ?? '*', time(createdAt), used, stateOf(expiresAt, revokedAt)]
}

function stateOf(expiresAt: number | null, revokedAt: number | null): string {
  if (revokedAt !== null) return `revoked ${time(revokedAt)}`
  if (expiresAt === null) return 'valid'
  return `${expiresAt <= Date.now() ? 'expired' : 'valid to'} ${time(expiresAt)}`
}
