import { useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { ApiError, signedOut } from './api.ts'
import { listRuns, type RunsAsked, type StoredRun } from './stored-run.ts'

/** The runs that are asked for, as far as they have come. */
export interface Runs {
  state: 'loading' | 'ready' | 'failed'
  /** While others are asked for, those that were. */
  runs: readonly StoredRun[]
  /** How many there are at the endpoint. */
  total: number
  error: ApiError | null
  /** Sees to it that so many are there. */
  need(count: number): void
  /** Asks for them anew, from the first. */
  again(): void
  /** Asks for the newest: some began, went on or ended. */
  refresh(): void
}

interface Known {
  key: string
  state: Runs['state']
  runs: readonly StoredRun[]
  total: number
  error: ApiError | null
}

const none: Omit<Known, 'key'> = { state: 'loading', runs: [], total: 0, error: null }

/** Runs come a page at a time, as far as a reader scrolls. */
export function useRuns(project: string, asked: RunsAsked): Runs {
  const key = JSON.stringify([project, asked])
  const known = useSignal<Known>({ key, ...none })
  const round = useSignal(0)
  const wanted = useRef(0)
  const own = useRef<AbortController | null>(null)
  const isOut = signedOut.value
  const load = async (control: AbortController, before: readonly StoredRun[]): Promise<void> => {
    try {
      const page = await listRuns(project, asked, before.at(-1)?.id, control.signal)
      if (control.signal.aborted) return
      // The newest may have been read anew meanwhile.
      const shown = known.peek().runs
      const runs = [...(shown.at(-1)?.id === before.at(-1)?.id ? shown : before), ...page.runs]
      // A run may go while others are read: then there are no more than came.
      const total = page.runs.length === 0 ? runs.length : Math.max(page.total, runs.length)
      known.value = { key, state: 'ready', runs, total, error: null }
      if (runs.length < Math.min(wanted.current, total)) await load(control, runs)
      else own.current = null
    } catch (error) {
      if (control.signal.aborted) return
      own.current = null
      known.value = { key, state: 'failed', runs: before, total: known.value.total, error: asApiError(error as Error) }
    }
  }
  const begin = (before: readonly StoredRun[]): AbortController => {
    const control = new AbortController()
    own.current = control
    void load(control, before)
    return control
  }
  useEffect(() => {
    if (isOut) return
    wanted.current = 0
    known.value = { ...known.peek(), key, state: 'loading', error: null }
    const control = begin([])
    return () => {
      control.abort()
      own.current?.abort()
      own.current = null
    }
  }, [key, isOut, round.value])
  const refreshing = useRef<AbortController | null>(null)
  // A stream tells the function that it was given at first.
  const latest = useRef(asked)
  latest.current = asked
  const refresh = async (): Promise<void> => {
    const before = known.peek()
    if (before.state === 'loading') return
    refreshing.current?.abort()
    const control = new AbortController()
    refreshing.current = control
    const page = await listRuns(project, latest.current, undefined, control.signal).catch(() => undefined)
    const shown = known.peek()
    // Why they can't be read is told where one asks for them.
    if (page === undefined || control.signal.aborted || shown.key !== before.key) return
    const runs = joined(page.runs, shown.runs)
    known.value = { ...shown, state: 'ready', runs, total: Math.max(page.total, runs.length), error: null }
  }
  const now: Known = known.value.key === key ? known.value : { ...known.value, key, state: 'loading' }
  return {
    ...now,
    need: (count) => {
      wanted.current = Math.max(wanted.current, count)
      const { state, runs, total } = known.value
      if (state === 'ready' && own.current === null && runs.length < Math.min(wanted.current, total)) begin(runs)
    },
    again: () => {
      round.value += 1
    },
    refresh: () => void refresh(),
  }
}

/** The newest, and of those that were there what is older than them. */
function joined(newest: readonly StoredRun[], there: readonly StoredRun[]): readonly StoredRun[] {
  const last = there.findIndex(({ id }) => id === newest.at(-1)?.id)
  return last === -1 ? newest : [...newest, ...there.slice(last + 1)]
}

function asApiError(error: Error): ApiError {
  return error instanceof ApiError ? error : new ApiError(0, error.message)
}
