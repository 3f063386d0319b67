import type { Settled } from '../cluster/cluster.ts'
import type { Scope } from './scope.ts'

interface Settling {
  /** Milliseconds without an event. Default 10. */
  quiet?: number | undefined
  /** Of `now()`. */
  deadline: number
  signal?: AbortSignal
}

/** Waits until the cluster of a test has settled. */
export function untilSettled(scope: Scope, { quiet = 10, deadline, signal }: Settling): Promise<Settled> {
  return scope.cluster.settled({
    ...{ quiet, within: Math.max(quiet, scope.defaultWithin), deadline, touched: scope.touched, since: scope.began.at },
    ...(signal === undefined ? {} : { signal }),
  })
}
