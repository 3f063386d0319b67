import type { Results } from './join.ts'
import { terminalProgress } from './progress.ts'
import { type EndedRun, Run, type RunOptions } from './run.ts'
import { SpoolFiles } from './spool-files.ts'
import { summarize } from './summary.ts'
import { reportRun } from './telemetry.ts'

/** What each runner does its own way. */
export interface RunnerSide {
  /** Prints the summary, where the user wants to see one. */
  print(text: string): void
  /** Ends the runner with exit code 1, though its tests passed. */
  fail(error: Error): void
}

/**
 * The frame of both runners' reporters: a run from its begin to the summary in the terminal. What it can't do it says in
 * one line; the run fails for it only where the config requires a history.
 */
export class RunReporter {
  readonly #side: RunnerSide
  #required: boolean
  #spool: SpoolFiles | undefined
  #run: Run | undefined
  /** Why this run isn't stored. */
  #problem: unknown

  constructor(side: RunnerSide, required = false) {
    this.#side = side
    this.#required = required
  }

  /** Before any worker starts: the spool is named to them by an environment variable. */
  open(spool: () => SpoolFiles = () => new SpoolFiles()): void {
    try {
      this.#spool ??= spool()
    } catch (error) {
      this.#failed(error)
    }
  }

  begin(options: () => RunOptions): Promise<void> {
    return this.#guard(async () => {
      if (this.#spool === undefined) return
      const resolved = options()
      this.#required = resolved.config.history.required
      this.#run = await Run.begin(resolved, this.#spool)
    })
  }

  /** When the run began; undefined where there is none. */
  get startedAt(): number | undefined {
    return this.#run?.line.startedAt
  }

  /** A test file has ended, while others run. */
  fileEnded(results: () => Results): Promise<void> {
    return this.#guard(() => this.#run?.fileEnded(results()))
  }

  /** In watch mode telemetry isn't told: the next run would have to wait. */
  async end(told: () => { results: Results; failed: boolean }, { watch }: { watch: boolean }): Promise<void> {
    let ended: EndedRun | undefined
    await this.#guard(async () => {
      const { results, failed } = told()
      const progress = terminalProgress()
      ended = await this.#run?.end(results, failed, progress.show)
      this.#run = undefined
      progress.clear()
      if (ended === undefined) return
      const text = summarize(ended)
      if (text !== '') this.#side.print(text)
      if (ended.warning !== null) console.warn(`kafka-testkit: ${ended.warning}`)
      if (ended.fails) this.#side.fail(new Error(ended.warning ?? 'the history of this run is not as required'))
    })
    if (!watch) await reportRun(ended, this.#problem)
    this.#problem = undefined
  }

  async #guard(work: () => void | Promise<void>): Promise<void> {
    try {
      await work()
    } catch (error) {
      this.#failed(error)
    }
  }

  #failed(error: unknown): void {
    this.#run = undefined
    this.#problem = error
    console.warn(`kafka-testkit: this run isn't stored: ${(error as Error).message}`)
    if (this.#required) this.#side.fail(error as Error)
  }
}
