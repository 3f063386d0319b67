import { useSignal } from '@preact/signals'
import type { VNode } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { ask } from '../data/api.ts'
import { useLoad } from '../data/load.ts'
import { projectPath } from '../data/stored-run.ts'
import { plural } from '../format.ts'
import { Time } from '../parts/time.tsx'
import { go, href } from '../route.ts'
import { isLocal } from './local.ts'
import { useMayDelete } from './picked.tsx'

interface Props {
  project: string
  run: string
  /** Reads the run anew: something of it went. */
  again: () => void
}

/** What becomes of a run that is stored here: how long it is kept, who deleted what of it, and what deletes it. */
export function Stored({ project, run, again }: Props): VNode {
  const mayDelete = useMayDelete(project)
  const round = useSignal(0)
  const isAsking = useSignal<Removal | null>(null)
  if (isLocal)
    return (
      <p>
        This is what <code>.kafka-testkit</code> of this machine holds of the run. These pages delete nothing:{' '}
        <code>npx kafka-testkit history delete {run.slice(0, 13)}</code> does.
      </p>
    )
  return (
    <section class="card" aria-label="How long it is kept">
      <Kept project={project} />
      {mayDelete && <Done key={round.value} project={project} run={run} />}
      {mayDelete && (
        <div class="answers">
          {removals.map((removal) => (
            <button
              key={removal.label}
              type="button"
              onClick={() => {
                isAsking.value = removal
              }}
            >
              {removal.label} …
            </button>
          ))}
        </div>
      )}
      {isAsking.value !== null && (
        <Confirm
          run={run}
          removal={isAsking.value}
          close={(isDone) => {
            const { isWhole } = isAsking.value!
            isAsking.value = null
            if (!isDone) return
            if (isWhole) return go(href([project, 'runs'], {}, []))
            round.value += 1
            again()
          }}
        />
      )}
    </section>
  )
}

interface Removal {
  label: string
  /** Below the run's own address. */
  path: string
  isWhole: boolean
  words: string
}

const removals: readonly Removal[] = [
  {
    label: 'Delete the record data',
    path: '/records',
    isWhole: false,
    words:
      'Keys, values, headers and what quotes them go: the messages of checks and errors too. Results and figures stay. There is no way back.',
  },
  {
    label: 'Delete the run',
    path: '',
    isWhole: true,
    words: 'All that is stored of it goes, and what the insights count of it. There is no way back.',
  },
]

interface Keep {
  data: number | null
  results: number | null
  figures: number | null
}

function Kept({ project }: { project: string }): VNode {
  const found = useLoad(`project ${project}`, (signal) =>
    ask<{ settings: { keep: Keep } }>(projectPath(project), { signal }),
  )
  if (found.state !== 'ready')
    return <p role="status">{found.state === 'failed' ? found.error.message : 'Reading how long it is kept …'}</p>
  const { data, results, figures } = found.value.settings.keep
  const days = (count: number | null): string => (count === null ? 'until somebody deletes it' : plural(count, 'day'))
  return (
    <dl class="facts plain">
      {[
        ['Record data is kept', days(data)],
        ['The run is kept', days(results)],
        ['What insights count is kept', days(figures)],
      ].map(([label, text]) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>{text}</dd>
        </div>
      ))}
    </dl>
  )
}

interface Entry {
  id: number
  at: number
  actor: string
  action: string
  subject: string | null
}

/** What the audit log says of the run; the log is for those who may delete. */
function Done({ project, run }: { project: string; run: string }): VNode | null {
  const log = useLoad(`audit ${project} ${run}`, async (signal) => {
    const { entries } = await ask<{ entries: Entry[] }>(`${projectPath(project)}/audit?limit=1000`, { signal })
    return entries.filter(({ subject }) => subject === run)
  })
  if (log.state !== 'ready') return null
  if (log.value.length === 0) return <p class="note">Nobody has deleted anything of it.</p>
  return (
    <ul class="note">
      {log.value.map(({ id, at, actor, action }) => (
        <li key={id}>
          <Time at={at} /> {action} by <bdi>{actor}</bdi>
        </li>
      ))}
    </ul>
  )
}

interface ConfirmProps {
  run: string
  removal: Removal
  close: (isDone: boolean) => void
}

function Confirm({ run, removal, close }: ConfirmProps): VNode {
  const dialog = useRef<HTMLDialogElement>(null)
  const problem = useSignal('')
  const isBusy = useSignal(false)
  const isDone = useRef(false)
  useEffect(() => dialog.current!.showModal(), [])
  const remove = async (): Promise<void> => {
    isBusy.value = true
    try {
      await ask(`/v1/runs/${encodeURIComponent(run)}${removal.path}`, { method: 'DELETE' })
      isDone.current = true
      dialog.current!.close()
    } catch (error) {
      problem.value = `Nothing was deleted. ${(error as Error).message}`
      isBusy.value = false
    }
  }
  return (
    <dialog ref={dialog} class="help confirm" aria-labelledby="confirm-removal" onClose={() => close(isDone.current)}>
      <h2 id="confirm-removal">{removal.label}?</h2>
      <p>{removal.words}</p>
      <p role="alert" class="bad">
        {problem.value}
      </p>
      <div class="answers">
        <button type="button" onClick={() => dialog.current!.close()}>
          Keep
        </button>
        <button type="button" class="danger" disabled={isBusy.value} onClick={() => void remove()}>
          Delete
        </button>
      </div>
    </dialog>
  )
}
