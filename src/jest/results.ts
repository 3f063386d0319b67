import { relative } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import type { TestResult as FileResult, Test, TestCaseResult } from '@jest/reporters'
import type { Attempt } from '../execution/model.ts'
import type { Results, TestResult } from '../reporter/join.ts'
import { testIds } from './test-ids.ts'

/** What Jest says of the tests of a file: of each of them, and before of each of its attempts. */
export function resultsOf(
  { path, context: { config } }: Test,
  { testResults, perfStats }: Pick<FileResult, 'testResults' | 'perfStats'>,
  attempts: readonly TestCaseResult[],
  root: string,
): TestResult[] {
  const file = fileOf(path, root)
  const idOf = testIds(config.id, file)
  const byTest = groupByTest(attempts)
  // When its worker went down, what it had told before is all there is.
  const tests = testResults.length > 0 ? testResults : [...byTest.values()].flat().map((tries) => tries.at(-1)!)
  return tests.map((one) => {
    const name = nameOf(one)
    // In its last attempt as it is by now: Jest 30 gives it what nobody caught when it had ended.
    const tries = [...(byTest.get(name)?.shift() ?? []).slice(0, -1), one]
    const status = statusOf(one)
    return {
      ...{ id: idOf(name), project: config.displayName?.name ?? '', file, name, status },
      titles: [...one.ancestorTitles, one.title],
      startedAt: startOf(one) ?? perfStats.start,
      duration: one.duration ?? 0,
      attempts: status === 'skipped' ? [] : tries.map((attempt, index) => attemptOf(attempt, index, perfStats.start)),
    }
  })
}

function fileOf(path: string, root: string): string {
  return relative(root, path).replaceAll('\\', '/')
}

/** What failed outside of the tests of a file: its import, `afterAll`, a worker that went down, a file without tests. */
export function errorsOf(
  { path, context: { config } }: Test,
  { testExecError }: Pick<FileResult, 'testExecError'>,
  root: string,
): Results['errors'] {
  const place = { project: config.displayName?.name ?? '', file: fileOf(path, root), suite: null }
  return outsideErrors(testExecError).map((error) => ({ ...place, ...error }))
}

/** Jest puts several into one text, each with its frames. */
export function outsideErrors(error: { message: string; stack?: string | null } | undefined): ErrorText[] {
  if (error === undefined) return []
  const text = stripVTControlCharacters(error.stack || error.message)
  return text.split(/(?<=\n\s+at [^\n]*)\n(?=\S)/).map(errorOf)
}

/** The attempts of each test by its name, of which there may be several in a file. */
function groupByTest(attempts: readonly TestCaseResult[]): Map<string, TestCaseResult[][]> {
  const groups = new Map<string, TestCaseResult[][]>()
  for (const attempt of attempts) {
    const name = nameOf(attempt)
    const ofName = groups.get(name) ?? []
    groups.set(name, ofName)
    const before = (attempt.invocations ?? 1) - 1
    const earlier = before === 0 ? undefined : ofName.find((tries) => tries.length === before)
    if (earlier === undefined) ofName.push([attempt])
    else earlier.push(attempt)
  }
  return groups
}

interface ErrorText {
  name: string
  message: string
}

/** `suite > test` */
function nameOf({ ancestorTitles, title }: TestCaseResult): string {
  return [...ancestorTitles, title].join(' > ')
}

function statusOf({ status, failureMessages }: TestCaseResult): TestResult['status'] {
  if (status === 'passed') return 'passed'
  if (status !== 'failed') return 'skipped'
  return failureMessages.some(isTimeout) ? 'timed out' : 'failed'
}

function attemptOf(one: TestCaseResult, attempt: number, fileStart: number): Attempt {
  return {
    attempt,
    status: statusOf(one),
    startedAt: startOf(one) ?? fileStart,
    duration: one.duration ?? 0,
    errors: one.failureMessages.map(errorOf),
  }
}

/** Jest 29 doesn't say when a test began. */
function startOf({ startAt }: TestCaseResult & { startAt?: number | null }): number | undefined {
  return startAt ?? undefined
}

function isTimeout(message: string): boolean {
  return /^(Error: )?(thrown: ")?Exceeded timeout of [^\n]+ for a test/.test(stripVTControlCharacters(message))
}

/** Jest has an error as its stack: `Name: message`, and below it the frames. */
function errorOf(stack: string): ErrorText {
  const [text = ''] = stripVTControlCharacters(stack).split(/\n\s+at /)
  const { 1: name = 'Error', 2: message = text } = /^(\w*Error): (.*)$/s.exec(text) ?? []
  return { name, message }
}
