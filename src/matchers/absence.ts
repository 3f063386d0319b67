import { clearTimeout, setTimeout } from '../broker/clock.ts'
import type { Topic } from '../kafka/topic.ts'
import { deadlineOf, type Seen, waitForRecords } from '../kafka/waiting.ts'
import type { CommonOptions } from './options.ts'

/** What was seen until nothing more was to come, and how that is known. */
export interface Quiescence extends Seen {
  /** Ended early, because `until` held. */
  held: boolean
  /** Why it can't be known that nothing more comes; undefined when it can. */
  unknown: string[] | undefined
  /** How it was waited, for the message. */
  waited: string
}

/**
 * Reads a topic until nothing more is to come: on the embedded broker until the cluster is settled, else (or when
 * `within` says so) for a fixed time.
 */
export async function untilQuiet(
  topic: Topic,
  options: CommonOptions,
  until: (seen: Seen) => boolean,
  atOnce: boolean,
): Promise<Quiescence> {
  const { scope } = topic
  const wait = { topic: topic.name, serdes: topic.serdes, from: options.from, until }
  if (atOnce)
    return { ...(await waitForRecords(scope, { ...wait, deadline: 0 })), unknown: undefined, waited: 'at once' }
  const deadline = deadlineOf(scope, options.timeout)
  if (options.within !== undefined || !scope.cluster.deterministic) {
    const within = options.within ?? 1000
    return { ...(await waitForFixedTime(topic, wait, within)), unknown: undefined, waited: `for ${within} ms` }
  }
  const enough = new AbortController()
  const settling = scope.cluster.settled({ quiet: options.quiet ?? 10, deadline, signal: enough.signal })
  const seen = await waitForRecords(scope, { ...wait, deadline: deadline + 50, ended: settling })
  enough.abort()
  const settled = await settling
  const unknown = seen.held || settled.settled ? undefined : settled.waitingFor
  return { ...seen, unknown, waited: 'until the cluster was settled' }
}

async function waitForFixedTime(
  topic: Topic,
  wait: Omit<Parameters<typeof waitForRecords>[1], 'deadline'>,
  within: number,
): Promise<Seen & { held: boolean }> {
  const { promise: over, resolve } = Promise.withResolvers<void>()
  const timer = setTimeout(resolve, within)
  try {
    return await waitForRecords(topic.scope, { ...wait, deadline: Number.POSITIVE_INFINITY, ended: over } as Parameters<
      typeof waitForRecords
    >[1])
  } finally {
    clearTimeout(timer)
  }
}
