import type { VNode } from 'preact'
import { Chart } from '../charts/chart.tsx'
import { outcomes, recordsPerRun, runDurations } from '../charts/figures.ts'
import { type DayFigures, getDays, type Scope, scopeOf } from '../data/insights.ts'
import { useKept, useLoad } from '../data/load.ts'
import { duration, number, percent, plural } from '../format.ts'
import { route } from '../route.ts'
import { InsightTasks } from './insight-tasks.tsx'
import { InsightTests } from './insight-tests.tsx'
import { Loaded } from './loaded.tsx'
import { NothingIn, ScopeFilter } from './scope-filter.tsx'

/** How the tests of a project develop. */
export function InsightsPage({ project }: { project: string }): VNode {
  const scope = scopeOf(project, route.value.query)
  const days = useKept(
    useLoad(`days ${JSON.stringify(scope)}`, async (signal) => ({ of: scope, rows: await getDays(scope, signal) })),
  )
  return (
    <>
      <div class="title">
        <h1>Insights</h1>
      </div>
      <ScopeFilter scope={scope} />
      <Loaded of={days} what="the insights">
        {({ of, rows }) =>
          rows.length === 0 ? (
            <NothingIn scope={of} what="No run" />
          ) : (
            <Figures scope={of} rows={rows} isOld={days.isOld} />
          )
        }
      </Loaded>
    </>
  )
}

function Figures({ scope, rows, isOld }: { scope: Scope; rows: readonly DayFigures[]; isOld: boolean }): VNode {
  return (
    <div class={`figures ${isOld ? 'old' : ''}`} aria-busy={isOld}>
      <Totals rows={rows} />
      <div class="charts">
        <Chart data={outcomes(scope, rows)} />
        <Chart data={runDurations(scope, rows)} />
        <Chart data={recordsPerRun(scope, rows)} />
        <InsightTasks scope={scope} />
      </div>
      <InsightTests scope={scope} />
    </div>
  )
}

/** What all of it came to. */
function Totals({ rows }: { rows: readonly DayFigures[] }): VNode {
  const sum = (value: (row: DayFigures) => number): number => rows.reduce((all, row) => all + value(row), 0)
  const runs = sum((row) => row.runs)
  const ran = sum(({ passed, failed }) => passed + failed)
  const flaky = sum((row) => row.flaky)
  const facts: [string, string][] = [
    ['Runs', number(runs)],
    ['Runs that passed', percent((runs - sum((row) => row.failedRuns)) / runs)],
    ['Tests that passed', ran === 0 ? 'none ran' : percent(sum(({ passed }) => passed) / ran)],
    ['Passed, not at once', flaky === 0 ? 'none' : `${plural(flaky, 'time')}`],
    ['A run takes', `${duration(sum((row) => row.duration) / runs)} on average`],
  ]
  return (
    <dl class="facts">
      {facts.map(([label, text]) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>{text}</dd>
        </div>
      ))}
    </dl>
  )
}
