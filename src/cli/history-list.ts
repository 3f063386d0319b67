import { type RunFilter, type Selected, selectRuns } from '../history/select.ts'
import { Store } from '../history/store.ts'
import type { Damage } from '../history/summary.ts'
import { duration, printable, sparkLine, table, time } from './text.ts'

interface ListOptions extends Omit<RunFilter, 'since'> {
  since?: number
  json?: boolean
}

/** `kafka-testkit history`: the runs, the newest first. */
export function listHistory({ json, ...filter }: ListOptions): void {
  const store = new Store(process.cwd())
  const { runs, damaged } = store.list()
  const selected = selectRuns(store, runs, filter)
  if (json) console.log(JSON.stringify(selected.map(filter.test === undefined ? ({ run }) => run : flat), null, 2))
  else if (runs.length === 0) {
    console.log('No runs are stored here yet (.kafka-testkit): run your tests, with the plugin in the config')
  } else if (selected.length === 0) console.log(`None of ${runs.length} runs is meant`)
  else console.log(printable(filter.test === undefined ? runTable(selected, runs.length) : testTable(selected)))
  tellDamage(damaged)
}

function flat({ run, tests }: Selected): object {
  return { ...run, tests }
}

function runTable(selected: readonly Selected[], all: number): string {
  const head = ['ID', 'TIME', 'BRANCH', 'STATUS', 'TESTS', 'FAILED', 'ERRORS', 'FLAKY', 'KAFKA', 'DURATION']
  const rows = selected.map(({ run }) => {
    const start = [run.id, time(run.startedAt), run.branch ?? '-', withShard(run)]
    if (run.duration === null) return [...start, '', '', '', '', '', '']
    return [
      ...start,
      ...[run.tests, run.failed, run.errors, run.flaky, run.withKafka].map(String),
      duration(run.duration),
    ]
  })
  const durations = selected.flatMap(({ run }) => (run.duration === null ? [] : [run.duration]))
  const more = selected.length === all ? '' : `\n${selected.length} of ${all} runs`
  return `${table([head, ...rows], [4, 5, 6, 7, 8, 9])}${spark(durations)}${more}`
}

function withShard({ state, shard }: Selected['run']): string {
  return shard === null ? state : `${state} ${shard}`
}

function testTable(selected: readonly Selected[]): string {
  const head = ['ID', 'TIME', 'BRANCH', 'STATUS', 'DURATION', 'TEST']
  const tests = selected.flatMap(({ run, tests }) => tests.map((test) => ({ run, test })))
  const rows = tests.map(({ run, test }) => [
    run.id,
    time(run.startedAt),
    run.branch ?? '-',
    test.flaky ? 'flaky' : test.status,
    duration(test.duration),
    test.name,
  ])
  return `${table([head, ...rows], [4])}${spark(tests.map(({ test }) => test.duration))}`
}

/** Durations, the newest first, as a picture: the newest is at the right. */
function spark(durations: readonly number[]): string {
  if (durations.length < 2) return ''
  const [least, most] = [Math.min(...durations), Math.max(...durations)]
  return `\n\nDuration  ${sparkLine(durations.toReversed())}  ${duration(least)} to ${duration(most)}, the newest at the right`
}

export function tellDamage(damaged: readonly Damage[]): void {
  for (const { path, problem } of damaged) console.error(printable(`kafka-testkit: left out ${path}: ${problem}`))
}
