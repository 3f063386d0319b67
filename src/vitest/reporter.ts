import type { Reporter, TestModule, Vitest } from 'vitest/node'
import { type Config, type ResolvedConfig, resolveConfig } from '../config/config.ts'
import type { Results, TestResult } from '../reporter/join.ts'
import { type RunnerSide, RunReporter } from '../reporter/run-reporter.ts'
import { errorsOf, testsOf, type UnhandledError, unhandledOf } from './results.ts'

/** Reporters that write for machines to the terminal, when no file is named to them. */
const machineReporters = ['json', 'junit', 'tap', 'tap-flat']

/**
 * Stores each run in the local history and prints a short summary. The plugin adds it; by hand it goes into `reporters`
 * of vitest.config.ts. It never fails a run: what it can't do it says in one line.
 */
export default class KafkaReporter implements Reporter {
  readonly #config: ResolvedConfig
  readonly #reporter: RunReporter
  #vitest: Vitest | undefined
  /** The ids of the modules whose end was told. */
  readonly #ended = new Set<string>()
  /** When the workers began with the modules, by their ids. */
  readonly #began = new Map<string, number>()

  constructor(config: Config = {}) {
    this.#config = resolveConfig(config)
    const side: RunnerSide = {
      print: (text) => {
        if (this.#mayPrint()) this.#vitest!.logger.log(text)
      },
      fail: () => {
        process.exitCode = 1
      },
    }
    this.#reporter = new RunReporter(side, this.#config.history.required)
  }

  onInit(vitest: Vitest): void {
    this.#vitest = vitest
    // Merged blobs hold no evidence: each shard has stored its own.
    if (!vitest.config.mergeReports) this.#reporter.open()
  }

  async onTestRunStart(): Promise<void> {
    this.#ended.clear()
    this.#began.clear()
    await this.#reporter.begin(() => {
      const { version, config } = this.#vitest!
      const { root, shard } = config
      return {
        root,
        config: this.#config,
        runner: { name: 'vitest', version },
        shard: shard === undefined ? null : { index: shard.index, count: shard.count },
      }
    })
  }

  onTestModuleQueued({ id }: TestModule): void {
    this.#began.set(id, Date.now())
  }

  async onTestModuleEnd(module: TestModule): Promise<void> {
    this.#ended.add(module.id)
    await this.#reporter.fileEnded(() => ({ tests: this.#testsOf(module), errors: errorsOf(module) }))
  }

  async onTestRunEnd(modules: readonly TestModule[], unhandled: readonly unknown[], reason: string): Promise<void> {
    const { dangerouslyIgnoreUnhandledErrors: ignored, watch } = this.#vitest!.config
    await this.#reporter.end(
      () => {
        const errors = ignored ? [] : unhandled.map((error) => unhandledOf(error as UnhandledError, modules))
        const failed = reason === 'failed' || errors.length > 0 || modules.some((module) => module.state() === 'failed')
        const results: Results = {
          tests: modules.flatMap((module) => this.#testsOf(module)),
          errors: [...modules.filter(({ id }) => !this.#ended.has(id)).flatMap(errorsOf), ...errors],
        }
        return { results, failed }
      },
      { watch },
    )
  }

  #testsOf(module: TestModule): TestResult[] {
    return testsOf(module, this.#began.get(module.id) ?? this.#reporter.startedAt ?? Date.now())
  }

  #mayPrint(): boolean {
    const { silent, outputFile, reporters } = this.#vitest!.config
    if (silent === true) return false
    const toTerminal = (name: unknown): boolean =>
      machineReporters.includes(String(name)) &&
      (outputFile === undefined || (typeof outputFile === 'object' && outputFile[String(name) as 'json'] === undefined))
    return !reporters.some((reporter) => toTerminal(Array.isArray(reporter) ? reporter[0] : reporter))
  }
}
