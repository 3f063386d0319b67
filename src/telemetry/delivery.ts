/** How long telemetry may wait for the network at the end of a run or a command, in milliseconds. */
export const DEADLINE = 1000

/** How a client posts: the shape of `fetch`, so that `telemetry show` can keep what would be sent. */
export type Post = (url: string, request: PostRequest) => Promise<Response>

export interface PostRequest {
  method: string
  headers: Record<string, string>
  body: string
}

/**
 * Lets clients send until the deadline, then gives up and closes what is still open. Never throws: a destination that
 * is down is no business of the run.
 */
export async function withinDeadline(clients: readonly ((post: Post) => Promise<unknown>)[]): Promise<void> {
  const { promise: expired, resolve: expire } = Promise.withResolvers<void>()
  const timer = setTimeout(expire, DEADLINE)
  const abort = new AbortController()
  const post: Post = (url, { method, headers, body }) =>
    fetch(url, { method, headers, body, signal: abort.signal, redirect: 'error' })
  await Promise.race([expired, Promise.allSettled(clients.map((send) => send(post)))])
  clearTimeout(timer)
  abort.abort()
}
