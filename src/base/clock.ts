import { performance } from 'node:perf_hooks'
import timers from 'node:timers'

/**
 * The real timers and the real time. Test files fake both (`vi.useFakeTimers()`), which must not stop a broker or a
 * deadline, so they are taken here once, when the setup file loads, before any test can replace them. From Node's
 * modules: the globals of jsdom are a browser's, whose timers have no `unref()`.
 */
export const setTimeout: typeof timers.setTimeout = timers.setTimeout
export const clearTimeout: typeof timers.clearTimeout = timers.clearTimeout
export const setImmediate: typeof timers.setImmediate = timers.setImmediate
const RealDate = globalThis.Date
const monotonic = performance.now.bind(performance)
const origin = performance.timeOrigin

declare const brand: unique symbol

/**
 * A time of this clock: milliseconds since the epoch, in fractions, which never go backwards within a process. No other
 * number is one, so that a wall time is never taken for a deadline.
 */
export type Moment = number & { readonly [brand]: 'moment' }

export function now(): Moment {
  return (origin + monotonic()) as Moment
}

/** So many milliseconds after a moment. */
export function after(milliseconds: number, since: Moment = now()): Moment {
  return (since + milliseconds) as Moment
}

/** The deadline of what may take any time. */
export const NEVER: Moment = Number.POSITIVE_INFINITY as Moment

/** Before all that this process has seen: the deadline of what doesn't wait. */
export const LONG_AGO: Moment = 0 as Moment

export function earliest(...moments: readonly Moment[]): Moment {
  return Math.min(...moments) as Moment
}

export function latest(...moments: readonly Moment[]): Moment {
  return Math.max(...moments) as Moment
}

/** Milliseconds since the epoch as a record's timestamp has them: whole, by the wall clock. */
export function wallTime(): number {
  return RealDate.now()
}

const ownTime = (): number => Date.now()
let testTime = ownTime

/** For tests that have another clock than this code: Jest's sandbox has a `Date` of its own. */
export function useTestClock(now: () => number = ownTime): void {
  testTime = now
}

/**
 * The latest moment that a client can mean by "now": a test in this process may have set its own clock ahead, and what
 * its application then produces is not of the future.
 */
export function latestTime(): number {
  return Math.max(RealDate.now(), testTime())
}
