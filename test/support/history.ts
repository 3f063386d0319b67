import { uuid7 } from '../../src/base/ids.ts'
import { Store, toText } from '../../src/history/store.ts'
import type { Line, RunLine, TestLine } from '../../src/run/model.ts'
import { endLine, runLine, testLines } from '../endpoint/support/run.ts'

export interface StoredTest extends Partial<Pick<TestLine, 'status' | 'duration' | 'flaky' | 'id'>> {
  name: string
}

/** Puts a run into a store as the reporter does, begun so many minutes ago. Its id. */
export function storeRun(
  root: string,
  { ago = 0, tests, ...changes }: Partial<RunLine> & { ago?: number; tests: readonly StoredTest[] },
): string {
  const startedAt = Date.now() - ago * 60_000
  const run = runLine({ id: uuid7(startedAt), startedAt, ...changes })
  const lines = tests.flatMap(linesOf)
  new Store(root).add(run, toText([run, ...lines, endLine(lines)]))
  return run.id
}

function linesOf({ name, status = 'passed', duration = 12.5, flaky = false, id }: StoredTest): Line[] {
  return testLines(name, { status, duration }).map((line): Line => {
    if (line.type === 'test') return { ...line, flaky, id: id ?? line.id }
    return 'test' in line && id !== undefined ? { ...line, test: id } : line
  })
}
