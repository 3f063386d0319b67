import type { VNode } from 'preact'
import { getTests, type Scope, type TestFigures } from '../data/insights.ts'
import { useKept, useLoad } from '../data/load.ts'
import { duration, number, percent, plural } from '../format.ts'
import { chosenTab, Tabs } from '../parts/tabs.tsx'
import { VirtualList } from '../parts/virtual-list.tsx'
import { href, route } from '../route.ts'
import { Loaded } from './loaded.tsx'

const ROW = 44
/** How many tests are listed. */
const SHOWN = 100

const orders = [
  ['failed', 'Fail most'],
  ['flaky', 'Flakiest'],
  ['slow', 'Slowest'],
] as const

/** The tests that are worth a look, by what is the matter with them. */
export function InsightTests({ scope }: { scope: Scope }): VNode {
  const order = chosenTab('order', orders)
  const found = useKept(
    useLoad(`tests ${JSON.stringify([scope, order])}`, async (signal) => {
      return { of: order, tests: await getTests(scope, order, SHOWN, signal) }
    }),
  )
  return (
    <section aria-label="Tests">
      <div class="tools">
        <h2>Tests</h2>
        <Tabs name="order" label="Order of the tests" tabs={orders} chosen={order} />
      </div>
      <Loaded of={found} what="the tests">
        {({ of, tests }) => <List scope={scope} tests={tests.filter((test) => isMeant(test, of))} order={of} />}
      </Loaded>
    </section>
  )
}

function isMeant({ failed, flaky }: TestFigures, order: string): boolean {
  return order === 'slow' || (order === 'failed' ? failed : flaky) > 0
}

function List({ scope, tests, order }: { scope: Scope; tests: readonly TestFigures[]; order: string }): VNode {
  const most = tests.reduce((all, test) => Math.max(all, figureOf(test, order)), 0)
  if (tests.length === 0) return <p class="note">{order === 'failed' ? 'No test failed.' : 'No test was flaky.'}</p>
  return (
    <>
      <p class="count">
        {plural(tests.length, 'test')}
        {tests.length === SHOWN && ', those that are first'}
      </p>
      <VirtualList
        items={tests}
        rowHeight={ROW}
        label="Tests"
        row={(one) => <Row one={one} order={order} most={most} query={route.value.query} project={scope.project} />}
      />
    </>
  )
}

interface RowProps {
  one: TestFigures
  order: string
  most: number
  query: URLSearchParams
  project: string
}

/** It leads to the test's history, of the same days, branch and environment. */
function Row({ one, order, most, query, project }: RowProps): VNode {
  const kept = ['days', 'from', 'to', 'by', 'branch', 'environment'].map((name) => [name, query.get(name) ?? ''])
  const value = figureOf(one, order)
  return (
    <a class="row listed" data-row href={href([project, 'tests', one.test.id], Object.fromEntries(kept), [])}>
      <span class="name" title={one.test.name}>
        <bdi>{one.test.name}</bdi>
        <small>{one.test.file}</small>
      </span>
      <span class="length" aria-hidden="true">
        <i style={{ width: `${most === 0 ? 0 : Math.max(1, (100 * value) / most)}%` }} />
      </span>
      <span class="side says">{wordsOf(one, order)}</span>
    </a>
  )
}

function figureOf({ failed, flaky, duration: all, count }: TestFigures, order: string): number {
  if (order === 'slow') return all / count
  return order === 'failed' ? failed : flaky
}

function wordsOf(one: TestFigures, order: string): string {
  const { count, skipped } = one
  const ran = Math.max(1, count - skipped)
  if (order === 'slow') return `${duration(figureOf(one, order))} on average`
  const times = figureOf(one, order)
  return `${number(times)} of ${number(ran)}, ${percent(times / ran)}`
}
