import type { Reporter, TestModule, Vitest } from 'vitest/node'
import { type Config, type ResolvedConfig, resolveConfig } from '../config/config.ts'
import type { Results, TestResult } from '../reporter/join.ts'
import { terminalProgress } from '../reporter/progress.ts'
import { type EndedRun, Run } from '../reporter/run.ts'
import { SpoolFiles } from '../reporter/spool-files.ts'
import { summarize } from '../reporter/summary.ts'
import { reportRun } from '../reporter/telemetry.ts'
import { errorsOf, testsOf, type UnhandledError, unhandledOf } from './results.ts'

/** Reporters that write for machines to the terminal, when no file is named to them. */
const machineReporters = ['json', 'junit', 'tap', 'tap-flat']

/**
 * Stores each run in the local history and prints a short summary. The plugin adds it; by hand it goes into `reporters`
 * of vitest.config.ts. It never fails a run: what it can't do it says in one line.
 */
export default class KafkaReporter implements Reporter {
  readonly #config: ResolvedConfig
  #vitest: Vitest | undefined
  #spool: SpoolFiles | undefined
  #run: Run | undefined
  /** The ids of the modules whose end was told. */
  readonly #ended = new Set<string>()
  /** When the workers began with the modules, by their ids. */
  readonly #began = new Map<string, number>()
  /** Why this run isn't stored. */
  #problem: unknown

  constructor(config: Config = {}) {
    this.#config = resolveConfig(config)
  }

  async onInit(vitest: Vitest): Promise<void> {
    this.#vitest = vitest
    await this.#guard(() => {
      // Merged blobs hold no evidence: each shard has stored its own.
      if (vitest.config.mergeReports) return
      this.#spool ??= new SpoolFiles()
    })
  }

  async onTestRunStart(): Promise<void> {
    this.#problem = undefined
    this.#ended.clear()
    this.#began.clear()
    await this.#guard(async () => {
      if (this.#vitest === undefined || this.#spool === undefined) return
      const { version, config } = this.#vitest
      const { shard } = config
      this.#run = await Run.begin(
        {
          root: config.root,
          config: this.#config,
          runner: { name: 'vitest', version },
          shard: shard === undefined ? null : { index: shard.index, count: shard.count },
        },
        this.#spool,
      )
    })
  }

  onTestModuleQueued({ id }: TestModule): void {
    this.#began.set(id, Date.now())
  }

  async onTestModuleEnd(module: TestModule): Promise<void> {
    this.#ended.add(module.id)
    await this.#guard(() => this.#run?.fileEnded({ tests: this.#testsOf(module), errors: errorsOf(module) }))
  }

  async onTestRunEnd(modules: readonly TestModule[], unhandled: readonly unknown[], reason: string): Promise<void> {
    let ended: EndedRun | undefined
    await this.#guard(async () => {
      const { dangerouslyIgnoreUnhandledErrors: ignored } = this.#vitest!.config
      const errors = ignored ? [] : unhandled.map((error) => unhandledOf(error as UnhandledError, modules))
      const failed = reason === 'failed' || errors.length > 0 || modules.some((module) => module.state() === 'failed')
      const results: Results = {
        tests: modules.flatMap((module) => this.#testsOf(module)),
        errors: [...modules.filter(({ id }) => !this.#ended.has(id)).flatMap(errorsOf), ...errors],
      }
      const progress = terminalProgress()
      ended = await this.#run?.end(results, failed, progress.show)
      this.#run = undefined
      progress.clear()
      if (ended === undefined) return
      if (this.#mayPrint()) this.#print(summarize(ended))
      if (ended.warning !== null) console.warn(`kafka-testkit: ${ended.warning}`)
      if (ended.fails) process.exitCode = 1
    })
    // In watch mode the next run would have to wait.
    if (!this.#vitest?.config.watch) await reportRun(ended, this.#problem)
  }

  #testsOf(module: TestModule): TestResult[] {
    return testsOf(module, this.#began.get(module.id) ?? this.#run?.line.startedAt ?? Date.now())
  }

  #mayPrint(): boolean {
    const { silent, outputFile, reporters } = this.#vitest!.config
    if (silent === true) return false
    const toTerminal = (name: unknown): boolean =>
      machineReporters.includes(String(name)) &&
      (outputFile === undefined || (typeof outputFile === 'object' && outputFile[String(name) as 'json'] === undefined))
    return !reporters.some((reporter) => toTerminal(Array.isArray(reporter) ? reporter[0] : reporter))
  }

  #print(text: string): void {
    if (text !== '') this.#vitest?.logger.log(text)
  }

  async #guard(work: () => void | Promise<void>): Promise<void> {
    try {
      await work()
    } catch (error) {
      this.#run = undefined
      this.#problem = error
      console.warn(`kafka-testkit: this run isn't stored: ${(error as Error).message}`)
      if (this.#config.history.required) process.exitCode = 1
    }
  }
}
