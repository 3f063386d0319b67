import type { Line, Status, TestLine } from '../execution/model.ts'
import { numbering, pathOf } from '../execution/test-key.ts'

/** A test in two runs. */
export interface Compared {
  key: string
  /** Of the runner's projects; "" for the only one. */
  project: string
  file: string
  /** `suite > test`, and of several that have the same which of them: `suite > test #2`. */
  name: string
  before: { status: Status; duration: number } | null
  after: { status: Status; duration: number } | null
}

/** What a run has that another had not. Of several things that are true of a test, the first one is told. */
export interface Comparison {
  /** Failed now; passed before, or wasn't there. */
  newFailures: Compared[]
  /** Failed in both. */
  stillFailing: Compared[]
  /** Passed now; failed before. */
  mended: Compared[]
  /** Passed now, but not at the first attempt. */
  flaky: Compared[]
  /** Takes longer, by far more than chance: see `isSlower`. The slowest by difference first. */
  slower: Compared[]
  added: Compared[]
  removed: Compared[]
}

/** Milliseconds, and how many times: a test is slower that took both more. Less is what machines do by themselves. */
const SLOWER_BY = 50
const SLOWER_TIMES = 1.5

/** Compares two runs, test by test, by what is the same of a test from run to run. */
export function compareRuns(before: readonly Line[], after: readonly Line[]): Comparison {
  const tests = { before: testsByKey(before), after: testsByKey(after) }
  const comparison: Comparison = {
    ...{ newFailures: [], stillFailing: [], mended: [], flaky: [], slower: [], added: [], removed: [] },
  }
  for (const [key, test] of tests.after) {
    const earlier = tests.before.get(key)
    const kind = kindOf(earlier, test)
    if (kind !== undefined) comparison[kind].push(compared(key, earlier, test))
  }
  for (const [key, test] of tests.before) {
    if (!tests.after.has(key)) comparison.removed.push(compared(key, test, undefined))
  }
  comparison.slower.sort((a, b) => difference(b) - difference(a))
  return comparison
}

function kindOf(before: TestLine | undefined, after: TestLine): keyof Comparison | undefined {
  if (hasFailed(after)) return before !== undefined && hasFailed(before) ? 'stillFailing' : 'newFailures'
  if (before === undefined) return 'added'
  if (after.status !== 'passed') return undefined
  if (hasFailed(before)) return 'mended'
  if (after.flaky) return 'flaky'
  return before.status === 'passed' && isSlower(before, after) ? 'slower' : undefined
}

function hasFailed({ status }: TestLine): boolean {
  return status !== 'passed' && status !== 'skipped'
}

function isSlower(before: TestLine, after: TestLine): boolean {
  return after.duration > before.duration * SLOWER_TIMES && after.duration - before.duration > SLOWER_BY
}

function difference({ before, after }: Compared): number {
  return (after?.duration ?? 0) - (before?.duration ?? 0)
}

function compared(key: string, before: TestLine | undefined, after: TestLine | undefined): Compared {
  const { project, file, name } = (after ?? before)!
  return { key, project, file, name: pathOf({ key, file, name }), before: shown(before), after: shown(after) }
}

function shown(test: TestLine | undefined): Compared['before'] {
  return test === undefined ? null : { status: test.status, duration: test.duration }
}

/** Runs of earlier versions may have a key twice: their tests are told apart by their order, as today's are. */
function testsByKey(lines: readonly Line[]): Map<string, TestLine> {
  const number = numbering()
  return new Map(lines.flatMap((line) => (line.type === 'test' ? [[number(line.key), line] as const] : [])))
}
