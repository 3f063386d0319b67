import { audit } from './audit.ts'
import { removeUnused } from './chunks.ts'
import type { Log } from './log.ts'
import { listProjects, type Project } from './projects.ts'
import { type Removal, removeUnusedTests } from './removal.ts'
import { removeExpiredSessions } from './sessions.ts'
import type { Bodies, Database, Value } from './store/database.ts'

/** What time does to what is stored. */
export interface HousekeepingOptions {
  /** A run of which nothing was heard for so long is lost (milliseconds). */
  lostAfter: number
  /** How often it is done (milliseconds). */
  every: number
}

const DAY_MS = 24 * 60 * 60 * 1000
/** A body that no chunk names belongs to an upload that is under way, or to one that was killed. */
const ORPHAN_MS = 60 * 60 * 1000

// A lost run goes whole with its data: it counts nowhere, and could not be completed without it.
const LOST = "state = 'lost'"
const COUNTED = "state = 'complete'"
const WITH_DATA = `${COUNTED} AND data_removed_at IS NULL`

/** Marks runs as lost, and takes away what is past the time that its project keeps it. */
export class Housekeeping {
  readonly #database: Database
  readonly #bodies: Bodies
  readonly #removal: Removal
  readonly #log: Log
  readonly #lostAfter: number
  readonly #timer: NodeJS.Timeout
  #sweeping: Promise<void> = Promise.resolve()
  #isStopped = false
  #orphansAt = 0

  /** Begins with a first sweep. */
  constructor(
    { database, bodies, removal, log }: { database: Database; bodies: Bodies; removal: Removal; log: Log },
    { lostAfter, every }: HousekeepingOptions,
  ) {
    this.#database = database
    this.#bodies = bodies
    this.#removal = removal
    this.#log = log
    this.#lostAfter = lostAfter
    this.#timer = setInterval(() => this.#begin(), every)
    this.#timer.unref()
    this.#begin()
  }

  async stop(): Promise<void> {
    this.#isStopped = true
    clearInterval(this.#timer)
    await this.#sweeping
  }

  #begin(): void {
    this.#sweeping = this.#sweeping
      .then(() => this.#sweep())
      .catch((error: Error) => this.#log('error', 'housekeeping failed', { error: error.message }))
  }

  async #sweep(): Promise<void> {
    const now = Date.now()
    await this.#markLost(now)
    await removeExpiredSessions(this.#database, now)
    for (const project of await listProjects(this.#database)) {
      if (this.#isStopped) return
      await this.#expire(project, now)
    }
    if (now - this.#orphansAt > ORPHAN_MS) await this.#removeOrphans(now)
    // Also what a removal could not, while a backup was reading.
    await this.#database.forget()
  }

  async #markLost(now: number): Promise<void> {
    const query = `UPDATE runs SET state = 'lost' WHERE state = 'running' AND updated_at <= $1`
    const lost = await this.#database.transaction((sql) => sql.run(query, [now - this.#lostAfter]))
    if (lost > 0) this.#log('info', 'runs lost', { runs: lost })
  }

  async #expire({ name, settings: { keep } }: Project, now: number): Promise<void> {
    const lost = await this.#each(name, keep.data ?? keep.results, now, LOST, (run) => this.#removal.expiredRun(run))
    const results = lost + (await this.#each(name, keep.results, now, COUNTED, (run) => this.#removal.expiredRun(run)))
    const data = await this.#each(name, keep.data, now, WITH_DATA, (run) => this.#removal.expiredData(run))
    const figures = keep.figures === null ? 0 : await this.#expireFigures(name, now - keep.figures * DAY_MS)
    if (results + data + figures === 0) return
    await this.#database.transaction(async (sql) => {
      await removeUnusedTests(sql, name)
      if (results > 0) await audit(sql, 'retention', 'results expired', { project: name, runs: results })
      if (data > 0) await audit(sql, 'retention', 'data expired', { project: name, runs: data })
      if (figures > 0) await audit(sql, 'retention', 'figures expired', { project: name, rows: figures })
    })
    this.#log('info', 'expired', { project: name, results, data, figures })
  }

  /** Does something to each run of a project that began more than `days` ago. */
  async #each(
    project: string,
    days: number | null,
    now: number,
    condition: string,
    work: (run: string) => Promise<void>,
  ): Promise<number> {
    if (days === null) return 0
    const runs = await this.#database.all<{ id: string }>(
      `SELECT id FROM runs WHERE project = $1 AND started_at < $2 AND ${condition}`,
      [project, now - days * DAY_MS],
    )
    let done = 0
    for (const { id } of runs) {
      if (this.#isStopped) break
      await work(id)
      done += 1
    }
    return done
  }

  async #expireFigures(project: string, before: number): Promise<number> {
    const parameters: Value[] = [project, Math.floor(before / DAY_MS)]
    return await this.#database.transaction(async (sql) => {
      let rows = 0
      for (const table of ['daily', 'daily_tests', 'daily_tasks']) {
        rows += await sql.run(`DELETE FROM ${table} WHERE project = $1 AND day < $2`, parameters)
      }
      return rows
    })
  }

  /** Once an hour: it looks at every file. */
  async #removeOrphans(now: number): Promise<void> {
    this.#orphansAt = now
    for await (const { run, name } of this.#bodies.orphans(now - ORPHAN_MS)) {
      if (this.#isStopped) return
      await removeUnused(this.#database, this.#bodies, run, name)
    }
  }
}
