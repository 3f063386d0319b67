/** A value that both databases take as a parameter and give back. */
export type Value = string | number | null | Uint8Array

/** SQL that SQLite and PostgreSQL both understand; parameters are `$1`, `$2`, … */
export interface SqlReader {
  /** What makes a query hold the rows that it finds until the transaction ends. SQLite has one writer anyway. */
  readonly lock: '' | 'FOR UPDATE'
  all<Row extends object>(sql: string, parameters?: readonly Value[]): Promise<Row[]>
}

export interface Sql extends SqlReader {
  /** Gives the number of rows that changed. */
  run(sql: string, parameters?: readonly Value[]): Promise<number>
  /** Inserts many rows; `tail` is what follows their values (`ON CONFLICT …`). Gives the number of rows that changed. */
  insert(table: string, columns: readonly string[], rows: readonly (readonly Value[])[], tail?: string): Promise<number>
}

/** Where summaries live. Everything that writes is a transaction: whole or not at all, also across a kill. */
export interface Database extends SqlReader {
  readonly kind: 'sqlite' | 'postgres'
  transaction<Result>(work: (sql: Sql) => Promise<Result>): Promise<Result>
  /** Sees to it that what was deleted is not in a log either, as far as the database lets one. */
  forget(): Promise<void>
  /** A whole copy while it is in use, in a folder. */
  backup(folder: string): Promise<void>
  close(): Promise<void>
}

/** Where the raw chunks of runs live, under a name that is never written twice with other bytes. */
export interface Bodies {
  write(run: string, name: string, bytes: Uint8Array): Promise<void>
  /** @throws Error when it is not there. */
  read(run: string, name: string): Promise<Buffer>
  remove(run: string, name: string): Promise<void>
  /** Every body of a run; gives how many there were. */
  removeRun(run: string): Promise<number>
  /** A copy of all in a folder, where the database's own backup does not have them. */
  backup(folder: string): Promise<void>
  /** Bodies that may be of no chunk, written before a time (milliseconds since the epoch). */
  orphans(before: number): AsyncIterable<{ run: string; name: string }>
}

/** The one row of a query that finds one at most. */
export async function first<Row extends object>(
  sql: SqlReader,
  query: string,
  parameters?: readonly Value[],
): Promise<Row | undefined> {
  return (await sql.all<Row>(query, parameters))[0]
}

/** Text without the one character that PostgreSQL's has not, and at which Node 22 cuts SQLite's off. */
export function withoutNul(value: Value): Value {
  return typeof value === 'string' && value.includes('\0') ? value.replaceAll('\0', '\uFFFD') : value
}
