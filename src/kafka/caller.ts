import { fileURLToPath } from 'node:url'

/** Where a test called a matcher or began a task. */
export interface Caller {
  readonly stack: string
}

let current: Caller | undefined

/** Where what runs at this moment was called. Known only until it returns or waits. */
export function currentCaller(): Caller | undefined {
  return current
}

/** Where a function was called that is on the stack at this moment. Its text is made only when somebody reads it. */
function callerOf(called: (...args: never) => unknown): Caller {
  const caller = { stack: '' }
  Error.captureStackTrace(caller, called)
  return caller
}

/**
 * Has what a matcher throws at once show where the test called it: the error's own frames are of this package. (What
 * comes later has none at all, and is made to show the same by `watchAwait`.)
 */
export function showCaller<This, Args extends unknown[], Result>(
  matcher: (this: This, ...args: Args) => Result,
): (this: This, ...args: Args) => Result {
  return function called(this: This, ...args: Args): Result {
    const caller = callerOf(called)
    try {
      return during(caller, () => matcher.apply(this, args))
    } catch (error) {
      throw calledFrom(caller, error)
    }
  }
}

/** A task that a test began by a method: what it fails with shows where, however late it comes. */
export async function begunBy<T>(method: (...args: never) => unknown, work: () => Promise<T>): Promise<T> {
  const caller = callerOf(method)
  try {
    return await during(caller, work)
  } catch (error) {
    throw calledFrom(caller, error)
  }
}

function during<Result>(caller: Caller, work: () => Result): Result {
  const outer = current
  current = caller
  try {
    return work()
  } finally {
    current = outer
  }
}

/**
 * The error, with the frames of the caller in place of those that are of no use to a test: of this package, of what it
 * uses and of Node. The test's own (a serde or a predicate threw it) stay above them.
 */
export function calledFrom(caller: Caller | undefined, error: unknown): unknown {
  if (caller === undefined || !(error instanceof Error)) return error
  const places = new Set<string>()
  const frames = [...framesOf(error.stack), ...framesOf(caller.stack)].filter((frame) => {
    const isNew = !places.has(placeOf(frame))
    places.add(placeOf(frame))
    return isNew
  })
  error.stack = [`${error.name}: ${error.message}`, ...frames].join('\n')
  return error
}

/** Of its code, built or not; what else is in its folder may well be a test. */
const thisPackage = fileURLToPath(import.meta.url.replace(/(.*[/](?:dist|src)[/]).*/, '$1'))

/** Those of the test and of the code that it tests. */
function framesOf(stack = ''): string[] {
  const frames = stack.split('\n').filter((line) => /^\s+at /.test(line))
  return frames.filter((frame) => !/[\\/]node_modules[\\/]|node:/.test(frame) && !frame.includes(thisPackage))
}

/** `file:line` of a frame, without the column: what was awaited stands there once more. */
function placeOf(frame: string): string {
  return /([^\s(]+:\d+):\d+\)?$/.exec(frame)?.[1] ?? frame
}
