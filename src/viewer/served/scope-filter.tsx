import type { VNode } from 'preact'
import { ask } from '../data/api.ts'
import { type Scope, spanOf, spans } from '../data/insights.ts'
import { useLoad } from '../data/load.ts'
import { projectPath } from '../data/stored-run.ts'
import { dateText } from '../format.ts'
import { Choice } from '../parts/choice.tsx'
import { route, setQuery } from '../route.ts'

const words: Readonly<Record<string, string>> = { '7': '7 days', '30': '30 days', '90': '90 days', '365': '1 year' }

/** Of when, of which branch and environment insights are: all of it stands in the address. */
export function ScopeFilter({ scope }: { scope: Scope }): VNode {
  const span = spanOf(route.value.query)
  const { branches, environments } = useRunNames(scope.project)
  const setDay = (name: 'from' | 'to', day: string): void => {
    if (day !== '') setQuery({ from: scope.from, to: scope.to, [name]: day, days: undefined })
  }
  return (
    <search class="tools scope" aria-label="Of when and of what">
      <div class="tabs" role="group" aria-label="How many days">
        {spans.map((days) => (
          <button
            type="button"
            key={days}
            aria-pressed={days === span}
            onClick={() => setQuery({ days: days === '30' ? undefined : days, from: undefined, to: undefined })}
          >
            {words[days]}
          </button>
        ))}
      </div>
      <span class="days">
        <input
          type="date"
          aria-label="From"
          value={scope.from}
          max={scope.to}
          onChange={(event) => setDay('from', event.currentTarget.value)}
        />
        –
        <input
          type="date"
          aria-label="To"
          value={scope.to}
          min={scope.from}
          onChange={(event) => setDay('to', event.currentTarget.value)}
        />
      </span>
      <Choice name="by" label="Interval" all={`By ${scope.by}`} options={['day', 'week', 'month']} />
      <Choice name="branch" label="Branch" all="All branches" options={branches} />
      {(environments.length > 0 || scope.environment !== '') && (
        <Choice name="environment" label="Environment" all="All environments" options={environments} />
      )}
    </search>
  )
}

/** The branches and environments there are; none while they are asked for. */
export function useRunNames(project: string): { branches: string[]; environments: string[] } {
  const names = useLoad(`names ${project}`, (signal) =>
    ask<{ branches: string[]; environments: string[] }>(`${projectPath(project)}/run-names`, { signal }),
  )
  return names.state === 'ready' ? names.value : { branches: [], environments: [] }
}

/** Where there is nothing: of which days, and how to see more. */
export function NothingIn({ scope, what }: { scope: Scope; what: string }): VNode {
  const { from, to, branch, environment } = scope
  const of = [branch && `on branch ${branch}`, environment && `in environment ${environment}`].filter(Boolean)
  return (
    <div class="empty">
      <h1>{what} in this time</h1>
      <p>
        {[`Nothing was counted from ${dateText(from)} to ${dateText(to)}`, ...of].join(' ')}. Days are those of UTC.
      </p>
      <div class="answers">
        <button
          type="button"
          onClick={() => setQuery({ days: '365', from: undefined, to: undefined, branch: '', environment: '' })}
        >
          Show all of a year
        </button>
      </div>
    </div>
  )
}
