import type { Reporter, TestCase, TestModule, TestSuite, Vitest } from 'vitest/node'
import { type Config, type ResolvedConfig, resolveConfig } from '../config/config.ts'
import type { Attempt } from '../execution/model.ts'
import type { Results, TestResult } from '../reporter/join.ts'
import { terminalProgress } from '../reporter/progress.ts'
import { type EndedRun, Run } from '../reporter/run.ts'
import { SpoolFiles } from '../reporter/spool-files.ts'
import { summarize } from '../reporter/summary.ts'
import { reportRun } from '../reporter/telemetry.ts'

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

  async onTestModuleEnd(module: TestModule): Promise<void> {
    this.#ended.add(module.id)
    await this.#guard(() => this.#run?.fileEnded({ tests: resultsOf(module), errors: errorsOf(module) }))
  }

  async onTestRunEnd(modules: readonly TestModule[], unhandled: readonly unknown[], reason: string): Promise<void> {
    let ended: EndedRun | undefined
    await this.#guard(async () => {
      const { dangerouslyIgnoreUnhandledErrors: ignored } = this.#vitest!.config
      const errors = ignored ? [] : unhandled.map((error) => unhandledOf(error as UnhandledError, modules))
      const failed = reason === 'failed' || errors.length > 0 || modules.some((module) => module.state() === 'failed')
      const results: Results = {
        tests: modules.flatMap(resultsOf),
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

function resultsOf(module: TestModule): TestResult[] {
  return [...module.children.allTests()].map(resultOf)
}

/** Of imports, and of the hooks of the file and its suites: Vitest has those with the suite, not with its tests. */
function errorsOf(module: TestModule): Results['errors'] {
  const place = { project: module.project.name, file: module.relativeModuleId }
  const ofSuites = [...module.children.allSuites()].flatMap((suite) =>
    suite.errors().map((error) => ({ ...place, suite: suite.fullName, ...errorOf(error) })),
  )
  return [...module.errors().map((error) => ({ ...place, suite: null, ...errorOf(error) })), ...ofSuites]
}

/** An error that nobody caught, with the file whose worker it came from. */
interface UnhandledError {
  name?: string
  message?: string
  VITEST_TEST_PATH?: string
}

function unhandledOf(error: UnhandledError, modules: readonly TestModule[]): Results['errors'][number] {
  const module = modules.find(({ moduleId }) => moduleId === error.VITEST_TEST_PATH)
  const place = { project: module?.project.name ?? '', file: module?.relativeModuleId ?? null }
  return { ...place, suite: null, ...errorOf(error) }
}

function resultOf(test: TestCase): TestResult {
  const diagnostic = test.diagnostic()
  const startedAt = diagnostic?.startTime ?? 0
  const duration = diagnostic?.duration ?? 0
  const { state, errors = [] } = test.result()
  const failed = errors.some(isTimeout) ? 'timed out' : 'failed'
  const status = state === 'passed' ? 'passed' : state === 'failed' ? failed : 'skipped'
  const result = { id: test.id, project: test.project.name, file: test.module.relativeModuleId, name: nameOf(test) }
  return {
    ...result,
    titles: titlesOf(test),
    status,
    startedAt,
    duration,
    attempts: attemptsOf(test, status, startedAt, duration),
  }
}

/** `suite > test`: the full name without the file. */
function nameOf(test: TestCase): string {
  return test.fullName
}

function titlesOf(one: TestCase | TestSuite): string[] {
  const { name, parent } = one
  return parent.type === 'module' ? [name] : [...titlesOf(parent), name]
}

/** Vitest 5 keeps each attempt; 4.1 counts them, and has the errors of all in one list. */
function attemptsOf(test: TestCase, status: TestResult['status'], startedAt: number, duration: number): Attempt[] {
  if (status === 'skipped') return []
  if (typeof test.attempts === 'function') {
    return test.attempts().map((attempt, index) => ({
      attempt: index,
      status: attempt.state === 'passed' ? 'passed' : (attempt.errors ?? []).some(isTimeout) ? 'timed out' : 'failed',
      startedAt: attempt.startTime,
      duration: attempt.duration,
      errors: (attempt.errors ?? []).map(errorOf),
    }))
  }
  const { errors = [] } = (test as TestCase).result()
  const { retryCount = 0, repeatCount = 0 } = (test as TestCase).diagnostic() ?? {}
  return Array.from({ length: retryCount + repeatCount + 1 }, (_, index): Attempt => {
    const last = index === retryCount + repeatCount
    const error = last ? errors.slice(index) : errors.slice(index, index + 1)
    const attemptStatus = last ? status : error.length > 0 || index < retryCount ? 'failed' : 'passed'
    return {
      attempt: index,
      status: attemptStatus,
      startedAt,
      duration: last ? duration : 0,
      errors: error.map(errorOf),
    }
  })
}

function isTimeout({ message }: { message?: string }): boolean {
  return /^Test timed out in \d+ms/.test(message ?? '')
}

function errorOf({ name, message }: { name?: string; message?: string }): { name: string; message: string } {
  return { name: name ?? 'Error', message: message ?? '' }
}
