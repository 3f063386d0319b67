/** Where a test called a matcher. */
export interface Caller {
  readonly stack: string
}

let current: Caller | undefined

/** Where the matcher that runs at this moment was called. Known only until it returns or waits. */
export function currentCaller(): Caller | undefined {
  return current
}

/**
 * Has what a matcher throws at once show where the test called it: the error's own frames are of this package. (What
 * comes later has none at all, and is made to show the same by `watchAwait`.)
 */
export function showCaller<This, Args extends unknown[], Result>(
  matcher: (this: This, ...args: Args) => Result,
): (this: This, ...args: Args) => Result {
  return function called(this: This, ...args: Args): Result {
    const outer = current
    const caller = { stack: '' }
    Error.captureStackTrace(caller, called)
    current = caller
    try {
      return matcher.apply(this, args)
    } catch (error) {
      throw calledFrom(caller, error)
    } finally {
      current = outer
    }
  }
}

/** The error, with the frames of the caller in place of its own. */
export function calledFrom(caller: Caller | undefined, error: unknown): unknown {
  if (caller === undefined || !(error instanceof Error)) return error
  const { stack } = caller
  error.stack = `${error.name}: ${error.message}${stack.slice(stack.indexOf('\n'))}`
  return error
}
