import type { TestCase, TestModule, TestSuite } from 'vitest/node'
import type { Results, TestResult } from '../reporter/join.ts'
import type { SpooledAttempt } from '../reporter/spool-files.ts'
import type { Attempt } from '../run/model.ts'

/** What Vitest says of the tests of a file; those that never ran have no time of their own and get the file's. */
export function testsOf(module: TestModule, fileStart: number): TestResult[] {
  return [...module.children.allTests()].map((test) => resultOf(test, fileStart))
}

/** Of imports, and of the hooks of the file and its suites: Vitest has those with the suite, not with its tests. */
export function errorsOf(module: TestModule): Results['errors'] {
  const place = { project: module.project.name, file: module.relativeModuleId }
  const ofSuites = [...module.children.allSuites()].flatMap((suite) =>
    suite.errors().map((error) => ({ ...place, suite: suite.fullName, ...errorOf(error) })),
  )
  return [...module.errors().map((error) => ({ ...place, suite: null, ...errorOf(error) })), ...ofSuites]
}

/** An error that nobody caught, with the file whose worker it came from. */
export interface UnhandledError {
  name?: string
  message?: string
  VITEST_TEST_PATH?: string
}

export function unhandledOf(error: UnhandledError, modules: readonly TestModule[]): Results['errors'][number] {
  const module = modules.find(({ moduleId }) => moduleId === error.VITEST_TEST_PATH)
  const place = { project: module?.project.name ?? '', file: module?.relativeModuleId ?? null }
  return { ...place, suite: null, ...errorOf(error) }
}

function resultOf(test: TestCase, fileStart: number): TestResult {
  const { id, module, project } = test
  const diagnostic = test.diagnostic()
  const { state } = test.result()
  const status = state === 'passed' || state === 'failed' ? statusOf(state, errorsIn(test)) : 'skipped'
  return {
    // `suite > test`: the full name without the file.
    id,
    project: project.name,
    file: module.relativeModuleId,
    name: test.fullName,
    status,
    titles: titlesOf(test),
    startedAt: diagnostic?.startTime ?? ownAttempts(test)?.[0]?.startTime ?? fileStart,
    duration: diagnostic?.duration ?? 0,
    attempts: (told) => (status === 'skipped' ? [] : attemptsOf(test, status, told)),
  }
}

function titlesOf(one: TestCase | TestSuite): string[] {
  const { name, parent } = one
  return parent.type === 'module' ? [name] : [...titlesOf(parent), name]
}

/** Vitest 5 keeps each attempt. */
function ownAttempts(test: TestCase): ReturnType<TestCase['attempts']> | undefined {
  return typeof test.attempts === 'function' ? test.attempts() : undefined
}

function attemptsOf(test: TestCase, status: TestResult['status'], told: readonly SpooledAttempt[]): Attempt[] {
  const attempts = ownAttempts(test)
  if (attempts === undefined) return attemptsOfVitest4(test, status, told)
  return attempts.map(({ state, startTime, duration, repeatIndex, errors = [] }, attempt) => ({
    attempt,
    repeat: repeatIndex,
    status: state === 'skipped' ? state : statusOf(state, errors),
    startedAt: startTime,
    duration,
    errors: errors.map(errorOf),
  }))
}

/** Vitest 4 counts attempts, and has the errors of all in one list: the worker has told where in it each began. */
function attemptsOfVitest4(test: TestCase, status: TestResult['status'], told: readonly SpooledAttempt[]): Attempt[] {
  const errors = errorsIn(test)
  const { retryCount = 0, repeatCount = 0, startTime = 0, duration = 0 } = test.diagnostic() ?? {}
  const last = retryCount + repeatCount
  const toldOf = (index: number): SpooledAttempt['told'] => told.find(({ attempt }) => attempt === index)?.told ?? {}
  const begin = (index: number): number => toldOf(index).errorsBefore ?? index
  return Array.from({ length: last + 1 }, (_, attempt): Attempt => {
    // Of a test that is to fail Vitest keeps only that it did not, in the end.
    const ofLast = test.options.fails ? errors : errors.slice(begin(last))
    const ofEarlier = test.options.fails ? [] : errors.slice(begin(attempt), begin(attempt + 1))
    const own = attempt === last ? ofLast : ofEarlier
    return {
      attempt,
      repeat: toldOf(attempt).repeat ?? 0,
      status: attempt === last && errors.length === 0 ? status : statusOf(own.length === 0 ? 'passed' : 'failed', own),
      startedAt: startTime,
      duration: attempt === last ? duration : 0,
      errors: own.map(errorOf),
    }
  })
}

interface ErrorText {
  name?: string
  message?: string
}

function errorsIn(test: TestCase): readonly ErrorText[] {
  return test.result().errors ?? []
}

function statusOf(state: 'passed' | 'failed', errors: readonly ErrorText[]): TestResult['status'] {
  if (state === 'passed') return state
  return errors.some(({ message }) => /^Test timed out in \d+ms/.test(message ?? '')) ? 'timed out' : 'failed'
}

function errorOf({ name = 'Error', message = '' }: ErrorText): Required<ErrorText> {
  return { name, message }
}
