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

/** Milliseconds since the epoch, in fractions, never going backwards within a process. */
export function now(): number {
  return origin + monotonic()
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
