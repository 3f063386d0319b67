import { type Caller, calledFrom } from '../kafka/caller.ts'
import type { Scope, Unfinished } from '../kafka/scope.ts'

/**
 * A promise that knows whether the test awaited it, and whose failures show where the matcher was called. The runner
 * itself chains on it at once, in the call of the matcher (and once more for `expect.soft`); an `await` comes in a
 * microtask at the earliest. So what is chained later is the test's, and what is chained at once is watched in its turn.
 */
export function watchAwait<T>(
  promise: Promise<T>,
  { what, scope, caller }: { what: string; scope: Scope | undefined; caller: Caller | undefined },
): Promise<T> {
  const unfinished: Unfinished = { what, caller, awaited: false }
  scope?.unfinished.add(unfinished)
  let inTheCall = true
  // Not queueMicrotask: that a test may have faked.
  Promise.resolve().then(() => {
    inTheCall = false
  })
  return watched(promise)

  function watched<R>(next: Promise<R>): Promise<R> {
    const one = next.catch((error: unknown): never => {
      throw calledFrom(caller, error)
    })
    // Where nobody awaits it, its failure is told as a forgotten `await`, not once more as an unhandled rejection.
    one.catch(() => {})
    // Not a Promise of its own class: `await` would take a short cut around `then` for some of these.
    return {
      // biome-ignore lint/suspicious/noThenProperty: being awaited is what it is for
      then: (fulfilled, rejected) => chain(one.then(fulfilled, rejected)),
      catch: (rejected) => chain(one.catch(rejected)),
      finally: (ended) => chain(one.finally(ended)),
      [Symbol.toStringTag]: 'Promise',
    }
  }
  function chain<R>(next: Promise<R>): Promise<R> {
    if (inTheCall) return watched(next)
    unfinished.awaited = true
    scope?.unfinished.delete(unfinished)
    return next
  }
}

/** Names the checks that a test started and didn't await, and the tasks that still ran when it ended; it shows where the first was. */
export function unawaited(scope: Scope): Error | undefined {
  const forgotten = [...scope.unfinished].filter(({ awaited }) => !awaited)
  const [first] = forgotten
  if (first === undefined) return undefined
  const error = new Error(describe(forgotten.map(({ what }) => what)))
  calledFrom(first.caller, error)
  return error
}

function describe(forgotten: readonly string[]): string {
  const first = forgotten[0]!
  const [was, its] = forgotten.length === 1 ? ['was', 'its'] : ['were', 'their']
  if (!first.startsWith('to')) {
    return `${forgotten.join(', ')} ${was} still running when the test ended. Write await in front of it`
  }
  const names = forgotten.map((what) => (what.startsWith('to') ? `${what}()` : what)).join(', ')
  return `${names} ${was} not awaited, so the test ended before ${its} verdict. Write: await expect(…).${first}(…)`
}
