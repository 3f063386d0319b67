import type { Line } from '../execution/model.ts'
import { decode, digestOf, type Encoding, encode } from './body.ts'
import { parseLines, type Segment, segmentsOf } from './lines.ts'
import type { Bodies, Database, Sql } from './store/database.ts'

/** What is kept of a chunk. `digest` is that of the bytes as they came, whatever was removed since. */
export interface StoredChunk {
  seq: number
  digest: string
  body: string
  encoding: Encoding
  has_end: number
}

export async function chunksOf(sql: Pick<Sql, 'all'>, run: string): Promise<StoredChunk[]> {
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
  try {
    return await readLinesOfTest(database, bodies, run, execution)
  } catch {
    // A chunk was written anew between the look at the database and the reading: now both agree.
    return await readLinesOfTest(database, bodies, run, execution)
  }
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
  { seq, body, encoding }: StoredChunk,
  change: (line: Line) => Line | undefined,
): Promise<number> {
  const lines = parseLines(await decode(await bodies.read(run, body), encoding))
  const changed = lines.map(change)
  const touched = lines.filter((line, index) => changed[index] !== line).length
  if (touched === 0) return 0
  const kept = changed.filter((line) => line !== undefined)
  const raw = Buffer.from(kept.map((line) => `${JSON.stringify(line)}\n`).join(''))
  const bytes = await encode(raw)
  const name = bodyName(seq, digestOf(bytes))
  await bodies.write(run, name, bytes)
  await database.transaction(async (sql) => {
    await sql.run(
      `UPDATE chunks SET body = $3, encoding = 'zstd', bytes = $4, raw_bytes = $5 WHERE run = $1 AND seq = $2`,
      [run, seq, name, bytes.byteLength, raw.byteLength],
    )
    await sql.run('DELETE FROM segments WHERE run = $1 AND seq = $2', [run, seq])
    await addSegments(sql, run, seq, segmentsOf(raw))
  })
  await bodies.remove(run, body)
  return touched
}
