import type { VNode } from 'preact'
import type { Compared, Comparison } from '../../run/compare.ts'
import { ask } from '../data/api.ts'
import { useLoad } from '../data/load.ts'
import type { StoredRun } from '../data/stored-run.ts'
import { duration, number } from '../format.ts'
import { type Shown, Status } from '../parts/status.tsx'
import { Time } from '../parts/time.tsx'
import { VirtualList } from '../parts/virtual-list.tsx'
import { href } from '../route.ts'
import { Loaded } from './loaded.tsx'
import { shownOf } from './run-row.tsx'

const ROW = 44

/** In the order and the words of `history compare`. */
const kinds: readonly (readonly [kind: keyof Comparison, title: string])[] = [
  ['newFailures', 'New failures'],
  ['stillFailing', 'Still failing'],
  ['mended', 'Mended'],
  ['flaky', 'Flaky'],
  ['slower', 'Slower'],
  ['added', 'New tests'],
  ['removed', 'Tests that are gone'],
]

interface Found {
  before: StoredRun
  after: StoredRun
  comparison: Comparison
}

/** What a run has that an earlier one had not: the same as `history compare` says. */
export function ComparePage({ project, rest }: { project: string; rest: readonly string[] }): VNode {
  const [before = '', after = ''] = rest
  const found = useLoad(`compare ${before} ${after}`, async (signal): Promise<Found> => {
    const get = <Value,>(path: string): Promise<Value> => ask<Value>(`/v1/runs/${path}`, { signal })
    const [one, two] = [encodeURIComponent(before), encodeURIComponent(after)]
    const answers = [get<StoredRun>(one), get<StoredRun>(two), get<Comparison>(`${two}/compare/${one}`)] as const
    const [first, second, comparison] = await Promise.all(answers)
    return { before: first, after: second, comparison }
  })
  return (
    <Loaded of={found} what="the two runs">
      {(value) => <Compare project={project} {...value} />}
    </Loaded>
  )
}

function Compare({ project, before, after, comparison }: Found & { project: string }): VNode {
  const shown = kinds.filter(([kind]) => comparison[kind].length > 0)
  return (
    <>
      <div class="title">
        <nav class="crumbs" aria-label="Where this is">
          <a href={href([project, 'runs'], {}, [])} data-go="up">
            Runs
          </a>
        </nav>
        <h1>What went otherwise</h1>
      </div>
      <dl class="facts sides">
        <Side label="Before" one={before} />
        <Side label="After" one={after} />
      </dl>
      {[before, after].some(({ state }) => state !== 'complete') && (
        <p class="note warn">Not all of these runs is there: what is compared are the tests that have arrived.</p>
      )}
      {before.run.startedAt > after.run.startedAt && (
        <p class="note warn">
          The first began after the second.{' '}
          <a href={href([project, 'compare', after.id, before.id], {}, [])}>Compare them the other way round</a>
        </p>
      )}
      {shown.length === 0 && <p class="note">No test went otherwise.</p>}
      {shown.map(([kind, title]) => (
        <section key={kind} aria-label={title}>
          <h2>
            {title} ({number(comparison[kind].length)})
          </h2>
          <VirtualList
            items={comparison[kind]}
            rowHeight={ROW}
            label={title}
            row={(one) => (
              <Row project={project} one={one} kind={kind} run={kind === 'removed' ? before.id : after.id} />
            )}
          />
        </section>
      ))}
    </>
  )
}

function Side({ label, one }: { label: string; one: StoredRun }): VNode {
  const { id, project, run, end } = one
  return (
    <div>
      <dt>{label}</dt>
      <dd class="side-of">
        <Status of={shownOf(one)} word />
        <a href={href([], {}, [project, 'run', id])}>
          <Time at={run.startedAt} short />
        </a>
        <span>
          <bdi>{run.branch ?? 'no branch'}</bdi>
          {run.commit !== null && <code> {run.commit.slice(0, 8)}</code>}
          {end !== null && `, ${duration(end.duration)}`}
        </span>
      </dd>
    </div>
  )
}

interface RowProps {
  project: string
  one: Compared
  kind: keyof Comparison
  /** In which its page is. */
  run: string
}

function Row({ project, one, kind, run }: RowProps): VNode {
  const { name, file, before, after } = one
  const sides = [before, after].filter((side) => side !== null)
  const statuses = new Set<Shown>(sides.map(({ status }) => status))
  // It passed, but not at once.
  if (kind === 'flaky') statuses.add('flaky')
  return (
    <a class="row compared" data-row href={href([], { q: name }, [project, 'run', run])}>
      <span class="turn">
        {[...statuses].map((status) => (
          <Status key={status} of={status} />
        ))}
      </span>
      <span class="name" title={name}>
        <bdi>{name}</bdi>
        <small>{one.project === '' ? (file ?? 'the run') : `|${one.project}| ${file ?? 'the run'}`}</small>
      </span>
      <span class="side">{sides.map((side) => duration(side.duration)).join(' → ')}</span>
    </a>
  )
}
