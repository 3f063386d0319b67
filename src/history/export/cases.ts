import type { Attempt, EndLine, Line, RunLine, TestLine } from '../../execution/model.ts'
import { numbering, pathOf } from '../../execution/test-key.ts'

/** A case of a report: a test, or what failed outside of tests, which has a case of its own so that the report is red. */
export interface Case {
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
}

/** The cases of a run in their order. */
export function casesOf(lines: readonly Line[]): Case[] {
  const number = numbering()
  const cases = lines.flatMap((line): Case[] => (line.type === 'test' ? [testCase(line)] : []))
  const end = lines.at(-1) as EndLine
  if (end.status === 'failed' && !cases.some(({ status }) => isFailed(status)))
    cases.push(failedRun(lines[0] as RunLine))
  return cases.map((one) => {
    const place = `${one.project}\n${one.file}\n`
    return { ...one, path: number(`${place}${one.path}`).slice(place.length) }
  })
}

function isFailed(status: Case['status']): boolean {
  return status !== 'passed' && status !== 'skipped'
}

function testCase(test: TestLine): Case {
  const { project, file, status, startedAt, duration, flaky, attempts } = test
  // Vitest says of what was skipped neither when nor how long.
  const ran = status !== 'skipped' && startedAt > 0
  return {
    ...{ project, file, path: pathOf(test), status, startedAt: ran ? startedAt : null, duration, flaky },
    retries: retriesOf(attempts),
    failures: isFailed(status) || flaky ? attempts.map(({ errors }) => errors).filter(({ length }) => length > 0) : [],
  }
}

/** An attempt behind one that failed; others repeat a test that may have passed. */
function retriesOf(attempts: readonly Attempt[]): number {
  return attempts.filter((_, index) => index > 0 && attempts[index - 1]!.status !== 'passed').length
}

/** What a coverage threshold fails, or a reporter: the run says no more than that. */
function failedRun({ project }: RunLine): Case {
  const error = { name: 'Error', message: 'the run failed, though none of its tests did' }
  return {
    ...{ project: '', file: null, path: project, status: 'error', startedAt: null, duration: 0, flaky: false },
    ...{ retries: 0, failures: [[error]] },
  }
}
