import type { Line } from '../run/model.ts'
import { decode, digestOf, type Encoding, encode } from './body.ts'
import { parseLines, type Segment, segmentsOf } from './lines.ts'
import type { Bodies, Database, Sql, SqlReader } from './store/database.ts'

/** What is kept of a chunk. `digest` is that of the bytes as they came, whatever was removed since. */
export interface StoredChunk {
  seq: number
  digest: string
  body: string
  encoding: Encoding
  has_end: number
}

export async function chunksOf(sql: SqlReader, run: string): Promise<StoredChunk[]> {
  return await sql.all<StoredChunk>(
    'SELECT seq, digest, body, encoding, has_end FROM chunks WHERE run = $1 ORDER BY seq',
    [run],
  )
}

/** A name for a body that no other content has: of two uploads at once neither overwrites the other's. */
export function bodyName(seq: number, digest: string): string {
  return `${seq}-${Buffer.from(digest.slice('sha-256=:'.length), 'base64').toString('hex').slice(0, 32)}`
}

/** The lines of one test of a run, as they were written. */
export async function linesOfTest(database: Database, bodies: Bodies, run: string, execution: string): Promise<Line[]> {
  return await twice(() => readLinesOfTest(database, bodies, run, execution))
}

/** A chunk may be written anew between the look at the database and the reading: the second time both agree. */
async function twice<Result>(read: () => Promise<Result>): Promise<Result> {
  return await read().catch(read)
}

async function readLinesOfTest(database: Database, bodies: Bodies, run: string, execution: string): Promise<Line[]> {
  const segments = await database.all<{ seq: number; start: number; length: number; body: string; encoding: Encoding }>(
    `SELECT s.seq, s.start, s.length, c.body, c.encoding FROM segments s
     JOIN chunks c ON c.run = s.run AND c.seq = s.seq
     WHERE s.run = $1 AND s.execution = $2 ORDER BY s.seq, s.start`,
    [run, execution],
  )
  const lines: Line[] = []
  let raw: { seq: number; bytes: Buffer } | undefined
  for (const { seq, start, length, body, encoding } of segments) {
    if (raw?.seq !== seq) raw = { seq, bytes: await decode(await bodies.read(run, body), encoding) }
    lines.push(...parseLines(raw.bytes.subarray(start, start + length)))
  }
  return lines
}

/** The lines of a run that are of these types, of all tests. */
export async function linesOfRun(
  database: Database,
  bodies: Bodies,
  run: string,
  types: readonly Line['type'][],
): Promise<Line[]> {
  return await twice(async () => {
    const lines: Line[] = []
    for (const { body, encoding } of await chunksOf(database, run)) {
      const raw = await decode(await bodies.read(run, body), encoding)
      lines.push(...parseLines(raw, (text) => types.some((type) => text.includes(`"${type}"`))))
    }
    return lines.filter(({ type }) => types.includes(type))
  })
}

/** Stores the segments of a chunk. */
export async function addSegments(sql: Sql, run: string, seq: number, segments: readonly Segment[]): Promise<void> {
  const columns = ['run', 'execution', 'seq', 'start', 'length']
  const rows = segments.map(({ test, start, length }) => [run, test, seq, start, length])
  await sql.insert('segments', columns, rows)
}

/**
 * Writes a chunk anew, with each line as `change` gives it back, without those that it doesn't.
 *
 * @returns how many lines are gone or changed.
 */
export async function rewriteChunk(
  database: Database,
  bodies: Bodies,
  run: string,
  seq: number,
  change: (line: Line) => Line | undefined,
): Promise<number> {
  for (;;) {
    const chunk = (await chunksOf(database, run)).find((one) => one.seq === seq)
    if (chunk === undefined) return 0
    const lines = parseLines(await decode(await bodies.read(run, chunk.body), chunk.encoding))
    const changed = lines.map(change)
    const touched = lines.filter((line, index) => changed[index] !== line).length
    if (touched === 0) return 0
    const raw = ndjsonOf(changed.filter((line) => line !== undefined))
    if (await replaceBody(database, bodies, run, chunk, raw)) return touched
    // Somebody else wrote it anew meanwhile: what they took away has to stay away.
  }
}

/** Whether the chunk had still the body that is to be replaced. */
async function replaceBody(
  database: Database,
  bodies: Bodies,
  run: string,
  { seq, body }: StoredChunk,
  raw: Buffer,
): Promise<boolean> {
  const bytes = await encode(raw)
  const name = bodyName(seq, digestOf(bytes))
  await bodies.write(run, name, bytes)
  const replaced = await database.transaction(async (sql) => {
    const updated = await sql.run(
      `UPDATE chunks SET body = $4, encoding = 'zstd', bytes = $5, raw_bytes = $6
       WHERE run = $1 AND seq = $2 AND body = $3`,
      [run, seq, body, name, bytes.byteLength, raw.byteLength],
    )
    if (updated === 0) return false
    await sql.run('DELETE FROM segments WHERE run = $1 AND seq = $2', [run, seq])
    await addSegments(sql, run, seq, segmentsOf(raw))
    return true
  })
  await removeUnused(database, bodies, run, replaced ? body : name)
  return replaced
}

/** Removes a body unless a chunk has it: two may have written the same. */
export async function removeUnused(database: Database, bodies: Bodies, run: string, body: string): Promise<void> {
  const used = await database.all('SELECT 1 FROM chunks WHERE run = $1 AND body = $2', [run, body])
  if (used.length === 0) await bodies.remove(run, body)
}

function ndjsonOf(lines: readonly Line[]): Buffer {
  return Buffer.from(lines.map((line) => `${JSON.stringify(line)}\n`).join(''))
}
