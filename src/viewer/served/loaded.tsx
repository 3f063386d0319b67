import type { ComponentChildren, VNode } from 'preact'
import type { ApiError } from '../data/api.ts'
import type { Loading } from '../data/load.ts'

interface Props<Value> {
  of: Loading<Value>
  /** What is waited for: "the runs of shop". */
  what: string
  children: (value: Value, again: () => void) => ComponentChildren
}

/** Something that was asked for: that it is on its way, why it is not there, or itself. */
export function Loaded<Value>({ of, what, children }: Props<Value>): VNode {
  if (of.state === 'loading')
    return (
      <p class="loading" role="status">
        Reading {what} …
      </p>
    )
  if (of.state === 'failed') return <Failed error={of.error} what={what} again={of.again} />
  return <>{children(of.value, of.again)}</>
}

/** Each state says what can be done about it. */
export function Failed({ error, what, again }: { error: ApiError; what: string; again: () => void }): VNode {
  const { status, message } = error
  return (
    <div class="empty" role="alert">
      <h1>{titleOf(status, what)}</h1>
      <p>{message}</p>
      {status === 404 || status === 410 ? null : (
        <button type="button" onClick={again}>
          Try again
        </button>
      )}
    </div>
  )
}

function titleOf(status: number, what: string): string {
  if (status === 0) return "The endpoint can't be reached"
  if (status === 403) return `Your token may not read ${what}`
  return status === 404 || status === 410 ? `There is no such thing: ${what}` : `Could not read ${what}`
}
