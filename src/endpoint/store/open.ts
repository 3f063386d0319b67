import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Bodies, Database } from './database.ts'
import { FileBodies } from './files.ts'
import { migrate } from './migrations.ts'
import { openPostgres, PostgresBodies } from './postgres.ts'
import { openSqlite } from './sqlite.ts'

export interface Store {
  database: Database
  bodies: Bodies
}

export interface StoreOptions {
  /** Where the embedded store keeps everything. */
  folder: string
  /** `postgres://…`: a server keeps it instead. */
  databaseUrl?: string | undefined
  /** Told of connections that broke while nobody used them. */
  onError?: (error: Error) => void
}

/**
 * Opens the store, and brings it to this version.
 *
 * @throws Error when it can't be opened, or is of a newer version.
 */
export async function openStore({ folder, databaseUrl, onError = () => {} }: StoreOptions): Promise<Store> {
  const database = databaseUrl === undefined ? await openEmbedded(folder) : await openServer(databaseUrl, onError)
  try {
    await migrate(database)
  } catch (error) {
    await database.close()
    throw error
  }
  const isServer = database.kind === 'postgres'
  return { database, bodies: isServer ? new PostgresBodies(database) : new FileBodies(join(folder, 'chunks')) }
}

/** A whole copy of a store that is in use, in a folder that is not there yet: what `--data` or pg_restore take. */
export async function backUp({ database, bodies }: Store, folder: string): Promise<void> {
  if (existsSync(folder)) throw new Error(`${folder} is there already: a backup goes to a folder of its own`)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  // The database first: chunks that come later are then files that it does not know, which harm nobody.
  await database.backup(folder)
  await bodies.backup(folder)
}

async function openEmbedded(folder: string): Promise<Database> {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const ignore = join(folder, '.gitignore')
  if (!existsSync(ignore)) writeFileSync(ignore, '*\n')
  return await openSqlite(folder)
}

async function openServer(url: string, onError: (error: Error) => void): Promise<Database> {
  // Without its value: it holds a password.
  if (!/^postgres(ql)?:\/\//.test(url)) throw new Error('DATABASE_URL is to begin with postgres://')
  return await openPostgres(url, onError)
}
