import { createHash } from 'node:crypto'
import { clustersOf } from '../run/clusters.ts'
import type { ClusterLine, RunLine, TaskLine } from '../run/model.ts'
import { audit } from './audit.ts'
import { checkDigest, decode, type Encoding } from './body.ts'
import { addSegments, bodyName, chunksOf, removeUnused, type StoredChunk } from './chunks.ts'
import { bucketOf } from './durations.ts'
import { addRunToFigures } from './figures.ts'
import { type ReadChunk, readChunk } from './lines.ts'
import { Problem } from './problem.ts'
import { ensureProject, findProject } from './projects.ts'
import { redactionFloor } from './redaction-floor.ts'
import type { Bodies, Database, Sql, SqlReader } from './store/database.ts'
import { first } from './store/database.ts'
import { testId } from './tests.ts'

/** The stored run, as far as an upload needs it. */
interface UploadRow {
  id: string
  project: string
  run_line: string
  state: 'running' | 'lost' | 'complete'
  chunks: number | null
  digest: string | null
}

/** What is said of something that was taken in: who uploads takes no other answer for one. */
export interface Taken {
  /** Whether it was not there before. */
  isNew: boolean
  state: 'running' | 'complete'
  /** Of what was sent: the chunk, or the whole run; null of a run that is not complete. */
  digest: string | null
}

export interface ChunkUpload {
  run: string
  seq: number
  bytes: Uint8Array
  encoding: Encoding
  contentDigest: string | undefined
}

const DAY_MS = 24 * 60 * 60 * 1000

/** Takes runs in, chunk by chunk: what was acknowledged is on the disk, and the same again changes nothing. */
export class Uploads {
  readonly #database: Database
  readonly #bodies: Bodies

  constructor(database: Database, bodies: Bodies) {
    this.#database = database
    this.#bodies = bodies
  }

  /** @throws Problem 404 when the run is unknown, 410 when it was deleted. */
  async projectOf(run: string): Promise<string> {
    return (await this.#find(this.#database, run)).project
  }

  /**
   * Begins a run.
   *
   * @throws Problem 409 when there is one of this id that is another, 410 when it was deleted.
   */
  async begin(project: string, run: RunLine, actor: string): Promise<Taken> {
    const line = JSON.stringify(run)
    const { branch, environment, startedAt } = run
    // Days are counted by it, and retention too.
    if (startedAt < 0 || startedAt > Date.now() + DAY_MS) {
      throw new Problem(422, 'not the model', `startedAt is ${startedAt}: milliseconds since the epoch are wanted`)
    }
    return await this.#database.transaction(async (sql) => {
      await refuseDeleted(sql, run.id)
      await ensureProject(sql, actor, project)
      const made = await sql.run(
        `INSERT INTO runs (id, project, run_line, state, branch, environment, started_at, day, updated_at)
         VALUES ($1, $2, $3, 'running', $4, $5, $6, $7, $8) ON CONFLICT (id) DO NOTHING`,
        [run.id, project, line, branch, environment, startedAt, Math.floor(startedAt / DAY_MS), Date.now()],
      )
      if (made > 0) return { isNew: true, state: 'running', digest: null }
      const known = await this.#find(sql, run.id)
      if (known.project === project && known.run_line === line) {
        return { isNew: false, state: stateOf(known), digest: known.digest }
      }
      throw new Problem(409, 'another run', `run ${run.id} is there already, with another run line or project`)
    })
  }

  /**
   * Stores one chunk.
   *
   * @throws Problem as the wire has it: 400, 409, 413, 422.
   */
  async put({ run, seq, bytes, encoding, contentDigest }: ChunkUpload, actor: string): Promise<Taken> {
    const digest = checkDigest(bytes, contentDigest)
    const known = await this.#find(this.#database, run)
    if (await this.#isStored(this.#database, known, seq, digest)) {
      return { isNew: false, state: stateOf(known), digest }
    }
    const raw = await decode(bytes, encoding)
    const chunk = await this.#read(known, raw, actor)
    const body = bodyName(seq, digest)
    try {
      await this.#bodies.write(run, body, bytes)
    } catch (error) {
      // Its folder goes with a run that is being deleted: that is the answer then.
      await this.#find(this.#database, run)
      throw error
    }
    const sizes = [bytes.byteLength, raw.byteLength]
    try {
      return await this.#database.transaction(async (sql) => {
        const current = await this.#find(sql, run, { lock: true })
        if (await this.#isStored(sql, current, seq, digest)) return { isNew: false, state: stateOf(current), digest }
        await sql.run(
          `INSERT INTO chunks (run, seq, digest, body, encoding, bytes, raw_bytes, has_end)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
          [run, seq, digest, body, encoding, ...sizes, chunk.end === null ? 0 : 1],
        )
        await this.#index(sql, current, seq, chunk)
        return { isNew: true, state: 'running', digest }
      })
    } catch (error) {
      // The same upload beside this one ends the same way, so it does not miss the body. After any other failure it
      // might: then housekeeping removes what nobody needs.
      if (error instanceof Problem) await removeUnused(this.#database, this.#bodies, run, body)
      throw error
    }
  }

  async chunks(run: string): Promise<{ complete: boolean; chunks: { seq: number; digest: string }[] }> {
    const { state } = await this.#find(this.#database, run)
    const chunks = await chunksOf(this.#database, run)
    return { complete: state === 'complete', chunks: chunks.map(({ seq, digest }) => ({ seq, digest })) }
  }

  /**
   * Ends a run: from now on it counts.
   *
   * @throws Problem 409 when chunks are missing or it was completed otherwise, 422 when the digest differs.
   */
  async complete(run: string, count: number, digest: string): Promise<Taken> {
    const known = await this.#find(this.#database, run)
    if (isCompleted(known, count, digest)) return { isNew: false, state: 'complete', digest }
    const chunks = await chunksOf(this.#database, run)
    checkWhole(chunks, count)
    const actual = await this.#digestOf(run, chunks)
    if (actual !== digest) {
      throw new Problem(422, 'digest differs', `the digest sent is ${digest}, what arrived has ${actual}`)
    }
    return await this.#database.transaction(async (sql) => {
      if (isCompleted(await this.#find(sql, run, { lock: true }), count, digest)) {
        return { isNew: false, state: 'complete', digest }
      }
      checkWhole(await chunksOf(sql, run), count)
      const now = Date.now()
      await sql.run(
        `UPDATE runs SET state = 'complete', chunks = $2, digest = $3, updated_at = $4, completed_at = $4 WHERE id = $1`,
        [run, count, digest, now],
      )
      await addRunToFigures(sql, run)
      return { isNew: true, state: 'complete', digest }
    })
  }

  /** Says of a run that nothing more will come of it. */
  async lose(run: string): Promise<void> {
    const query = "UPDATE runs SET state = 'lost' WHERE id = $1 AND state = 'running'"
    await this.#database.transaction((sql) => sql.run(query, [run]))
  }

  async #find(sql: SqlReader, run: string, { lock = false } = {}): Promise<UploadRow> {
    const row = await first<UploadRow>(
      sql,
      `SELECT id, project, run_line, state, chunks, digest FROM runs WHERE id = $1 ${lock ? sql.lock : ''}`,
      [run],
    )
    if (row !== undefined) return row
    await refuseDeleted(sql, run)
    throw new Problem(404, 'no such run', `there is no run ${run}`)
  }

  async #isStored(sql: SqlReader, { id, state }: UploadRow, seq: number, digest: string): Promise<boolean> {
    const stored = await first<{ digest: string }>(sql, 'SELECT digest FROM chunks WHERE run = $1 AND seq = $2', [
      id,
      seq,
    ])
    if (stored?.digest === digest) return true
    if (stored !== undefined) {
      throw new Problem(409, 'another chunk', `chunk ${seq} of the run is there already, with digest ${stored.digest}`)
    }
    if (state === 'complete')
      throw new Problem(409, 'run is complete', `run ${id} is complete: it takes no more chunks`)
    return false
  }

  /** Reads a chunk against the model and against what the project demands. */
  async #read({ id, project }: UploadRow, raw: Buffer, actor: string): Promise<ReadChunk> {
    const found = await findProject(this.#database, project)
    if (found === undefined) throw wasDeleted(id)
    try {
      return readChunk(raw, redactionFloor(found.settings))
    } catch (error) {
      if (error instanceof Problem && error.title === 'redaction required') {
        await this.#database.transaction((sql) =>
          audit(sql, actor, 'upload refused', { project, subject: id, reason: error.title }),
        )
      }
      throw error
    }
  }

  async #index(sql: Sql, { id: run, project }: UploadRow, seq: number, chunk: ReadChunk): Promise<void> {
    const { tests, tasks, end, segments } = chunk
    const ids = tests.map(({ key }) => testId(project, key))
    const named = tests.map(({ key, file, name }, index) => [ids[index]!, project, key, file, name] as const)
    // In one order, so that of two runs neither waits for the other's rows while it holds some that are waited for.
    named.sort(([a], [b]) => (a < b ? -1 : 1))
    await sql.insert('tests', ['id', 'project', 'key', 'file', 'name'], named, 'ON CONFLICT (id) DO NOTHING')
    const inserted = await sql.insert(
      'executions',
      ['run', 'id', 'test', 'status', 'flaky', 'started_at', 'duration', 'attempts'],
      tests.map(({ id, status, flaky, startedAt, duration, attempts }, index) => {
        return [run, id, ids[index]!, status, flaky ? 1 : 0, startedAt, duration, attempts.length]
      }),
      'ON CONFLICT (run, id) DO NOTHING',
    )
    if (inserted < tests.length) {
      throw new Problem(422, 'not the model', 'a test of this chunk has the id of another test of the run')
    }
    await addSegments(sql, run, seq, segments)
    await addTasks(sql, run, tasks)
    if (chunk.clusters.length > 0) await addClusters(sql, run, chunk.clusters)
    await sql.run(
      `UPDATE runs SET state = 'running', updated_at = $2, end_line = COALESCE($3, end_line),
       status = COALESCE($4, status), duration = COALESCE($5, duration),
       records_produced = COALESCE($6, records_produced), records_received = COALESCE($7, records_received)
       WHERE id = $1`,
      [
        run,
        Date.now(),
        end === null ? null : JSON.stringify(end),
        end?.status ?? null,
        end?.duration ?? null,
        end?.metrics.recordsProduced ?? null,
        end?.metrics.recordsReceived ?? null,
      ],
    )
  }

  async #digestOf(run: string, chunks: readonly StoredChunk[]): Promise<string> {
    const hash = createHash('sha256')
    for (const { body, encoding } of chunks) hash.update(await decode(await this.#bodies.read(run, body), encoding))
    return `sha-256=:${hash.digest('base64')}:`
  }
}

async function refuseDeleted(sql: SqlReader, run: string): Promise<void> {
  const deleted = await sql.all('SELECT 1 FROM deleted_runs WHERE id = $1', [run])
  if (deleted.length > 0) throw wasDeleted(run)
}

function wasDeleted(run: string): Problem {
  return new Problem(410, 'run was deleted', `run ${run} was deleted: it can't be uploaded again`)
}

async function addTasks(sql: Sql, run: string, tasks: readonly TaskLine[]): Promise<void> {
  const sums = new Map<string, [string, string, string, number, number, number, number, number]>()
  const times = new Map<string, [string, string, string, number, number]>()
  for (const { kind, topic, status, records, bytes, duration } of tasks) {
    const key = `${kind} ${topic}`
    const sum = sums.get(key) ?? [run, kind, topic, 0, 0, 0, 0, 0]
    sum[3] += 1
    sum[4] += status === 'failed' ? 1 : 0
    sum[5] += records
    sum[6] += bytes
    sum[7] += duration
    sums.set(key, sum)
    const bucket = bucketOf(duration)
    const time = times.get(`${key} ${bucket}`) ?? [run, kind, topic, bucket, 0]
    time[4] += 1
    times.set(`${key} ${bucket}`, time)
  }
  const columns = ['run', 'kind', 'topic', 'count', 'failed', 'records', 'bytes', 'duration']
  const added = columns.slice(3).map((column) => `${column} = run_tasks.${column} + excluded.${column}`)
  await sql.insert('run_tasks', columns, [...sums.values()], `ON CONFLICT (run, kind, topic) DO UPDATE SET ${added}`)
  await sql.insert(
    'run_task_times',
    ['run', 'kind', 'topic', 'bucket', 'count'],
    [...times.values()],
    'ON CONFLICT (run, kind, topic, bucket) DO UPDATE SET count = run_task_times.count + excluded.count',
  )
}

async function addClusters(sql: Sql, run: string, lines: readonly ClusterLine[]): Promise<void> {
  const known = await first<{ clusters: string | null }>(sql, 'SELECT clusters FROM runs WHERE id = $1', [run])
  const before = JSON.parse(known?.clusters ?? '[]') as ClusterLine[]
  const clusters = JSON.stringify(clustersOf([...before, ...lines]))
  await sql.run('UPDATE runs SET clusters = $2 WHERE id = $1', [run, clusters])
}

/** A run that was lost runs on with what arrives of it now. */
function stateOf({ state }: UploadRow): Taken['state'] {
  return state === 'complete' ? 'complete' : 'running'
}

/** @throws Problem 409 when it was completed with something else. */
function isCompleted({ id, state, chunks, digest }: UploadRow, count: number, given: string): boolean {
  if (state !== 'complete') return false
  if (chunks === count && digest === given) return true
  throw new Problem(409, 'run is complete', `run ${id} was completed with ${chunks} chunks and digest ${digest}`)
}

function checkWhole(chunks: readonly StoredChunk[], count: number): void {
  const there = new Set(chunks.map(({ seq }) => seq))
  const missing = Array.from({ length: count }, (_, seq) => seq).filter((seq) => !there.has(seq))
  if (missing.length > 0) {
    throw new Problem(409, 'chunks missing', `${missing.length} of ${count} chunks are not here`, {
      members: { missing },
    })
  }
  if (chunks.length > count) {
    throw new Problem(409, 'chunks left over', `${chunks.length} chunks are here, the run was to have ${count}`)
  }
  const ends = chunks.filter(({ has_end }) => has_end === 1)
  if (ends.length !== 1 || ends[0] !== chunks.at(-1)) {
    throw new Problem(422, 'not the model', 'the end line is to be the last of the last chunk, and nowhere else')
  }
}
