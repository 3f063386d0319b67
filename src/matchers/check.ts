import { now } from '../broker/clock.ts'
import type { StoredRecord } from '../cluster/cluster.ts'
import { recordLine } from '../execution/preview.ts'
import type { Printer } from '../kafka/message.ts'
import type { Tester } from '../kafka/patterns.ts'
import { serdeName } from '../kafka/record.ts'
import type { Scope, Unfinished } from '../kafka/scope.ts'

/** What the runners give a matcher as `this`, as far as both do. */
export interface MatcherContext {
  isNot?: boolean
  /** True inside of `expect.poll`, which asks again by itself. */
  poll?: boolean
  utils: Printer
  customTesters?: readonly Tester[]
}

export interface MatcherResult {
  pass: boolean
  message: () => string
}

/** What a check found. `pass` says whether the statement holds, whether or not it was negated. */
export interface Verdict {
  pass: boolean
  /** The message for when that is not what was wanted. */
  message: string
  /** Of the pattern, for the history. */
  expected?: string
  actual?: string
  closest?: string | null
  /** The records that it was about. */
  received?: readonly StoredRecord[]
  serdes?: { key: { readonly name?: string }; value: { readonly name?: string } }
}

/** Runs a check: times it, records it, and sees to it that it is awaited. */
export function check(
  context: MatcherContext,
  { matcher, subject, scope }: { matcher: string; subject: string; scope: Scope },
  work: () => Promise<Verdict>,
): PromiseLike<MatcherResult> {
  const began = now()
  const unfinished: Unfinished = { what: matcher, awaited: false }
  scope.unfinished.add(unfinished)
  const verdict = work().then((found) => {
    record(scope, found, { matcher, subject, negated: context.isNot === true, began })
    return { pass: found.pass, message: () => found.message }
  })
  return awaitable(verdict, unfinished)
}

function record(
  scope: Scope,
  found: Verdict,
  { matcher, subject, negated, began }: { matcher: string; subject: string; negated: boolean; began: number },
): void {
  const { testId: test, attempt } = scope
  const passed = found.pass !== negated
  const serde = { key: serdeName(found.serdes?.key ?? {}), value: serdeName(found.serdes?.value ?? {}) }
  for (const stored of found.received ?? []) {
    scope.recorder.write(recordLine(stored, { test, attempt, task: null, direction: 'received', serde }))
  }
  scope.recorder.write({
    type: 'check',
    ...{ test, attempt, matcher, negated, subject },
    verdict: passed ? 'passed' : 'failed',
    at: began - scope.began.at,
    duration: now() - began,
    expected: found.expected ?? null,
    actual: found.actual ?? null,
    message: passed ? null : found.message,
    closest: passed ? null : (found.closest ?? null),
  })
}

/**
 * A promise that knows whether the test awaited it. The runner itself chains on it at once, in the call of the matcher
 * (and once more for `expect.soft`); an `await` comes in a microtask at the earliest. So what is chained later is the
 * test's, and what is chained at once must be watched in its turn.
 */
function awaitable<T>(promise: Promise<T>, unfinished: Unfinished): Promise<T> {
  let inTheCall = true
  queueMicrotask(() => {
    inTheCall = false
  })
  const chain = <R>(next: Promise<R>): Promise<R> => {
    if (inTheCall) return awaitable(next, unfinished)
    unfinished.awaited = true
    return next
  }
  // Not a Promise of its own class: `await` would take a short cut around `then` for some of these.
  return {
    // biome-ignore lint/suspicious/noThenProperty: being awaited is what it is for
    then: (fulfilled, rejected) => chain(promise.then(fulfilled, rejected)),
    catch: (rejected) => chain(promise.catch(rejected)),
    finally: (ended) => chain(promise.finally(ended)),
    [Symbol.toStringTag]: 'Promise',
  }
}

/** Names the checks that a test started and didn't await, and the tasks that still ran when it ended. */
export function unawaited(scope: Scope): string | undefined {
  const forgotten = [...scope.unfinished].filter(({ awaited }) => !awaited).map(({ what }) => what)
  if (forgotten.length === 0) return undefined
  const [first] = forgotten
  return first!.startsWith('to')
    ? `${forgotten.map((what) => `${what}()`).join(', ')} was not awaited, so the test ended before its verdict. Write: await expect(…).${first}(…)`
    : `${forgotten.join(', ')} was still running when the test ended. Write await in front of it`
}
