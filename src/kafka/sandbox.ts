/**
 * Where the tests run, as far as it is elsewhere than this code: Jest runs them in a context of its own, with an `Array`,
 * a `Date` and a clock of its own.
 */
export interface Sandbox {
  /** A value of ours as one of the test's: what it compares and asks `instanceof` of. */
  revive<T>(value: T): T
  /** Milliseconds since the epoch by the clock that the test sees, be it faked. */
  now(): number
  /** Its environment variables. */
  readonly env: NodeJS.ProcessEnv
}

/** For tests that share their realm with this code. */
export const sameRealm: Sandbox = { revive: (value) => value, now: () => Date.now(), env: process.env }
