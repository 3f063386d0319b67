import { createRequire } from 'node:module'
import { join } from 'node:path'
import type {
  AggregatedResult,
  TestResult as FileResult,
  Config as JestConfig,
  Reporter,
  Test,
  TestCaseResult,
} from '@jest/reporters'
import { type Config, resolveConfig } from '../config/config.ts'
import { terminalProgress } from '../reporter/progress.ts'
import { type EndedRun, Run } from '../reporter/run.ts'
import { SpoolFiles } from '../reporter/spool-files.ts'
import { summarize } from '../reporter/summary.ts'
import { reportRun } from '../reporter/telemetry.ts'
import { errorsOf, outsideErrors, testsOf } from './results.ts'
import { ToldTests } from './told-tests.ts'

/** In watch mode Jest makes a new reporter for each run. */
let spool: SpoolFiles | undefined

/**
 * Stores each run in the local history and prints a short summary. The preset adds it; by hand it goes into `reporters`
 * of jest.config. It never fails a run: what it can't do it says in one line.
 */
export default class KafkaReporter implements Reporter {
  readonly #global: JestConfig.GlobalConfig
  /** Of the files that run: what was told of their tests, for those whose worker goes down. */
  readonly #told: ToldTests = new ToldTests()
  /** Begun with the first test file, which knows the config. */
  #run: Promise<Run | undefined> | undefined
  /** Whether the run fails when it can't be stored. */
  #required = false
  /** Why this run isn't stored. */
  #problem: unknown
  #error: Error | undefined

  constructor(globalConfig: JestConfig.GlobalConfig) {
    this.#global = globalConfig
    try {
      // Here, before any worker starts: it is named to them by an environment variable.
      spool ??= new SpoolFiles()
    } catch (error) {
      this.#failed(error)
    }
  }

  async onTestFileStart(test: Test): Promise<void> {
    this.#told.begin(test)
    this.#run ??= this.#begin(test)
    await this.#run
  }

  onTestCaseResult(test: Test, result: TestCaseResult): void {
    this.#told.add(test, result)
  }

  async onTestFileResult(test: Test, result: FileResult): Promise<void> {
    const told = this.#told.end(test)
    const run = await this.#run
    const { rootDir } = this.#global
    run?.fileEnded({ tests: testsOf(test, result, told, rootDir), errors: errorsOf(test, result, rootDir) })
  }

  async onRunComplete(
    _: unknown,
    { numFailedTests, numRuntimeErrorTestSuites, wasInterrupted, runExecError }: AggregatedResult,
  ): Promise<void> {
    const run = await this.#run
    this.#run = Promise.resolve(undefined)
    let ended: EndedRun | undefined
    try {
      const failed = numFailedTests > 0 || numRuntimeErrorTestSuites > 0 || wasInterrupted
      const progress = terminalProgress()
      const errors = outsideErrors(runExecError).map((error) => ({ project: '', file: null, suite: null, ...error }))
      ended = await run?.end({ tests: [], errors }, failed || errors.length > 0, progress.show)
      progress.clear()
      const text = ended === undefined || this.#global.silent ? '' : summarize(ended)
      // Jest's own reporters print there too: what a machine is to read goes to stdout.
      if (text !== '') process.stderr.write(`${text}\n`)
      if (ended?.warning) console.warn(`kafka-testkit: ${ended.warning}`)
      if (ended?.fails) this.#error = new Error(ended.warning ?? 'the history of this run is not as required')
    } catch (error) {
      this.#failed(error)
    }
    // In watch mode the next run would have to wait.
    if (!this.#global.watch && !this.#global.watchAll) await reportRun(ended, this.#problem)
  }

  /** What fails the run, though its tests did not. */
  getLastError(): Error | undefined {
    return this.#error
  }

  #failed(error: unknown): void {
    this.#problem = error
    console.warn(`kafka-testkit: this run isn't stored: ${(error as Error).message}`)
    if (this.#required) this.#error = error as Error
  }

  async #begin(test: Test): Promise<Run | undefined> {
    if (spool === undefined) return undefined
    const { rootDir, shard } = this.#global
    const { kafka } = test.context.config.testEnvironmentOptions as { kafka?: Config }
    try {
      const config = resolveConfig(kafka)
      this.#required = config.history.required
      const options = {
        root: rootDir,
        config,
        runner: { name: 'jest' as const, version: versionOfJest(rootDir) },
        shard: shard === undefined ? null : { index: shard.shardIndex, count: shard.shardCount },
      }
      return await Run.begin(options, spool)
    } catch (error) {
      this.#failed(error)
      return undefined
    }
  }
}

function versionOfJest(root: string): string {
  for (const from of [join(root, 'package.json'), process.argv[1] ?? root]) {
    try {
      return (createRequire(from)('jest/package.json') as { version: string }).version
    } catch {
      // Not from there.
    }
  }
  return 'unknown'
}
