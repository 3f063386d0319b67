import { REDACTED } from '../redaction/redaction.ts'
import { emptyMeasured, type Measured, measure, metricsOf } from '../run/metrics.ts'
import type { Attempt, EndLine, ErrorLine, Line, Metrics, RunLine, Status, TestLine } from '../run/model.ts'
import { testKey, titlesOf } from '../run/test-key.ts'
import type { SpooledAttempt } from './spool-files.ts'

/** A test as the runner saw it. */
export interface TestResult {
  id: string
  /** Of the runner's projects; "" for the only one. */
  project: string
  /** Relative to the root. */
  file: string
  /** `suite > test`. */
  name: string
  /** The titles of its suites and its own. */
  titles: readonly string[]
  status: Exclude<Status, 'crashed'>
  startedAt: number
  duration: number
  /** Its attempts, of which the worker may have told what the runner doesn't know. */
  attempts(told: readonly SpooledAttempt[]): Attempt[]
}

/** What the runner saw of a test file, or of the whole run: its tests, and what failed outside of them. */
export interface Results {
  tests: readonly TestResult[]
  errors: readonly Omit<ErrorLine, 'type'>[]
}

/** What a run came to. */
export function endLine(
  { startedAt }: RunLine,
  tests: readonly TestLine[],
  metrics: Metrics,
  { withKafka, errors, failed }: { withKafka: number; errors: number; failed: boolean },
): EndLine {
  const count = (status: Status): number => tests.filter((test) => test.status === status).length
  const passed = count('passed')
  const skipped = count('skipped')
  return {
    type: 'end',
    status: failed ? 'failed' : 'passed',
    duration: Date.now() - startedAt,
    totals: {
      tests: tests.length,
      passed,
      failed: tests.length - passed - skipped,
      skipped,
      flaky: tests.filter(({ flaky }) => flaky).length,
      withKafka,
      errors,
    },
    metrics,
  }
}

/** Tests as they are stored, with what is counted of them. */
export interface Joined {
  tests: TestLine[]
  lines: Line[]
  measured: Measured[]
  /** How many tests touched Kafka. */
  touched: number
}

/**
 * Joins the runner's results with what the workers left; `taken` are the tests that were joined before, and `number` tells
 * those of one key apart, in the order in which their file has them.
 */
export function join(
  project: string,
  results: readonly TestResult[],
  spooled: Map<string, SpooledAttempt[]>,
  { taken, number }: { taken: ReadonlySet<string>; number: (key: string) => string },
): Joined {
  const all = [...results.map((result) => testOf(project, result, spooled.get(result.id) ?? []))]
  const known = new Set([...taken, ...results.map(({ id }) => id)])
  for (const [id, attempts] of spooled) {
    // What a hook did outside of any test has the id "".
    if (!known.has(id) && id !== '') all.push(crashedTest(project, id, attempts))
  }
  for (const { test } of all) test.key = number(test.key)
  const lines = all.flatMap(({ test, attempts }): Line[] => [test, ...attempts.flatMap((attempt) => attempt.lines)])
  return {
    tests: all.map(({ test }) => test),
    lines,
    measured: all.map(({ measured }) => measured),
    touched: all.filter(({ attempts }) => attempts.some(({ idle }) => !idle)).length,
  }
}

interface JoinedTest {
  test: TestLine
  attempts: SpooledAttempt[]
  measured: Measured
}

function testOf(project: string, result: TestResult, spooled: SpooledAttempt[]): JoinedTest {
  const { id, file, name, status } = result
  // Its worker went down with it, so the runner never heard of it.
  const crashed = status === 'skipped' && spooled.some((attempt) => attempt.duration === undefined)
  if (crashed) return crashedTest(project, id, spooled, result.project)
  const measured = spooled.length === 0 ? emptyMeasured() : measure(spooled.flatMap(({ lines }) => lines))
  const attempts = result.attempts(spooled).map((attempt): Attempt => {
    const seen = spooled.find((one) => one.attempt === attempt.attempt)
    return {
      ...attempt,
      startedAt: seen?.startedAt ?? attempt.startedAt,
      duration: seen?.duration ?? attempt.duration,
      errors: seen?.redacted.checks ? attempt.errors.map(({ name }) => ({ name, message: REDACTED })) : attempt.errors,
    }
  })
  // A test that skipped itself has no attempt, and yet began.
  const startedAt = attempts[0]?.startedAt ?? spooled[0]?.startedAt ?? result.startedAt
  const flaky = status === 'passed' && attempts.some((attempt) => attempt.status !== 'passed')
  const test: TestLine = {
    type: 'test',
    id,
    key: testKey(result.project || project, file, result.titles),
    project: result.project,
    file,
    name,
    status,
    startedAt,
    duration: durationOf(result, startedAt, attempts),
    flaky,
    attempts,
    metrics: metricsOf(measured),
  }
  return { test, attempts: spooled, measured }
}

/** Jest tells that of the last attempt. */
function durationOf({ duration }: TestResult, startedAt: number, attempts: readonly Attempt[]): number {
  const last = attempts.at(-1)
  return attempts.length < 2 || last === undefined
    ? duration
    : Math.max(duration, last.startedAt + last.duration - startedAt)
}

/** A test of which the runner knows no result: its worker went down with it. */
function crashedTest(project: string, id: string, attempts: SpooledAttempt[], runnerProject = ''): JoinedTest {
  const { startedAt, file, name } = attempts[0]!
  const duration = attempts.reduce((sum, attempt) => sum + (attempt.duration ?? 0), 0)
  const measured = measure(attempts.flatMap(({ lines }) => lines))
  const test: TestLine = {
    type: 'test',
    id,
    // Its path is all that its worker has left.
    key: testKey(runnerProject || project, file, titlesOf(name)),
    project: runnerProject,
    file,
    name,
    status: 'crashed',
    startedAt,
    duration,
    flaky: false,
    attempts: attempts.map((one) => ({
      attempt: one.attempt,
      repeat: one.told.repeat ?? 0,
      status: one.duration === undefined ? 'crashed' : 'failed',
      startedAt: one.startedAt,
      duration: one.duration ?? 0,
      errors: one.told.errors ?? [],
    })),
    metrics: metricsOf(measured),
  }
  return { test, attempts, measured }
}
