import { type Damage, type RunSummary, Store } from '../history/store.ts'
import { duration, table, time } from './text.ts'

/** `kafka-testkit history`: the runs, the newest first. */
export function listHistory({ json }: { json?: boolean }): void {
  const { runs, damaged } = new Store(process.cwd()).list()
  if (json) {
    console.log(JSON.stringify(runs, null, 2))
  } else if (runs.length === 0) {
    console.log('No runs are stored here yet (.kafka-testkit): run your tests, with the plugin in the config')
  } else {
    const head = ['ID', 'TIME', 'BRANCH', 'TESTS', 'PASSED', 'FAILED', 'KAFKA', 'DURATION']
    console.log(table([head, ...runs.map(row)], [3, 4, 5, 6, 7]))
  }
  tellDamage(damaged)
}

function row({ run, end, state }: RunSummary): string[] {
  const start = [run.id, time(run.startedAt), run.branch ?? '-']
  if (end === null) return [...start, state, '', '', '', '']
  const { tests, passed, failed, withKafka } = end.totals
  return [...start, ...[tests, passed, failed, withKafka].map(String), duration(end.duration)]
}

export function tellDamage(damaged: readonly Damage[]): void {
  for (const { path, problem } of damaged) console.error(`kafka-testkit: left out ${path}: ${problem}`)
}
