import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { ClientBase, Pool } from 'pg'
import type { Bodies, Database, Sql, Value } from './database.ts'
import { first, withoutNul } from './database.ts'

/** No statement of ours takes long; one that hangs must not hold a connection for ever. */
const STATEMENT_MS = 60_000
const CONNECT_MS = 10_000
/** PostgreSQL takes 65,535 parameters in a statement. */
const MOST_PARAMETERS = 10_000
/** PostgreSQL's numbers for int8 and numeric, which come as text: all of ours are safe integers. */
const INT8 = 20
const NUMERIC = 1700

/**
 * Connects to PostgreSQL.
 *
 * @throws Error when `pg` is not installed, or nothing answers.
 */
export async function openPostgres(url: string, onError: (error: Error) => void): Promise<Database> {
  const { default: pg } = await importPg()
  const parsers = new Map<number, (text: string) => unknown>([INT8, NUMERIC].map((type) => [type, Number]))
  const pool = new pg.Pool({
    connectionString: url,
    connectionTimeoutMillis: CONNECT_MS,
    statement_timeout: STATEMENT_MS,
    idle_in_transaction_session_timeout: STATEMENT_MS,
    application_name: 'kafka-testkit',
    types: {
      getTypeParser: (type: number, format?: 'text') => parsers.get(type) ?? pg.types.getTypeParser(type, format),
    } as typeof pg.types,
  })
  // An idle connection that breaks is replaced; without a listener it would end the process.
  pool.on('error', onError)
  return new PostgresDatabase(pool, url)
}

async function importPg(): Promise<typeof import('pg')> {
  try {
    return await import('pg')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error
    throw new Error('DATABASE_URL names PostgreSQL, whose client is not installed: npm install pg')
  }
}

class PostgresDatabase implements Database {
  readonly kind = 'postgres'
  readonly lock = 'FOR UPDATE'
  readonly #pool: Pool
  readonly #url: string

  constructor(pool: Pool, url: string) {
    this.#pool = pool
    this.#url = url
  }

  all<Row extends object>(sql: string, parameters?: readonly Value[]): Promise<Row[]> {
    return new PostgresConnection(this.#pool).all(sql, parameters)
  }

  async transaction<Result>(work: (sql: Sql) => Promise<Result>): Promise<Result> {
    const client = await this.#pool.connect()
    let broken: Error | undefined
    try {
      await client.query('BEGIN')
      const result = await work(new PostgresConnection(client))
      await client.query('COMMIT')
      return result
    } catch (error) {
      await client.query('ROLLBACK').catch((reason: Error) => {
        broken = reason
      })
      throw error
    } finally {
      client.release(broken)
    }
  }

  /** Rows are gone; their bytes are overwritten when PostgreSQL vacuums and reuses the pages, which is its own affair. */
  async forget(): Promise<void> {}

  async backup(folder: string): Promise<void> {
    await dump(this.#url, join(folder, 'endpoint.dump'))
  }

  async close(): Promise<void> {
    await this.#pool.end()
  }
}

class PostgresConnection implements Sql {
  readonly lock = 'FOR UPDATE'
  readonly #client: Pick<ClientBase, 'query'>

  constructor(client: Pool | ClientBase) {
    this.#client = client
  }

  async all<Row extends object>(sql: string, parameters: readonly Value[] = []): Promise<Row[]> {
    return (await this.#client.query<Row>(sql, parameters.map(withoutNul))).rows
  }

  async run(sql: string, parameters: readonly Value[] = []): Promise<number> {
    return (await this.#client.query(sql, parameters.map(withoutNul))).rowCount ?? 0
  }

  /** Few statements of many rows: each is a way to the server and back. */
  async insert(
    table: string,
    columns: readonly string[],
    rows: readonly (readonly Value[])[],
    tail = '',
  ): Promise<number> {
    const most = Math.floor(MOST_PARAMETERS / columns.length)
    let changed = 0
    for (let start = 0; start < rows.length; start += most) {
      const part = rows.slice(start, start + most)
      const values = part.map((_, row) => `(${columns.map((__, column) => `$${row * columns.length + column + 1}`)})`)
      changed += await this.run(`INSERT INTO ${table} (${columns}) VALUES ${values} ${tail}`, part.flat())
    }
    return changed
  }
}

/** A dump by PostgreSQL's own tool, to be read by pg_restore. The URL, with its password, goes by the environment. */
async function dump(url: string, file: string): Promise<void> {
  try {
    await promisify(execFile)('pg_dump', ['--format=custom', `--file=${file}`, '--no-password'], {
      env: { ...process.env, ...connectionVariables(url) },
    })
  } catch (error) {
    const { code, stderr } = error as { code?: unknown; stderr?: string }
    if (code === 'ENOENT') throw new Error('a backup of PostgreSQL needs its client tools (pg_dump) on the PATH')
    throw new Error(`pg_dump failed: ${stderr ?? String(error)}`)
  }
}

/** As libpq reads them: https://www.postgresql.org/docs/current/libpq-envars.html */
function connectionVariables(url: string): Record<string, string> {
  const { hostname, port, username, password, pathname, searchParams } = new URL(url)
  const said = {
    PGHOST: searchParams.get('host') ?? decodeURIComponent(hostname),
    PGPORT: port,
    PGUSER: decodeURIComponent(username),
    PGPASSWORD: decodeURIComponent(password),
    PGDATABASE: decodeURIComponent(pathname.slice(1)),
    PGSSLMODE: searchParams.get('sslmode') ?? '',
  }
  return Object.fromEntries(Object.entries(said).filter(([, value]) => value !== ''))
}

/** Raw chunks as rows, so that several servers share them and one backup has all. */
export class PostgresBodies implements Bodies {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  async write(run: string, name: string, bytes: Uint8Array): Promise<void> {
    await this.#database.transaction((sql) =>
      sql.run(
        `INSERT INTO bodies (run, name, body, written_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (run, name) DO UPDATE SET written_at = excluded.written_at`,
        [run, name, Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), Date.now()],
      ),
    )
  }

  async read(run: string, name: string): Promise<Buffer> {
    const query = 'SELECT body FROM bodies WHERE run = $1 AND name = $2'
    const row = await first<{ body: Buffer }>(this.#database, query, [run, name])
    if (row === undefined) throw new Error(`no body ${name} of run ${run}`)
    return row.body
  }

  async remove(run: string, name: string): Promise<void> {
    await this.#database.transaction((sql) => sql.run('DELETE FROM bodies WHERE run = $1 AND name = $2', [run, name]))
  }

  removeRun(run: string): Promise<number> {
    return this.#database.transaction((sql) => sql.run('DELETE FROM bodies WHERE run = $1', [run]))
  }

  /** They are rows of the database. */
  async backup(): Promise<void> {}

  async *orphans(before: number): AsyncIterable<{ run: string; name: string }> {
    yield* await this.#database.all<{ run: string; name: string }>(
      `SELECT run, name FROM bodies b WHERE written_at < $1
       AND NOT EXISTS (SELECT 1 FROM chunks c WHERE c.run = b.run AND c.body = b.name)`,
      [before],
    )
  }
}
