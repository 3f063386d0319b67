import type { VNode } from 'preact'
import { useProjectChanges } from '../data/follow.ts'
import { useLoad } from '../data/load.ts'
import { listRuns, type StoredRun } from '../data/stored-run.ts'
import { duration, number } from '../format.ts'
import { type Shown, Status } from '../parts/status.tsx'
import { Time } from '../parts/time.tsx'
import { href } from '../route.ts'
import { Connected } from './connected.tsx'
import { Loaded } from './loaded.tsx'

/** The runs of a project, the newest first. */
export function RunsPage({ project }: { project: string }): VNode {
  const runs = useLoad(`runs ${project}`, (signal) => listRuns(project, signal))
  const connection = useProjectChanges(project, runs.again)
  return (
    <Loaded of={runs} what={`the runs of ${project}`}>
      {(found) => (
        <>
          <Connected connection={connection} />
          <div class="title">
            <h1>Runs</h1>
          </div>
          {found.length === 0 ? (
            <p class="note">No run has arrived yet.</p>
          ) : (
            <div class="runs">
              {found.map((one) => (
                <RunRow key={one.id} one={one} />
              ))}
            </div>
          )}
        </>
      )}
    </Loaded>
  )
}

function RunRow({ one }: { one: StoredRun }): VNode {
  const { id, project, run, end } = one
  return (
    <a class="row run" data-row href={href([], {}, [project, 'run', id])}>
      <Status of={shownOf(one)} />
      <span class="name">
        <bdi>{run.branch ?? 'no branch'}</bdi>
        {end !== null && (
          <small>
            {end.totals.failed > 0 ? `${number(end.totals.failed)} of ` : ''}
            {number(end.totals.tests)} tests
          </small>
        )}
      </span>
      <span class="side">
        <Time at={run.startedAt} />
      </span>
      <span class="took">{end === null ? '' : duration(end.duration)}</span>
    </a>
  )
}

/** As one word: an upload that has not ended is shown as running also where its end line is there. */
function shownOf({ state, end }: StoredRun): Shown {
  if (state === 'complete' && end !== null) return end.status
  return state === 'running' ? 'running' : 'lost'
}
