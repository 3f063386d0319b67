import type { ResolvedConfig } from '../config/config.ts'
import type { Attempt, EndLine, Line, RunLine, Status, TestLine } from '../execution/model.ts'
import { Store } from '../history/store.ts'
import { readCi, readGit, readProject, uuid7 } from './facts.ts'
import { emptyMeasured, type Measured, measure, metricsOf, sumUp } from './metrics.ts'
import type { SpooledAttempt, SpoolFiles } from './spool-files.ts'

/** A test as the runner saw it. */
export interface TestResult {
  id: string
  /** Of the runner's projects; "" for the only one. */
  project: string
  /** Relative to the root. */
  file: string
  /** `suite > test`. */
  name: string
  status: Exclude<Status, 'crashed'>
  startedAt: number
  duration: number
  attempts: Attempt[]
}

/** A run that has ended: what is stored of it. */
export interface EndedRun {
  run: RunLine
  tests: TestLine[]
  /** Tests and what they did, as in the file. */
  lines: Line[]
  end: EndLine
  /** Where it is stored; null where it isn't. */
  folder: string | null
}

export interface RunOptions {
  root: string
  config: ResolvedConfig
  runner: RunLine['runner']
  shard: RunLine['shard']
}

/** One invocation of the runner, from its begin to the store. In watch mode each rerun is one. */
export class Run {
  readonly line: RunLine
  readonly #store: Store
  readonly #config: ResolvedConfig
  readonly #spool: SpoolFiles

  constructor({ root, config, runner, shard }: RunOptions, spool: SpoolFiles) {
    this.#config = config
    this.#spool = spool
    this.#store = new Store(root)
    this.line = {
      type: 'run',
      schema: 1,
      id: uuid7(),
      project: config.project ?? readProject(root),
      ...readGit(root),
      ci: readCi(),
      runner,
      node: process.versions.node,
      environment: config.environment,
      cluster: { kind: config.cluster },
      shard,
      startedAt: Date.now(),
    }
    spool.ensure()
    if (config.history.enabled) this.#store.begin(this.line)
  }

  /** Joins the runner's results with what the workers left, and stores both. A run without Kafka leaves nothing. */
  end(results: readonly TestResult[], failed: boolean): EndedRun {
    const spooled = this.#spool.take()
    const { tests, lines, measured, touched } = join(this.line.project, results, spooled)
    const count = (status: string): number => tests.filter((test) => test.status === status).length
    const passed = count('passed')
    const skipped = count('skipped')
    const end: EndLine = {
      type: 'end',
      status: failed ? 'failed' : 'passed',
      duration: Date.now() - this.line.startedAt,
      totals: {
        tests: tests.length,
        passed,
        failed: tests.length - passed - skipped,
        skipped,
        flaky: tests.filter(({ flaky }) => flaky).length,
        withKafka: touched,
      },
      metrics: metricsOf(sumUp(measured)),
    }
    const ended = { run: this.line, tests, lines, end, folder: null }
    if (!this.#config.history.enabled) return ended
    if (touched === 0) {
      this.#store.remove(this.line.id)
      return ended
    }
    this.#store.end(this.line, lines, end)
    this.#store.prune({ ...this.#config.history, keep: this.line.id })
    return { ...ended, folder: this.#store.folder }
  }
}

function join(
  project: string,
  results: readonly TestResult[],
  spooled: Map<string, SpooledAttempt[]>,
): { tests: TestLine[]; lines: Line[]; measured: Measured[]; touched: number } {
  const all = [...results.map((result) => testOf(project, result, spooled.get(result.id) ?? []))]
  const known = new Set(results.map(({ id }) => id))
  for (const [id, attempts] of spooled) {
    // What a hook did outside of any test has the id "".
    if (!known.has(id) && id !== '') all.push(crashedTest(project, id, attempts))
  }
  const lines = all.flatMap(({ test, attempts }): Line[] => [test, ...attempts.flatMap((attempt) => attempt.lines)])
  return {
    tests: all.map(({ test }) => test),
    lines,
    measured: all.map(({ measured }) => measured),
    touched: all.filter(({ attempts }) => attempts.length > 0).length,
  }
}

interface JoinedTest {
  test: TestLine
  attempts: SpooledAttempt[]
  measured: Measured
}

function testOf(project: string, result: TestResult, spooled: SpooledAttempt[]): JoinedTest {
  const { id, file, name, status, startedAt, duration } = result
  // Its worker went down with it, so the runner never heard of it.
  const crashed = status === 'skipped' && spooled.some((attempt) => attempt.duration === undefined)
  if (crashed) return crashedTest(project, id, spooled, result.project)
  const measured = spooled.length === 0 ? emptyMeasured() : measure(spooled.flatMap(({ lines }) => lines))
  const attempts = result.attempts.map((attempt) => {
    const seen = spooled.find((one) => one.attempt === attempt.attempt)
    return { ...attempt, startedAt: seen?.startedAt ?? attempt.startedAt, duration: seen?.duration ?? attempt.duration }
  })
  const flaky = status === 'passed' && attempts.some((attempt) => attempt.status !== 'passed')
  const test: TestLine = {
    type: 'test',
    id,
    key: keyOf(result.project || project, file, name),
    project: result.project,
    ...{ file, name, status, startedAt, duration, flaky, attempts },
    metrics: metricsOf(measured),
  }
  return { test, attempts: spooled, measured }
}

/** A test of which the runner knows no result: its worker went down with it. */
function crashedTest(project: string, id: string, attempts: SpooledAttempt[], runnerProject = ''): JoinedTest {
  const { startedAt, file, name } = attempts[0]!
  const duration = attempts.reduce((sum, attempt) => sum + (attempt.duration ?? 0), 0)
  const measured = measure(attempts.flatMap(({ lines }) => lines))
  const test: TestLine = {
    type: 'test',
    id,
    key: keyOf(runnerProject || project, file, name),
    project: runnerProject,
    ...{ file, name, status: 'crashed', startedAt, duration, flaky: false },
    attempts: attempts.map((one) => ({
      attempt: one.attempt,
      status: one.duration === undefined ? 'crashed' : 'failed',
      startedAt: one.startedAt,
      duration: one.duration ?? 0,
      errors: [],
    })),
    metrics: metricsOf(measured),
  }
  return { test, attempts, measured }
}

function keyOf(project: string, file: string, name: string): string {
  return `${project} ${file} ${name}`
}
