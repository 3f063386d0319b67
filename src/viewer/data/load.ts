import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { ApiError, signedOut } from './api.ts'

export type Loading<Value> =
  | { state: 'loading' }
  | { state: 'ready'; value: Value; again(): void }
  | { state: 'failed'; error: ApiError; again(): void }

/**
 * What `load` gives, asked for when `key` changes, when somebody signed in, and by `again`; called off when the reader
 * goes elsewhere.
 */
export function useLoad<Value>(key: string, load: (signal: AbortSignal) => Promise<Value>): Loading<Value> {
  const loading = useSignal<{ key: string; now: Loading<Value> }>({ key, now: { state: 'loading' } })
  const round = useSignal(0)
  const isOut = signedOut.value
  useEffect(() => {
    if (isOut) return
    const own = new AbortController()
    const again = (): void => {
      round.value += 1
    }
    const show = (now: Loading<Value>): void => {
      if (!own.signal.aborted) loading.value = { key, now }
    }
    show({ state: 'loading' })
    load(own.signal).then(
      (value) => show({ state: 'ready', value, again }),
      (error: Error) => show({ state: 'failed', error: asApiError(error), again }),
    )
    return () => own.abort()
  }, [key, isOut, round.value])
  return loading.value.key === key ? loading.value.now : { state: 'loading' }
}

function asApiError(error: Error): ApiError {
  return error instanceof ApiError ? error : new ApiError(0, error.message)
}
