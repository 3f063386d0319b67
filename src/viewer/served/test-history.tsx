import type { VNode } from 'preact'
import { Chart } from '../charts/chart.tsx'
import { durationsOf, outcomes } from '../charts/figures.ts'
import { type Execution, getTestHistory, type Scope, scopeOf, type TestHistory } from '../data/insights.ts'
import { useKept, useLoad } from '../data/load.ts'
import { duration, number, percent, plural } from '../format.ts'
import { Status, statusOf } from '../parts/status.tsx'
import { Time } from '../parts/time.tsx'
import { VirtualList } from '../parts/virtual-list.tsx'
import { href, route } from '../route.ts'
import { Dots, linkTo } from './dots.tsx'
import { Loaded } from './loaded.tsx'
import { NothingIn, ScopeFilter } from './scope-filter.tsx'

const ROW = 40
/** How many of the last runs are shown as dots. */
const DOTS = 60

/** A test from run to run. */
export function TestHistoryPage({ project, rest: [id = ''] }: { project: string; rest: readonly string[] }): VNode {
  return <OfTest key={id} project={project} id={id} />
}

function OfTest({ project, id }: { project: string; id: string }): VNode {
  const scope = scopeOf(project, route.value.query)
  const found = useKept(
    useLoad(`test ${id} ${JSON.stringify(scope)}`, async (signal) => {
      return { of: scope, history: await getTestHistory(scope, id, signal) }
    }),
  )
  return (
    <Loaded of={found} what="the history of the test">
      {({ of, history }) => <History scope={of} history={history} />}
    </Loaded>
  )
}

function History({ scope, history }: { scope: Scope; history: TestHistory }): VNode {
  const { test, days, executions } = history
  const { project } = scope
  const [last] = executions
  return (
    <>
      <div class="title">
        <nav class="crumbs" aria-label="Where this is">
          <a href={href([project, 'insights'], Object.fromEntries(route.value.query), [])} data-go="up">
            Insights
          </a>
          <span>
            <bdi>{test.file}</bdi>
          </span>
        </nav>
        <h1>
          {last !== undefined && <Status of={statusOf(last)} word />}
          <bdi class="headline">{test.name}</bdi>
        </h1>
        <Summary history={history} />
      </div>
      <Dots project={project} executions={executions.slice(0, DOTS)} />
      <ScopeFilter scope={scope} />
      {days.length === 0 ? (
        <NothingIn scope={scope} what="The test did not run" />
      ) : (
        <div class="charts">
          <Chart data={durationsOf(scope, 'Duration of the test', days)} />
          <Chart data={{ ...outcomes(scope, days), title: 'How it ended' }} />
        </div>
      )}
      <Executions project={project} executions={executions} />
    </>
  )
}

/** What its last runs say: whether it can be trusted. */
function Summary({ history: { executions } }: { history: TestHistory }): VNode {
  const ran = executions.filter(({ status }) => status !== 'skipped')
  const failed = ran.filter(({ status }) => status !== 'passed').length
  const flaky = ran.filter((one) => one.flaky).length
  if (ran.length === 0) return <p class="byline">None of its runs is kept.</p>
  return (
    <p class="byline">
      <span>
        {number(ran.length - failed)} of its last {plural(ran.length, 'run')} passed, {percent(1 - failed / ran.length)}
      </span>
      {flaky > 0 && <span class="tag">≈ flaky {plural(flaky, 'time')}</span>}
    </p>
  )
}

function Executions({ project, executions }: { project: string; executions: readonly Execution[] }): VNode | null {
  const slowest = executions.reduce((most, one) => Math.max(most, one.duration), 0)
  if (executions.length === 0) return null
  return (
    <section aria-label="Its last runs">
      <h2>Its last {plural(executions.length, 'run')}</h2>
      <VirtualList
        items={executions}
        rowHeight={ROW}
        label="Its last runs"
        row={(one) => (
          <a class="row test" data-row href={linkTo(project, one)}>
            <Status of={statusOf(one)} />
            <span class="name">
              <Time at={one.startedAt} short />
            </span>
            <span class="side">{one.attempts > 1 && plural(one.attempts, 'attempt')}</span>
            <span class="length" aria-hidden="true">
              <i style={{ width: `${slowest === 0 ? 0 : Math.max(1, (100 * one.duration) / slowest)}%` }} />
            </span>
            <span class="took">{one.status === 'skipped' ? '' : duration(one.duration)}</span>
          </a>
        )}
      />
    </section>
  )
}
