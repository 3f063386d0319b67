import type { Attempt, CheckLine, EndLine, Line, RunLine, TestLine } from '../../run/model.ts'
import { numbering, outsideOf, pathOf } from '../../run/test-key.ts'

/** A case of a report: a test, or what failed outside of tests, which has a case of its own so that the report is red. */
export interface Case {
  /** Null where it failed outside of tests. */
  test: TestLine | null
  /** Of the runner's projects; "" for the only one. */
  project: string
  /** Null where only the run is known to have failed. */
  file: string | null
  /** `suite > test`, another one for each case of a file. */
  path: string
  status: TestLine['status'] | 'error'
  /** Null where it did not run. */
  startedAt: number | null
  duration: number
  flaky: boolean
  retries: number
  /** The errors of each attempt that had some, the last ones last; none of a test that went as it was to. */
  failures: readonly Attempt['errors'][]
  /** What its checks could not know when they held, each once. */
  notes: readonly string[]
}

/** The cases of a run in their order. */
export function casesOf(lines: readonly Line[]): Case[] {
  const number = numbering()
  const checks = Map.groupBy(
    lines.filter((line): line is CheckLine => line.type === 'check'),
    ({ test }) => test,
  )
  const cases = lines.flatMap((line): Case[] => {
    if (line.type === 'test') return [testCase(line, checks.get(line.id) ?? [])]
    return line.type === 'error' ? [errorCase(outsideOf(line), line)] : []
  })
  const end = lines.at(-1) as EndLine
  if (end.status === 'failed' && !cases.some(({ status }) => isFailed(status))) {
    // As a coverage threshold makes one: the run says no more than that.
    const { project } = lines[0] as RunLine
    cases.push(errorCase({ project: '', file: null, path: project }, RUN_FAILED))
  }
  return cases.map((one) => {
    const place = `${one.project}\n${one.file}\n`
    return { ...one, path: number(`${place}${one.path}`).slice(place.length) }
  })
}

function isFailed(status: Case['status']): boolean {
  return status !== 'passed' && status !== 'skipped'
}

function testCase(test: TestLine, checks: readonly CheckLine[]): Case {
  const { project, file, status, startedAt, duration, flaky, attempts } = test
  // Vitest says of what was skipped neither when nor how long.
  const ran = status !== 'skipped' && startedAt > 0
  return {
    test,
    project,
    file,
    path: pathOf(test),
    status,
    startedAt: ran ? startedAt : null,
    duration,
    flaky,
    retries: retriesOf(attempts),
    failures: isFailed(status) || flaky ? attempts.map(({ errors }) => errors).filter(({ length }) => length > 0) : [],
    notes: [...new Set(checks.flatMap(({ notes = [] }) => notes))],
  }
}

/** An attempt behind one of the same repetition that failed. Version 1 of the model doesn't tell repetitions apart. */
function retriesOf(attempts: readonly Attempt[]): number {
  return attempts.filter(({ repeat }, index) => {
    const before = attempts[index - 1]
    return before !== undefined && before.status !== 'passed' && before.repeat === repeat
  }).length
}

const RUN_FAILED = { name: 'Error', message: 'the run failed, though none of its tests did' }

function errorCase(place: Pick<Case, 'project' | 'file' | 'path'>, { name, message }: Attempt['errors'][number]): Case {
  const none = { test: null, startedAt: null, duration: 0, flaky: false, retries: 0, notes: [] }
  return { ...place, ...none, status: 'error', failures: [[{ name, message }]] }
}
