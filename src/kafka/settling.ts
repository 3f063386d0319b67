import { after, clearTimeout, earliest, LONG_AGO, type Moment, now, setTimeout } from '../base/clock.ts'
import type { Settled } from '../cluster/cluster.ts'
import { untilIdle } from './busy.ts'
import { plural } from './failure-message.ts'
import type { Scope } from './scope.ts'

/** Milliseconds after which a wait says what it waits for. */
const PROGRESS_AFTER = 1000

interface Settling {
  /** Milliseconds without an event. Default 10. */
  quiet?: number | undefined
  /** Milliseconds to wait instead, whatever happens. */
  within?: number | undefined
  /** Milliseconds to wait in any case. */
  atLeast?: number | undefined
  deadline: Moment
  signal?: AbortSignal
}

/** Waits until the cluster of a test has settled, or for a fixed time, and says what it waits for when that takes long. */
export async function untilSettled(
  scope: Scope,
  { quiet = 10, within, atLeast = 0, deadline, signal }: Settling,
): Promise<Settled> {
  const { cluster, touched, began, defaultWithin } = scope
  const progress = tellProgress(scope)
  try {
    for (;;) {
      const busy = await untilIdle(cluster, deadline, signal)
      if (busy > 0) {
        return { settled: false, waitingFor: [`${plural(busy, 'piece')} of work marked by kafka.busy() not done yet`] }
      }
      if (within !== undefined) {
        const until = after(within)
        await pause(earliest(until, deadline), signal)
        return until <= deadline
          ? { settled: true, notes: [] }
          : { settled: false, waitingFor: [`the test ended before ${within} ms were over`] }
      }
      const result = await cluster.settled({
        quiet,
        within: Math.max(quiet, defaultWithin),
        atLeast,
        deadline,
        touched,
        began,
        onWait: progress.note,
        ...(signal === undefined ? {} : { signal }),
      })
      // Some work may have begun, and ended, meanwhile.
      if (!result.settled || (await untilIdle(cluster, LONG_AGO)) === 0) return result
    }
  } finally {
    progress.stop()
  }
}

/** One line after a second, so that nobody takes a test that waits for one that hangs. */
function tellProgress({ testName }: Scope): {
  note: (waitingFor: readonly string[], hint?: string) => void
  stop: () => void
} {
  let latest: string | undefined
  const timer = setTimeout(() => {
    if (latest !== undefined) console.error(`kafka-testkit: "${testName}" waits: ${latest}`)
  }, PROGRESS_AFTER)
  timer.unref()
  return {
    note(waitingFor, hint) {
      const [first, ...others] = waitingFor
      const more = others.length === 0 ? '' : `, and for ${others.length} more`
      latest = first === undefined ? undefined : `${first}${more}${hint === undefined ? '' : `. ${hint}`}`
    },
    stop: () => clearTimeout(timer),
  }
}

/** Resolves at that moment, or when it is stopped. */
function pause(until: Moment, signal?: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const timer = setTimeout(resolve, Math.max(0, until - now()))
  signal?.addEventListener('abort', () => resolve(), { once: true })
  return promise.finally(() => clearTimeout(timer))
}
