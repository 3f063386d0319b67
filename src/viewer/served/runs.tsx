import { useSignal } from '@preact/signals'
import type { VNode } from 'preact'
import { useMemo } from 'preact/hooks'
import { useProjectChanges } from '../data/follow.ts'
import { type Runs, useRuns } from '../data/runs.ts'
import type { RunsAsked, StoredRun } from '../data/stored-run.ts'
import { number, plural } from '../format.ts'
import { Choice } from '../parts/choice.tsx'
import { VirtualList } from '../parts/virtual-list.tsx'
import { href, route, setQuery } from '../route.ts'
import { Connected } from './connected.tsx'
import { Failed } from './loaded.tsx'
import { Picked } from './picked.tsx'
import { ROW_HEIGHT, RunRow } from './run-row.tsx'
import { useRunNames } from './scope-filter.tsx'

const statuses = ['passed', 'failed', 'running', 'lost']

/** The runs of a project, the newest first: searched, filtered, two of them compared. */
export function RunsPage({ project }: { project: string }): VNode {
  const { query } = route.value
  const asked: RunsAsked = {
    search: query.get('q') ?? '',
    status: query.get('status') ?? '',
    branch: query.get('branch') ?? '',
    environment: query.get('environment') ?? '',
  }
  const runs = useRuns(project, asked)
  const connection = useProjectChanges(project, runs.refresh)
  const picked = useSignal<readonly StoredRun[]>([])
  const pick = (one: StoredRun): void => {
    const others = picked.value.filter(({ id }) => id !== one.id)
    picked.value = others.length < picked.value.length ? others : [...others, one]
  }
  return (
    <>
      <Connected connection={connection} />
      <div class="title">
        <h1>Runs</h1>
      </div>
      <Filter project={project} search={asked.search} />
      <Body project={project} runs={runs} isFiltered={Object.values(asked).some((one) => one !== '')}>
        {(isWaiting) => (
          <>
            <p class="count" aria-live="polite">
              {plural(runs.total, 'run')}
              {isWaiting && ` · reading on`}
            </p>
            <List runs={runs} picked={picked.value} pick={pick} />
          </>
        )}
      </Body>
      <Picked
        project={project}
        picked={picked.value}
        known={runs.runs}
        clear={() => {
          picked.value = []
        }}
        again={runs.again}
      />
    </>
  )
}

function Filter({ project, search }: { project: string; search: string }): VNode {
  const { branches, environments } = useRunNames(project)
  return (
    <search class="tools">
      <input
        type="search"
        value={search}
        placeholder="Branch, environment, commit, build or id"
        aria-label="Search runs"
        onInput={(event) => setQuery({ q: event.currentTarget.value })}
      />
      <Choice name="status" label="Status" all="Any status" options={statuses} />
      <Choice name="branch" label="Branch" all="All branches" options={branches} />
      {(environments.length > 0 || route.value.query.has('environment')) && (
        <Choice name="environment" label="Environment" all="All environments" options={environments} />
      )}
    </search>
  )
}

interface BodyProps {
  project: string
  runs: Runs
  isFiltered: boolean
  children: (isWaiting: boolean) => VNode
}

/** The list, or why there is none. */
function Body({ project, runs, isFiltered, children }: BodyProps): VNode {
  const { state, total, error, again } = runs
  if (state === 'failed' && runs.runs.length === 0)
    return <Failed error={error!} what={`the runs of ${project}`} again={again} />
  if (state === 'loading' && total === 0)
    return (
      <p class="loading" role="status">
        Reading the runs of {project} …
      </p>
    )
  if (total === 0) return isFiltered ? <NoneMeant project={project} /> : <NoneYet project={project} />
  return (
    <>
      {state === 'failed' && (
        <p class="note warn" role="alert">
          The rest could not be read: {error!.message}{' '}
          <button type="button" onClick={again}>
            Try again
          </button>
        </p>
      )}
      <div class={state === 'loading' ? 'old' : ''} aria-busy={state === 'loading'}>
        {children(state === 'ready' && runs.runs.length < total)}
      </div>
    </>
  )
}

function NoneMeant({ project }: { project: string }): VNode {
  return (
    <div class="empty">
      <h1>No run is like that</h1>
      <p>None of the runs of {project} has all of what is asked for.</p>
      <a href={href([project, 'runs'], {}, [])}>Show all runs</a>
    </div>
  )
}

function NoneYet({ project }: { project: string }): VNode {
  return (
    <div class="empty">
      <h1>No run has arrived yet</h1>
      <p>A run is uploaded when it ends, where the config of the tests says so:</p>
      <pre class="data">{`history: {\n  endpoint: { url: '${location.origin}', project: '${project}' },\n}`}</pre>
      <p>
        Runs that are stored already: <code>npx kafka-testkit push</code>
      </p>
    </div>
  )
}

interface ListProps {
  runs: Runs
  picked: readonly StoredRun[]
  pick: (one: StoredRun) => void
}

/** As long as all of them, of which those are there that have come. */
function List({ runs, picked, pick }: ListProps): VNode {
  const [slowest, items] = useMemo(() => {
    const most = runs.runs.reduce((longest, { end }) => Math.max(longest, end?.duration ?? 0), 0)
    return [most, Array.from({ length: runs.total }, (_, index) => runs.runs[index])]
  }, [runs.runs, runs.total])
  const rowHeight = innerWidth <= 640 ? ROW_HEIGHT.phone : ROW_HEIGHT.wide
  return (
    <VirtualList
      items={items}
      rowHeight={rowHeight}
      label={`Runs, ${number(runs.total)}`}
      onRows={runs.need}
      row={(one) =>
        one === undefined ? (
          <div class="row run waiting">…</div>
        ) : (
          <RunRow one={one} slowest={slowest} isPicked={picked.some(({ id }) => id === one.id)} pick={pick} />
        )
      }
    />
  )
}
