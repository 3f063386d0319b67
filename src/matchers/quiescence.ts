import { clearTimeout, LONG_AGO, latest, type Moment, NEVER, now, setTimeout } from '../base/clock.ts'
import type { Settled } from '../cluster/cluster.ts'
import type { Arrived } from '../kafka/looking.ts'
import { untilSettled } from '../kafka/settling.ts'
import type { TopicHandle } from '../kafka/topic.ts'
import { deadlineOf, waitForRecords } from '../kafka/waiting.ts'
import type { CommonOptions } from './options.ts'

/** What a check that held did not know: none is green on a guess without saying so. */
export interface Certainty {
  /** Milliseconds that it waited, and knows nothing more. */
  waited?: number
  /** What it could not know, or did not wait for. They hold no data. */
  notes?: readonly string[]
}

/** What came until nothing more was to come, and how that is known. */
export interface Quiescence extends Arrived {
  /** Why it can't be known that nothing more comes; undefined when it can, or was not asked. */
  unknown: string[] | undefined
  /** What to do where it can't be known. */
  hint: string
  /** How it was waited, for the message. */
  waited: string
  /** What makes it less than certain, for the history. */
  certainty: Certainty
}

const unknownHint = 'raise the timeout'

export interface QuietQuestion {
  options: CommonOptions
  deadline: Moment
  /** Whether it is only looked once (`expect.poll`). */
  atOnce: boolean
  /** Until this holds there is no use in waiting for quiet: something is missing. Default: from the start. */
  enough?: Asked
  /** Ends it early: whatever comes, the answer is known. */
  decided: Asked
}

type Asked = (arrived: Arrived) => boolean | Promise<boolean>

/**
 * Reads a topic until nothing more is to come: until the cluster is settled, of a real one for a time at least, as less
 * is known of it; or, when `within` says so, for a fixed time.
 */
export async function readUntilQuiet(topic: TopicHandle, question: QuietQuestion): Promise<Quiescence> {
  const { options, deadline, atOnce, enough = () => true, decided } = question
  const { scope, name, serdes } = topic
  const wait = { topic: name, serdes, from: options.from, isolation: options.isolation }
  if (atOnce) {
    const arrived = await waitForRecords(scope, { ...wait, deadline: LONG_AGO, until: () => true })
    return { ...arrived, unknown: undefined, hint: unknownHint, waited: 'not at all', certainty: {} }
  }
  const isFixed = options.within !== undefined
  const within = options.within ?? (scope.cluster.deterministic ? undefined : scope.defaultWithin)
  const { promise: over, resolve: end } = Promise.withResolvers<void>()
  const stop = new AbortController()
  let quiet: Promise<Settled> | undefined
  const until = async (arrived: Arrived): Promise<boolean> => {
    if (await decided(arrived)) return true
    if (quiet === undefined && (await enough(arrived))) {
      const wanted = isFixed
        ? { within, deadline: deadlineOf(scope, Number.POSITIVE_INFINITY) }
        : { quiet: options.quiet, atLeast: within, deadline: latest(deadline, deadlineOf(scope, within ?? 0)) }
      quiet = untilSettled(scope, { ...wanted, signal: stop.signal })
      quiet.then(() => end(), end)
    }
    return false
  }
  // What is missing is waited for until the deadline; the quiet after it has a deadline of its own.
  const timer = setTimeout(() => quiet ?? end(), Math.max(0, deadline - now()))
  const arrived = await waitForRecords(scope, { ...wait, ended: over, deadline: NEVER, until })
  clearTimeout(timer)
  stop.abort()
  const settled = await quiet
  const isKnown = settled === undefined || settled.settled || (await decided(arrived))
  return {
    ...arrived,
    unknown: isKnown ? undefined : settled.waitingFor,
    hint: (!isKnown && settled.hint) || unknownHint,
    waited: isFixed
      ? `for ${within} ms`
      : `until the cluster was settled${within === undefined ? '' : `, for ${within} ms at least`}`,
    certainty:
      settled?.settled !== true
        ? {}
        : { ...(within !== undefined && { waited: within }), ...(!isFixed && { notes: settled.notes }) },
  }
}
