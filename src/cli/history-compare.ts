import { findRun, runBefore } from '../history/find.ts'
import { Store } from '../history/store.ts'
import { problemInModel } from '../history/verify.ts'
import { type Compared, type Comparison, compareRuns } from '../run/compare.ts'
import { inProject } from '../run/test-key.ts'
import { tellDamage } from './history-list.ts'
import { duration, printable, table } from './text.ts'

const titles: Readonly<Record<keyof Comparison, string>> = {
  newFailures: 'New failures',
  stillFailing: 'Still failing',
  mended: 'Mended',
  flaky: 'Flaky',
  slower: 'Slower',
  added: 'New tests',
  removed: 'Tests that are gone',
}

/** `kafka-testkit history compare`: what the second run has that the first had not. */
export function compareHistory(first: string | undefined, second: string, { json }: { json?: boolean }): void {
  const store = new Store(process.cwd())
  const after = findRun(store, second)
  const before = first === undefined ? runBefore(store, after) : findRun(store, first)
  if (before === after) throw new Error(`both are run ${before}: name another one`)
  const read = [store.read(before, problemInModel), store.read(after, problemInModel)] as const
  const comparison = compareRuns(read[0].lines, read[1].lines)
  if (json) console.log(JSON.stringify({ before, after, ...comparison }, null, 2))
  else console.log(printable(format(before, after, comparison)))
  for (const { damaged } of read) tellDamage(damaged)
}

function format(before: string, after: string, comparison: Comparison): string {
  const sections = Object.entries(titles).flatMap(([kind, title]) => {
    const tests = comparison[kind as keyof Comparison]
    return tests.length === 0 ? [] : [`${title} (${tests.length})\n${table(tests.map(row), [1])}`]
  })
  const head = `${after} against ${before}`
  return [head, ...(sections.length === 0 ? ['No test went otherwise'] : sections)].join('\n\n')
}

function row({ project, file, name, before, after }: Compared): string[] {
  const both = [before, after].filter((one) => one !== null)
  const statuses = new Set(both.map(({ status }) => status))
  const times = both.map((one) => duration(one.duration))
  return [`  ${[...statuses].join(' → ')}`, times.join(' → '), `${inProject(project, file ?? 'the run')} > ${name}`]
}
