import { useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { ApiError, signedOut } from './api.ts'

type Now<Value> = { state: 'loading' } | { state: 'ready'; value: Value } | { state: 'failed'; error: ApiError }

/** `again` asks once more: what is there stays until the answer is. */
export type Loading<Value> = Now<Value> & { again: () => void }

/**
 * What `load` gives, asked for when `key` changes, when somebody signed in, and by `again`; called off when the reader
 * goes elsewhere.
 */
export function useLoad<Value>(key: string, load: (signal: AbortSignal) => Promise<Value>): Loading<Value> {
  const loading = useSignal<{ key: string; now: Now<Value> }>({ key, now: { state: 'loading' } })
  const round = useSignal(0)
  const isOut = signedOut.value
  useEffect(() => {
    if (isOut) return
    const own = new AbortController()
    const show = (now: Now<Value>): void => {
      if (!own.signal.aborted) loading.value = { key, now }
    }
    const shown = loading.peek()
    if (shown.key !== key || shown.now.state !== 'ready') show({ state: 'loading' })
    load(own.signal).then(
      (value) => show({ state: 'ready', value }),
      (error: Error) => show({ state: 'failed', error: asApiError(error) }),
    )
    return () => own.abort()
  }, [key, isOut, round.value])
  const again = (): void => {
    round.value += 1
  }
  const { key: shown, now } = loading.value
  return { ...(shown === key ? now : { state: 'loading' }), again }
}

/** The same, but that what is there stays until the next is: of what is filtered. `isOld` until then. */
export function useKept<Value>(of: Loading<Value>): Loading<Value> & { isOld: boolean } {
  const kept = useRef<Loading<Value> | null>(null)
  if (of.state === 'ready') kept.current = of
  const isOld = of.state === 'loading' && kept.current !== null
  return { ...(isOld ? kept.current! : of), isOld }
}

function asApiError(error: Error): ApiError {
  return error instanceof ApiError ? error : new ApiError(0, error.message)
}
