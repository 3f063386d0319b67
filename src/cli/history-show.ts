import { findRun } from '../history/find.ts'
import { Store } from '../history/store.ts'
import { problemInModel } from '../history/verify.ts'
import { clusterText, isNotable } from '../run/cluster-text.ts'
import { clustersOf } from '../run/clusters.ts'
import type { Line, RunLine, TestLine } from '../run/model.ts'
import { tellDamage } from './history-list.ts'
import { formatOutside, formatTest, type Own } from './shown-test.ts'
import { printable, time } from './text.ts'

interface ShowOptions {
  test?: string
  json?: boolean
}

/** `kafka-testkit history show`: what the tests of a run did, in the order in which it happened. */
export function showHistory(given: string, { test, json }: ShowOptions): void {
  const store = new Store(process.cwd())
  const id = findRun(store, given)
  const { lines, damaged } = store.read(id, problemInModel)
  const shown = select(lines, test)
  const [run] = lines
  if (run?.type !== 'run') throw new Error(`run ${id} can't be read: its first line is missing`)
  if (json) console.log(JSON.stringify(shown, null, 2))
  else console.log(printable(format(run, shown, store.state(id))))
  tellDamage(damaged)
}

/** @throws Error when no test has the name. */
function select(lines: readonly Line[], name: string | undefined): Line[] {
  if (name === undefined) return [...lines]
  const tests = lines.filter((line): line is TestLine => line.type === 'test')
  const named = tests.filter((test) => test.name.includes(name))
  const ids = new Set(named.map(({ id }) => id))
  const files = new Set<string | null>([null, ...named.map(({ file }) => file)])
  if (ids.size === 0) {
    throw new Error(
      `no test of this run has "${name}" in its name; the tests are:\n${tests.map((test) => `  ${test.name}`).join('\n')}`,
    )
  }
  return lines.filter((line) => {
    if (line.type === 'test') return ids.has(line.id)
    if (line.type === 'error') return files.has(line.file)
    return !('test' in line) || ids.has(line.test)
  })
}

function format(run: RunLine, lines: readonly Line[], state: 'ended' | 'running' | 'lost'): string {
  const tests = lines.filter((line): line is TestLine => line.type === 'test')
  const own = Map.groupBy(
    lines.filter((line): line is Own => 'test' in line),
    ({ test }) => test,
  )
  const parts = tests.map((test) => formatTest(run, test, own.get(test.id) ?? [])).filter((part) => part !== undefined)
  const without = tests.length - parts.length
  const head = `Run ${run.id} of ${time(run.startedAt)}, ${run.runner.name} ${run.runner.version}, ${run.cluster.kind}${run.branch === null ? '' : `, branch ${run.branch}`}`
  const clusters = clustersOf(lines)
    .filter(isNotable)
    .map((line) => `Cluster: ${clusterText(line)}`)
  const rest = without === 0 ? [] : [`${without} ${without === 1 ? 'test' : 'tests'} without Kafka`]
  const sofar = {
    ended: [],
    running: ['It is still running: these test files have ended'],
    lost: ['It was lost, its process ended before it did: these test files had ended'],
  }
  const outside = lines.filter((line) => line.type === 'error').map(formatOutside)
  return [[head, ...clusters].join('\n'), ...sofar[state], ...outside, ...parts, ...rest].join('\n\n')
}
