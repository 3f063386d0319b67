import type { Store as Runs } from '../../history/store.ts'
import type { Arrivals } from '../arrivals.ts'
import type { Removal } from '../removal.ts'
import type { Uploads } from '../uploads.ts'
import { FollowedRun } from './followed-run.ts'

/** What of the local store can't be shown, and why. */
export interface StoreProblem {
  /** Its id, which is the name of its folder. */
  run: string
  problem: string
}

interface Parts {
  runs: Runs
  uploads: Uploads
  removal: Removal
  arrivals: Arrivals
}

/** How often the store is looked at (milliseconds): file systems that tell of changes are not all. */
const LOOK_MS = 500
/** How many problems of one run are told. */
const TOLD = 5

/** Keeps what is served as the local store is: runs that are new, that go on, and that are gone. */
export class Follower {
  readonly #parts: Parts
  readonly #followed = new Map<string, FollowedRun>()
  #timer: NodeJS.Timeout | undefined
  #looking: Promise<void> = Promise.resolve()
  #isStopped = false

  constructor(parts: Parts) {
    this.#parts = parts
  }

  start(): void {
    this.#looking = this.#look().finally(() => {
      if (!this.#isStopped) this.#timer = setTimeout(() => this.start(), LOOK_MS)
    })
  }

  async stop(): Promise<void> {
    this.#isStopped = true
    clearTimeout(this.#timer)
    await this.#looking
  }

  /** The newest run first. */
  problems(): StoreProblem[] {
    const runs = [...this.#followed.values()].sort((a, b) => (a.id < b.id ? 1 : -1))
    return runs.flatMap(({ id: run, problems }) => {
      const told = problems.slice(0, TOLD).map((problem) => ({ run, problem }))
      return problems.length > TOLD ? [...told, { run, problem: `${problems.length - TOLD} more` }] : told
    })
  }

  /** The newest first: it is the one that somebody wants to see. */
  async #look(): Promise<void> {
    const { runs, uploads, removal, arrivals } = this.#parts
    const ids = runs.ids()
    for (const id of ids) {
      if (this.#isStopped) return
      const run = this.#followed.get(id) ?? new FollowedRun(id, runs, uploads)
      this.#followed.set(id, run)
      if (run.isDone) continue
      if (await run.look()) arrivals.tell(id, ...(run.project === undefined ? [] : [run.project]))
    }
    const there = new Set(ids)
    for (const [id, { project }] of this.#followed) {
      if (there.has(id)) continue
      this.#followed.delete(id)
      if (project === undefined) continue
      await removal.run(id, 'local store')
      arrivals.tell(id, project)
    }
  }
}
