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
import type { RunOptions } from '../reporter/run.ts'
import { RunReporter } from '../reporter/run-reporter.ts'
import { SpoolFiles } from '../reporter/spool-files.ts'
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
  readonly #reporter: RunReporter
  /** With the first test file, which knows the config. */
  #begun: Promise<void> | undefined
  #error: Error | undefined

  constructor(globalConfig: JestConfig.GlobalConfig) {
    this.#global = globalConfig
    this.#reporter = new RunReporter({
      // Jest's own reporters print there too: what a machine is to read goes to stdout.
      print: (text) => {
        if (!globalConfig.silent) process.stderr.write(`${text}\n`)
      },
      fail: (error) => {
        this.#error = error
      },
    })
    this.#reporter.open(() => {
      spool ??= new SpoolFiles()
      return spool
    })
  }

  async onTestFileStart(test: Test): Promise<void> {
    this.#told.begin(test)
    this.#begun ??= this.#reporter.begin(() => this.#optionsOf(test))
    await this.#begun
  }

  onTestCaseResult(test: Test, result: TestCaseResult): void {
    this.#told.add(test, result)
  }

  async onTestFileResult(test: Test, result: FileResult): Promise<void> {
    const told = this.#told.end(test)
    await this.#begun
    const { rootDir } = this.#global
    await this.#reporter.fileEnded(() => ({
      tests: testsOf(test, result, told, rootDir),
      errors: errorsOf(test, result, rootDir),
    }))
  }

  async onRunComplete(
    _: unknown,
    { numFailedTests, numRuntimeErrorTestSuites, wasInterrupted, runExecError }: AggregatedResult,
  ): Promise<void> {
    await this.#begun
    const { watch, watchAll } = this.#global
    await this.#reporter.end(
      () => {
        const errors = outsideErrors(runExecError).map((error) => ({ project: '', file: null, suite: null, ...error }))
        const failed = numFailedTests > 0 || numRuntimeErrorTestSuites > 0 || wasInterrupted || errors.length > 0
        return { results: { tests: [], errors }, failed }
      },
      { watch: watch || watchAll },
    )
  }

  /** What fails the run, though its tests did not. */
  getLastError(): Error | undefined {
    return this.#error
  }

  #optionsOf(test: Test): RunOptions {
    const { rootDir, shard } = this.#global
    const { kafka } = test.context.config.testEnvironmentOptions as { kafka?: Config }
    return {
      root: rootDir,
      config: resolveConfig(kafka),
      runner: { name: 'jest', version: versionOfJest(rootDir) },
      shard: shard === undefined ? null : { index: shard.shardIndex, count: shard.shardCount },
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
