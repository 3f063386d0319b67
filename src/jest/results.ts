import { relative } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import type { TestResult as FileResult, Test, TestCaseResult } from '@jest/reporters'
import type { Results, TestResult } from '../reporter/join.ts'
import type { SpooledAttempt } from '../reporter/spool-files.ts'
import type { Attempt } from '../run/model.ts'
import { type ErrorText, errorOf } from './error-text.ts'
import { testIds } from './test-ids.ts'

/** What Jest says of the tests of a file. When its worker went down, `told` is all there is: what had ended before. */
export function testsOf(
  { path, context: { config } }: Test,
  { testResults, perfStats }: Pick<FileResult, 'testResults' | 'perfStats'>,
  told: readonly TestCaseResult[],
  root: string,
): TestResult[] {
  const file = fileOf(path, root)
  const idOf = testIds(config.id, file)
  return (testResults.length > 0 ? testResults : told).map((one) => {
    const name = nameOf(one)
    const status = statusOf(one)
    const startedAt = startOf(one) ?? perfStats.start
    return {
      id: idOf(name),
      project: config.displayName?.name ?? '',
      file,
      name,
      status,
      startedAt,
      titles: [...one.ancestorTitles, one.title],
      duration: one.duration ?? 0,
      attempts: (spooled) => (status === 'skipped' ? [] : attemptsOf(one, startedAt, spooled)),
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

/** Jest has the last attempt, and counts those before it: the worker has told of them. */
function attemptsOf(one: TestCaseResult, startedAt: number, spooled: readonly SpooledAttempt[]): Attempt[] {
  const last = (one.invocations ?? 1) - 1
  const earlier = Array.from({ length: last }, (_, attempt): Attempt => {
    const errors = spooled.find((seen) => seen.attempt === attempt)?.told.errors ?? []
    const status = errors.some(({ message }) => isTimeout(message)) ? 'timed out' : 'failed'
    return { attempt, repeat: 0, status, startedAt, duration: 0, errors }
  })
  const errors = one.failureMessages.map(errorOf)
  // As it is by now: Jest 30 gives a test what nobody caught when it had ended.
  return [
    ...earlier,
    { attempt: last, repeat: 0, status: statusOf(one), startedAt, duration: one.duration ?? 0, errors },
  ]
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

/** Jest 29 doesn't say when a test began. */
function startOf({ startAt }: TestCaseResult & { startAt?: number | null }): number | undefined {
  return startAt ?? undefined
}

function isTimeout(message: string): boolean {
  return /^(Error: )?(thrown: ")?Exceeded timeout of [^\n]+ for a test/.test(stripVTControlCharacters(message))
}
