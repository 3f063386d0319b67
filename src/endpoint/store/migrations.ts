import type { Database, Sql } from './database.ts'
import { first } from './database.ts'

type Kind = Database['kind']

/**
 * What each version of the database adds; a version that was released is never edited. Types are PostgreSQL's, which
 * SQLite takes as its own by affinity. Times are milliseconds since the epoch, `day` is days since it (UTC).
 */
const migrations: readonly ((kind: Kind) => string[])[] = [
  (kind) => [
    'CREATE TABLE projects (name TEXT PRIMARY KEY, settings TEXT NOT NULL, created_at BIGINT NOT NULL)',
    `CREATE TABLE tokens (
      id TEXT PRIMARY KEY, name TEXT NOT NULL, scope TEXT NOT NULL, project TEXT, hash TEXT NOT NULL UNIQUE,
      previous_hash TEXT UNIQUE, previous_until BIGINT,
      created_at BIGINT NOT NULL, expires_at BIGINT, used_at BIGINT, revoked_at BIGINT)`,
    `CREATE TABLE audit (
      id ${counted(kind)}, at BIGINT NOT NULL, actor TEXT NOT NULL, action TEXT NOT NULL,
      project TEXT, subject TEXT, detail TEXT)`,
    'CREATE INDEX audit_by_project ON audit (project, id)',

    // `run_line` and `end_line` are the model's own lines as JSON; what is searched is a column too.
    `CREATE TABLE runs (
      id TEXT PRIMARY KEY, project TEXT NOT NULL, run_line TEXT NOT NULL, end_line TEXT, state TEXT NOT NULL,
      branch TEXT, environment TEXT, status TEXT, duration DOUBLE PRECISION, started_at DOUBLE PRECISION NOT NULL, day BIGINT NOT NULL,
      chunks BIGINT, digest TEXT, updated_at BIGINT NOT NULL, completed_at BIGINT, data_removed_at BIGINT)`,
    'CREATE INDEX runs_by_time ON runs (project, started_at)',
    'CREATE INDEX runs_by_state ON runs (state, updated_at)',
    // Ids of runs that were deleted: a late upload does not bring one back.
    'CREATE TABLE deleted_runs (id TEXT PRIMARY KEY, deleted_at BIGINT NOT NULL)',
    // `digest` is that of the bytes as they were sent; `body` names what is kept of them.
    `CREATE TABLE chunks (
      run TEXT NOT NULL, seq BIGINT NOT NULL, digest TEXT NOT NULL, body TEXT NOT NULL, encoding TEXT NOT NULL,
      bytes BIGINT NOT NULL, raw_bytes BIGINT NOT NULL, has_end BIGINT NOT NULL, PRIMARY KEY (run, seq))`,

    // A test case of a project; its id is made of project and key.
    `CREATE TABLE tests (
      id TEXT PRIMARY KEY, project TEXT NOT NULL, key TEXT NOT NULL, file TEXT NOT NULL, name TEXT NOT NULL)`,
    'CREATE INDEX tests_by_project ON tests (project)',
    // A test in a run. `id` is the runner's.
    `CREATE TABLE executions (
      run TEXT NOT NULL, id TEXT NOT NULL, test TEXT NOT NULL, status TEXT NOT NULL, flaky BIGINT NOT NULL,
      started_at DOUBLE PRECISION NOT NULL, duration DOUBLE PRECISION NOT NULL, attempts BIGINT NOT NULL,
      PRIMARY KEY (run, id))${clustered(kind)}`,
    'CREATE INDEX executions_by_test ON executions (test, started_at)',
    // Where in the decompressed chunks the lines of a test are.
    `CREATE TABLE segments (
      run TEXT NOT NULL, execution TEXT NOT NULL, seq BIGINT NOT NULL, start BIGINT NOT NULL, length BIGINT NOT NULL,
      PRIMARY KEY (run, execution, seq, start))${clustered(kind)}`,
    // The tasks of a run, summed up by what they did and where.
    `CREATE TABLE run_tasks (
      run TEXT NOT NULL, kind TEXT NOT NULL, topic TEXT NOT NULL, count BIGINT NOT NULL, failed BIGINT NOT NULL,
      records DOUBLE PRECISION NOT NULL, bytes DOUBLE PRECISION NOT NULL, duration DOUBLE PRECISION NOT NULL,
      PRIMARY KEY (run, kind, topic))`,

    // Daily figures: sums only, so that a run can be taken out again.
    `CREATE TABLE daily (
      project TEXT NOT NULL, day BIGINT NOT NULL, runs BIGINT NOT NULL, failed_runs BIGINT NOT NULL,
      tests BIGINT NOT NULL, passed BIGINT NOT NULL, failed BIGINT NOT NULL, skipped BIGINT NOT NULL,
      flaky BIGINT NOT NULL, duration DOUBLE PRECISION NOT NULL, PRIMARY KEY (project, day))`,
    `CREATE TABLE daily_tests (
      project TEXT NOT NULL, day BIGINT NOT NULL, test TEXT NOT NULL, count BIGINT NOT NULL, passed BIGINT NOT NULL,
      failed BIGINT NOT NULL, skipped BIGINT NOT NULL, flaky BIGINT NOT NULL, duration DOUBLE PRECISION NOT NULL,
      PRIMARY KEY (project, day, test))${clustered(kind)}`,
    'CREATE INDEX daily_tests_by_test ON daily_tests (test, day)',
    `CREATE TABLE daily_tasks (
      project TEXT NOT NULL, day BIGINT NOT NULL, kind TEXT NOT NULL, topic TEXT NOT NULL, count BIGINT NOT NULL,
      failed BIGINT NOT NULL, records DOUBLE PRECISION NOT NULL, bytes DOUBLE PRECISION NOT NULL,
      duration DOUBLE PRECISION NOT NULL,
      PRIMARY KEY (project, day, kind, topic))${clustered(kind)}`,

    ...(kind === 'postgres'
      ? [
          `CREATE TABLE bodies (
            run TEXT NOT NULL, name TEXT NOT NULL, body BYTEA NOT NULL, written_at BIGINT NOT NULL,
            PRIMARY KEY (run, name))`,
        ]
      : []),
  ],

  // Records by run and day, and how long tasks took.
  (kind) => [
    ...['runs', 'daily'].flatMap((table) =>
      ['records_produced', 'records_received'].map(
        (column) => `ALTER TABLE ${table} ADD COLUMN ${column} DOUBLE PRECISION NOT NULL DEFAULT 0`,
      ),
    ),
    `UPDATE runs SET records_produced = ${metric(kind, 'recordsProduced')},
      records_received = ${metric(kind, 'recordsReceived')} WHERE end_line IS NOT NULL`,
    ...['records_produced', 'records_received'].map(
      (column) => `UPDATE daily SET ${column} = COALESCE((SELECT SUM(r.${column}) FROM runs r
        WHERE r.project = daily.project AND r.day = daily.day AND r.state = 'complete'), 0)`,
    ),
    // `bucket` is that of src/endpoint/durations.ts.
    `CREATE TABLE run_task_times (
      run TEXT NOT NULL, kind TEXT NOT NULL, topic TEXT NOT NULL, bucket BIGINT NOT NULL, count BIGINT NOT NULL,
      PRIMARY KEY (run, kind, topic, bucket))${clustered(kind)}`,
  ],

  () => [
    // A browser that signed in. `token_hash` is that of the token's secret which it showed.
    `CREATE TABLE sessions (
      hash TEXT PRIMARY KEY, previous_hash TEXT UNIQUE, previous_until BIGINT, token_hash TEXT NOT NULL,
      created_at BIGINT NOT NULL, renewed_at BIGINT NOT NULL, expires_at BIGINT NOT NULL)`,
  ],

  // The model's own lines as a list in JSON.
  () => ['ALTER TABLE runs ADD COLUMN clusters TEXT'],
]

/** A number of the metrics in a run's end line. */
function metric(kind: Kind, name: string): string {
  return kind === 'sqlite'
    ? `json_extract(end_line, '$.metrics.${name}')`
    : `CAST(CAST(end_line AS JSONB) #>> '{metrics,${name}}' AS DOUBLE PRECISION)`
}

/** A key that counts up. */
function counted(kind: Kind): string {
  return kind === 'sqlite' ? 'INTEGER PRIMARY KEY AUTOINCREMENT' : 'BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY'
}

/** Rows in the order of their key: what is read together lies together. PostgreSQL has no such tables. */
function clustered(kind: Kind): string {
  return kind === 'sqlite' ? ' WITHOUT ROWID' : ''
}

/**
 * Brings a database to this version. Several servers may start at once: one of them does it.
 *
 * @throws Error when a newer kafka-testkit has been here.
 */
export async function migrate(database: Database): Promise<void> {
  await database.transaction(async (sql) => {
    if (database.kind === 'postgres') await sql.all('SELECT pg_advisory_xact_lock(7079461)')
    await sql.run('CREATE TABLE IF NOT EXISTS schema_version (version BIGINT NOT NULL)')
    const version = (await first<{ version: number }>(sql, 'SELECT version FROM schema_version'))?.version ?? 0
    if (version > migrations.length) {
      throw new Error(
        `the database is of version ${version}, this kafka-testkit knows ${migrations.length}: update kafka-testkit`,
      )
    }
    if (version < migrations.length) await apply(sql, database.kind, version)
  })
}

async function apply(sql: Sql, kind: Kind, version: number): Promise<void> {
  for (const migration of migrations.slice(version)) {
    for (const statement of migration(kind)) await sql.run(statement)
  }
  await sql.run('DELETE FROM schema_version')
  await sql.run('INSERT INTO schema_version (version) VALUES ($1)', [migrations.length])
}
