import type { VNode } from 'preact'
import type { StoredRun } from '../data/stored-run.ts'
import { duration, number, plural } from '../format.ts'
import { EnvironmentMark } from '../parts/environment.tsx'
import { type Shown, Status } from '../parts/status.tsx'
import { Time } from '../parts/time.tsx'
import { href } from '../route.ts'

/** Pixels. */
export const ROW_HEIGHT = { wide: 46, phone: 68 } as const

interface Props {
  one: StoredRun
  /** Milliseconds: what the bar of the duration is a part of. */
  slowest: number
  isPicked: boolean
  pick: (one: StoredRun) => void
}

/** A run in the list: what it was of, how it ended, how long it took. */
export function RunRow({ one, slowest, isPicked, pick }: Props): VNode {
  const { id, project, run, end } = one
  const name = nameOf(one)
  return (
    <div class={`picking ${isPicked ? 'on' : ''}`}>
      <input type="checkbox" checked={isPicked} aria-label={`Choose the run of ${name}`} onChange={() => pick(one)} />
      <a class="row run" data-row href={href([], {}, [project, 'run', id])}>
        <Status of={shownOf(one)} />
        <span class="name">
          <bdi>{run.branch ?? 'no branch'}</bdi>
          {run.commit !== null && <code title={run.commit}>{run.commit.slice(0, 8)}</code>}
          <Marks one={one} />
        </span>
        <Totals one={one} />
        <span class="side when">
          <Time at={run.startedAt} short />
        </span>
        <span class="length" aria-hidden="true">
          {end !== null && (
            <i style={{ width: `${slowest === 0 ? 0 : Math.max(1, (100 * end.duration) / slowest)}%` }} />
          )}
        </span>
        <span class="took">{end === null ? '' : duration(end.duration)}</span>
      </a>
    </div>
  )
}

/** The environment, the shard, and what is redacted. */
function Marks({ one: { run, dataRemovedAt, color } }: { one: StoredRun }): VNode {
  const redacted = [run.redacted.records && 'record data', run.redacted.checks && 'check data'].filter(Boolean)
  return (
    <>
      {run.environment !== null && <EnvironmentMark name={run.environment} color={color} />}
      {run.shard !== null && (
        <small>
          shard {number(run.shard.index)} of {number(run.shard.count)}
        </small>
      )}
      {redacted.length > 0 && (
        <span class="tag" title={`${redacted.join(' and ')} redacted`}>
          redacted
        </span>
      )}
      {dataRemovedAt !== null && (
        <span class="tag" title="Its record data was deleted, or its time was over">
          no data
        </span>
      )}
    </>
  )
}

/** Failures first: they are what one looks for. */
function Totals({ one: { end, state } }: { one: StoredRun }): VNode {
  if (end === null) return <span class="side sums">{state === 'running' ? 'still running' : 'its end never came'}</span>
  const { tests, failed, flaky, errors = 0 } = end.totals
  return (
    <span class="side sums">
      {failed > 0 && <b class="bad">{number(failed)} failed</b>}
      {errors > 0 && <b class="bad">{plural(errors, 'error')}</b>}
      {flaky > 0 && <b class="flaky">{number(flaky)} flaky</b>}
      <span>{plural(tests, 'test')}</span>
    </span>
  )
}

/** As one word: an upload that has not ended is shown as running also where its end line is there. */
export function shownOf({ state, end }: StoredRun): Shown {
  if (state === 'complete' && end !== null) return end.status
  return state === 'running' ? 'running' : 'lost'
}

function nameOf({ run, id }: StoredRun): string {
  return [run.branch ?? 'no branch', run.commit?.slice(0, 8) ?? id.slice(0, 8)].join(' ')
}
