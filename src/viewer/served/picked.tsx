import { useSignal } from '@preact/signals'
import type { VNode } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { ask } from '../data/api.ts'
import { useLoad } from '../data/load.ts'
import { askSession } from '../data/session.ts'
import type { StoredRun } from '../data/stored-run.ts'
import { number, plural } from '../format.ts'
import { href } from '../route.ts'

interface Props {
  project: string
  picked: readonly StoredRun[]
  /** The runs that are known, the newest first. */
  known: readonly StoredRun[]
  clear: () => void
  again: () => void
}

/** What can be done with the runs that are chosen. */
export function Picked({ project, picked, known, clear, again }: Props): VNode | null {
  const isAsking = useSignal(false)
  const mayDelete = useMayDelete(project)
  if (picked.length === 0) return null
  const pair = pairOf(picked, known)
  return (
    <div class="picked" role="region" aria-label="Chosen runs">
      <b>{plural(picked.length, 'run')} chosen</b>
      {pair === undefined ? (
        <span class="note">{picked.length === 1 ? 'Choose another to compare it with' : 'Two can be compared'}</span>
      ) : (
        <a class="button" data-compare href={href([project, 'compare', pair[0].id, pair[1].id], {}, [])}>
          {picked.length === 1 ? 'Compare with the one before' : 'Compare'}
        </a>
      )}
      {mayDelete && (
        <button
          type="button"
          onClick={() => {
            isAsking.value = true
          }}
        >
          Delete …
        </button>
      )}
      <button type="button" class="quiet" onClick={clear}>
        Choose none
      </button>
      {isAsking.value && (
        <Confirm
          picked={picked}
          close={(isDone) => {
            isAsking.value = false
            if (!isDone) return
            clear()
            again()
          }}
        />
      )}
    </div>
  )
}

/** The older first. Of one that is chosen, the one before on its branch. */
function pairOf(picked: readonly StoredRun[], known: readonly StoredRun[]): [StoredRun, StoredRun] | undefined {
  const [one, two] = picked
  if (picked.length > 2 || one === undefined) return undefined
  if (two !== undefined) return one.run.startedAt <= two.run.startedAt ? [one, two] : [two, one]
  const before = known.slice(known.findIndex(({ id }) => id === one.id) + 1).find((other) => {
    return other.run.branch === one.run.branch && other.state === 'complete'
  })
  return before === undefined ? undefined : [before, one]
}

/** Whether the reader's token may delete runs of the project. */
export function useMayDelete(project: string): boolean {
  const session = useLoad('session', askSession)
  if (session.state !== 'ready') return false
  const { token, store } = session.value
  // What a store of this machine holds is read, and deleted by the command line.
  return store === null && token.scope === 'admin' && (token.project === null || token.project === project)
}

/** Deletes after it was asked once more; what could not be deleted is said, and the rest is gone. */
function Confirm({ picked, close }: { picked: readonly StoredRun[]; close: (isDone: boolean) => void }): VNode {
  const dialog = useRef<HTMLDialogElement>(null)
  const problem = useSignal('')
  const done = useSignal(0)
  const isBusy = useSignal(false)
  useEffect(() => dialog.current!.showModal(), [])
  const remove = async (): Promise<void> => {
    isBusy.value = true
    try {
      for (const { id } of picked.slice(done.value)) {
        await ask(`/v1/runs/${encodeURIComponent(id)}`, { method: 'DELETE' })
        done.value += 1
      }
      close(true)
    } catch (error) {
      problem.value = `${number(done.value)} of ${plural(picked.length, 'run')} deleted. ${(error as Error).message}`
      isBusy.value = false
    }
  }
  return (
    <dialog ref={dialog} class="help confirm" aria-labelledby="confirm-title" onClose={() => close(done.value > 0)}>
      <h2 id="confirm-title">Delete {plural(picked.length, 'run')}?</h2>
      <p>
        All that is stored of {picked.length === 1 ? 'it' : 'them'} goes, and what the insights count of it. There is no
        way back.
      </p>
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
