import { join } from 'node:path'
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { type Database, type Sql, type Value, withoutNul } from './database.ts'

/** How long a statement waits for another process (the CLI beside the server) that writes. */
const BUSY_MS = 10_000
/** Statements that are kept prepared, each connection. */
const MOST_STATEMENTS = 200

/** The database of a store's folder. */
export const SQLITE_FILE = 'endpoint.db'

/** Opens the database of a folder; makes it where there is none. */
export async function openSqlite(folder: string): Promise<Database> {
  const path = join(folder, SQLITE_FILE)
  const { DatabaseSync } = await importSqlite()
  const writer = new DatabaseSync(path, { timeout: BUSY_MS })
  // WAL: readers never wait for the writer. FULL: what was acknowledged survives a power cut too.
  // secure_delete: what is deleted is overwritten, not only forgotten.
  writer.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON')
  writer.exec('PRAGMA journal_size_limit = 67108864')
  const reader = new DatabaseSync(path, { timeout: BUSY_MS, readOnly: true })
  return new SqliteDatabase(writer, reader)
}

/** A database of this process alone, that is gone with it. Its reader sees what is being written. */
export async function openSqliteInMemory(): Promise<Database> {
  const { DatabaseSync } = await importSqlite()
  const only = new DatabaseSync(':memory:')
  return new SqliteDatabase(only, only)
}

class SqliteDatabase implements Database {
  readonly kind = 'sqlite'
  readonly lock = ''
  readonly #writer: SqliteConnection
  readonly #reader: SqliteConnection
  /** Transactions one after the other: they share a connection, and each may wait between its statements. */
  #queue: Promise<unknown> = Promise.resolve()

  constructor(writer: DatabaseSync, reader: DatabaseSync) {
    this.#writer = new SqliteConnection(writer)
    this.#reader = reader === writer ? this.#writer : new SqliteConnection(reader)
  }

  all<Row extends object>(sql: string, parameters?: readonly Value[]): Promise<Row[]> {
    return this.#reader.all(sql, parameters)
  }

  transaction<Result>(work: (sql: Sql) => Promise<Result>): Promise<Result> {
    return this.#alone(() => this.#transact(work))
  }

  async forget(): Promise<void> {
    await this.#alone(() => this.#writer.exec('PRAGMA wal_checkpoint(TRUNCATE)'))
  }

  async backup(folder: string): Promise<void> {
    await this.#alone(() => this.#writer.exec(`VACUUM INTO '${join(folder, SQLITE_FILE).replaceAll("'", "''")}'`))
  }

  async close(): Promise<void> {
    await this.#queue
    if (this.#reader !== this.#writer) this.#reader.close()
    this.#writer.close()
  }

  #alone<Result>(work: () => Result | Promise<Result>): Promise<Result> {
    const result = this.#queue.then(work)
    this.#queue = result.catch(() => {})
    return result
  }

  async #transact<Result>(work: (sql: Sql) => Promise<Result>): Promise<Result> {
    this.#writer.exec('BEGIN IMMEDIATE')
    try {
      const result = await work(this.#writer)
      this.#writer.exec('COMMIT')
      return result
    } catch (error) {
      this.#writer.rollBack()
      throw error
    }
  }
}

class SqliteConnection implements Sql {
  readonly lock = ''
  readonly #database: DatabaseSync
  readonly #statements = new Map<string, StatementSync>()

  constructor(database: DatabaseSync) {
    this.#database = database
  }

  async all<Row extends object>(sql: string, parameters: readonly Value[] = []): Promise<Row[]> {
    return this.#prepare(sql).all(named(parameters)) as Row[]
  }

  async run(sql: string, parameters: readonly Value[] = []): Promise<number> {
    return Number(this.#prepare(sql).run(named(parameters)).changes)
  }

  /** One prepared statement, row by row: many names in one statement are slow to look up. */
  async insert(
    table: string,
    columns: readonly string[],
    rows: readonly (readonly Value[])[],
    tail = '',
  ): Promise<number> {
    const statement = this.#prepare(`INSERT INTO ${table} (${columns}) VALUES (${columns.map(() => '?')}) ${tail}`)
    let changed = 0
    for (const row of rows) changed += Number(statement.run(...row.map(withoutNul)).changes)
    return changed
  }

  /** SQLite has done it already where the disk is full. */
  rollBack(): void {
    if (this.#database.isTransaction) this.#database.exec('ROLLBACK')
  }

  exec(sql: string): void {
    this.#database.exec(sql)
  }

  close(): void {
    this.#statements.clear()
    this.#database.close()
  }

  #prepare(sql: string): StatementSync {
    const known = this.#statements.get(sql)
    if (known !== undefined) return known
    if (this.#statements.size >= MOST_STATEMENTS) this.#statements.clear()
    const statement = this.#database.prepare(sql)
    this.#statements.set(sql, statement)
    return statement
  }
}

/** To SQLite `$1` is a name like any other. */
function named(parameters: readonly Value[]): Record<string, Value> {
  return Object.fromEntries(parameters.map((value, index) => [`$${index + 1}`, withoutNul(value)]))
}

/** Node 22 warns when the module is loaded that it is experimental; that one warning is not shown. */
async function importSqlite(): Promise<typeof import('node:sqlite')> {
  const emit = process.emitWarning
  process.emitWarning = ((warning: string | Error, ...rest: never[]) => {
    if (!String(warning).startsWith('SQLite is an experimental feature')) emit.call(process, warning, ...rest)
  }) as typeof process.emitWarning
  try {
    return await import('node:sqlite')
  } finally {
    process.emitWarning = emit
  }
}
