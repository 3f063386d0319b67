import type { Line, Status } from './model.ts'
import { numbering, outsideOf, pathOf } from './test-key.ts'

/** A test in two runs, or what failed outside of tests: that is there where it failed only. */
export interface Compared {
  key: string
  /** Of the runner's projects; "" for the only one. */
  project: string
  /** Null of an error of the whole run. */
  file: string | null
  /** `suite > test`, and of several that have the same which of them: `suite > test #2`. */
  name: string
  before: { status: Entry['status']; duration: number } | null
  after: { status: Entry['status']; duration: number } | null
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

/** What is compared. */
interface Entry extends Pick<Compared, 'project' | 'file' | 'name'> {
  status: Status | 'error'
  duration: number
  flaky: boolean
}

/** Milliseconds, and how many times: a test is slower that took both more. Less is what machines do by themselves. */
const SLOWER_BY = 50
const SLOWER_TIMES = 1.5

/** Compares two runs, test by test, by what is the same of a test from run to run. */
export function compareRuns(before: readonly Line[], after: readonly Line[]): Comparison {
  const tests = { before: entriesOf(before), after: entriesOf(after) }
  const comparison: Comparison = {
    newFailures: [],
    stillFailing: [],
    mended: [],
    flaky: [],
    slower: [],
    added: [],
    removed: [],
  }
  for (const [key, test] of tests.after) {
    const earlier = tests.before.get(key)
    const kind = kindOf(earlier, test)
    if (kind !== undefined) comparison[kind].push(compared(key, earlier, test))
  }
  for (const [key, test] of tests.before) {
    if (!tests.after.has(key)) comparison[test.status === 'error' ? 'mended' : 'removed'].push(compared(key, test))
  }
  comparison.slower.sort((a, b) => difference(b) - difference(a))
  return comparison
}

function kindOf(before: Entry | undefined, after: Entry): keyof Comparison | undefined {
  if (hasFailed(after)) return before !== undefined && hasFailed(before) ? 'stillFailing' : 'newFailures'
  if (before === undefined) return 'added'
  if (after.status !== 'passed') return undefined
  if (hasFailed(before)) return 'mended'
  if (after.flaky) return 'flaky'
  return before.status === 'passed' && isSlower(before, after) ? 'slower' : undefined
}

function hasFailed({ status }: Entry): boolean {
  return status !== 'passed' && status !== 'skipped'
}

function isSlower(before: Entry, after: Entry): boolean {
  return after.duration > before.duration * SLOWER_TIMES && after.duration - before.duration > SLOWER_BY
}

function difference({ before, after }: Compared): number {
  return (after?.duration ?? 0) - (before?.duration ?? 0)
}

function compared(key: string, before: Entry | undefined, after?: Entry): Compared {
  const { project, file, name } = (after ?? before)!
  return { key, project, file, name, before: shown(before), after: shown(after) }
}

function shown(test: Entry | undefined): Compared['before'] {
  return test === undefined ? null : { status: test.status, duration: test.duration }
}

/** Runs of earlier versions may have a key twice: their tests are told apart by their order, as today's are. */
function entriesOf(lines: readonly Line[]): Map<string, Entry> {
  const number = numbering()
  return new Map(
    lines.flatMap((line): [string, Entry][] => {
      if (line.type === 'test') {
        const key = number(line.key)
        const { project, file, name, status, duration, flaky } = line
        return [[key, { project, file, name: pathOf({ key, file, name }), status, duration, flaky }]]
      }
      if (line.type !== 'error') return []
      const { path, ...place } = outsideOf(line)
      const key = number(`${place.project} ${place.file} ${path}`)
      return [[key, { ...place, name: path, status: 'error', duration: 0, flaky: false }]]
    }),
  )
}
