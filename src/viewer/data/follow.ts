import { type Signal, useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { ask, signedOut } from './api.ts'
import type { LoadedRun, StoredRun } from './stored-run.ts'

/** `lost`: the connection is, and is tried again. */
export type Connection = 'open' | 'lost'

/** After so long a connection that broke is called lost, or is tried again where the browser has given up (milliseconds). */
const AGAIN_MS = 2000

interface Stream {
  /** The address, which says what is here already. */
  url: () => string
  on: Readonly<Record<string, (event: MessageEvent<string>, close: () => void) => void>>
  connection: Signal<Connection>
}

/**
 * Follows a stream of server-sent events until it is called off. A page that nobody sees lets go of its connection: a
 * browser has six of them for an endpoint, and goes on where it was when it is seen again.
 */
function follow({ url, on, connection }: Stream): () => void {
  let source: EventSource | undefined
  let patience: ReturnType<typeof setTimeout> | undefined
  let isOver = false
  const stopWaiting = (): void => {
    clearTimeout(patience)
    patience = undefined
  }
  const drop = (): void => {
    stopWaiting()
    source?.close()
    source = undefined
  }
  const close = (): void => {
    isOver = true
    drop()
  }
  const connect = (): void => {
    drop()
    if (isOver || document.hidden) return
    const own = new EventSource(url())
    source = own
    own.onopen = () => {
      stopWaiting()
      connection.value = 'open'
    }
    own.onerror = () => {
      // The browser tries again by itself, and says what it had last; but not after an answer that was an error.
      const isGivenUp = own.readyState === EventSource.CLOSED
      if (isGivenUp) stopWaiting()
      patience ??= setTimeout(isGivenUp ? () => void retry() : () => (connection.value = 'lost'), AGAIN_MS)
    }
    for (const [name, take] of Object.entries(on)) {
      own.addEventListener(name, (event) => take(event as MessageEvent<string>, close))
    }
  }
  /** An EventSource does not say why it failed: whether the session is over is asked. */
  const retry = async (): Promise<void> => {
    await ask('/v1/session').catch(() => {
      connection.value = 'lost'
    })
    if (!signedOut.value) connect()
  }
  document.addEventListener('visibilitychange', connect)
  connect()
  return () => {
    document.removeEventListener('visibilitychange', connect)
    close()
  }
}

/** Adds to a run what arrives of it; `onMore` hears of each piece, `onGone` that it was deleted. */
export function useFollowedRun(run: LoadedRun | undefined, onMore: () => void, onGone: () => void): Connection {
  const connection = useSignal<Connection>('open')
  const isOut = signedOut.value
  useEffect(() => {
    if (run === undefined || !run.isRunning || isOut) return
    return follow({
      connection,
      url: () => `/v1/runs/${encodeURIComponent(run.id)}/events?after=${run.chunks}`,
      on: {
        lines: ({ data, lastEventId }) => {
          run.add(lastEventId, data.split('\n'))
          onMore()
        },
        run: ({ data }, close) => {
          run.become(JSON.parse(data) as StoredRun)
          if (!run.isRunning) close()
          onMore()
        },
        gone: (_, close) => {
          close()
          onGone()
        },
      },
    })
  }, [run, isOut])
  return connection.value
}

/** Hears that runs of a project began, went on or ended, and when the connection is there again. */
export function useProjectChanges(project: string, onChange: () => void): Connection {
  const connection = useSignal<Connection>('open')
  const isOut = signedOut.value
  useEffect(() => {
    if (isOut) return
    const url = (): string => `/v1/projects/${encodeURIComponent(project)}/events`
    return follow({ connection, url, on: { runs: onChange } })
  }, [project, isOut])
  return connection.value
}
