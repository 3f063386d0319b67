import type { Cluster, Mark } from '../cluster/cluster.ts'
import type { EventLine } from '../execution/model.ts'
import type { Recorder } from '../execution/recorder.ts'

/** One attempt of one test: what everything that the test holds belongs to. */
export interface Scope {
  readonly cluster: Cluster
  readonly recorder: Recorder
  /** The runner's id of the test; "" outside of tests (`beforeAll`, module level). */
  readonly testId: string
  /** `suite > test`. */
  readonly testName: string
  readonly attempt: number
  /** Where reading starts. */
  readonly began: Mark
  /** The default of `options.timeout` for matchers and tasks, in milliseconds. */
  readonly defaultTimeout: number
  /** When the runner gives the test up, of `now()`; Infinity without a timeout. */
  readonly testDeadline: number
  /** What the cluster told since it began, for the timeline. */
  readonly timeline: EventLine[]
  /** Runs when the attempt ends, last registered first. */
  onEnd(cleanup: () => void | Promise<void>): void
  /** Checks and tasks that were started and not awaited yet: named in an error if the test ends before they do. */
  readonly unfinished: Set<Unfinished>
  /** Deadlines of earlier checks that failed or passed, so that a later message can say "40 ms after the deadline". */
  readonly pastDeadlines: { matcher: string; topic: string; deadline: number }[]
}

export interface Unfinished {
  readonly what: string
  awaited: boolean
}

/** How a handle names its test: a symbol, so that it doesn't show in a diff. */
export const scopeOf: unique symbol = Symbol.for('kafka-testkit.scope')
