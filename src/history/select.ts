import type { TestLine } from '../run/model.ts'
import type { Store } from './store.ts'
import type { RunSummary } from './summary.ts'

export interface RunFilter {
  branch?: string
  environment?: string
  /** Of the run; with `test`, of the test. */
  status?: string
  /** Only runs with a test whose name contains it. */
  test?: string
  /** Milliseconds since the epoch. */
  since?: number
  /** How many at most, the newest. */
  limit?: number
}

/** A run that was asked for, and of its tests those that were. */
export interface Selected {
  run: RunSummary
  tests: TestLine[]
}

/** The runs that a filter lets through, the newest first. With `test` their files are read, one after the other. */
export function selectRuns(store: Store, runs: readonly RunSummary[], filter: RunFilter): Selected[] {
  const { limit = Number.POSITIVE_INFINITY, test, status } = filter
  const selected: Selected[] = []
  for (const run of runs) {
    if (selected.length >= limit) break
    if (!isMeant(run, filter)) continue
    const tests = test === undefined ? [] : testsOf(store, run.id).filter((line) => isTestMeant(line, test, status))
    if (test === undefined || tests.length > 0) selected.push({ run, tests })
  }
  return selected
}

function isMeant(run: RunSummary, { branch, environment, status, test, since }: RunFilter): boolean {
  return (
    (branch === undefined || run.branch === branch) &&
    (environment === undefined || run.environment === environment) &&
    (since === undefined || run.startedAt >= since) &&
    (status === undefined || test !== undefined || run.state === status || (status === 'flaky' && run.flaky > 0))
  )
}

function isTestMeant(line: TestLine, name: string, status: string | undefined): boolean {
  if (!line.name.includes(name)) return false
  if (status === undefined) return true
  if (status === 'flaky') return line.flaky
  return status === 'failed' ? line.status !== 'passed' && line.status !== 'skipped' : line.status === status
}

/** The tests of a run; none where it can't be read. */
function testsOf(store: Store, id: string): TestLine[] {
  try {
    return store.read(id).lines.filter((line) => line.type === 'test')
  } catch {
    return []
  }
}
