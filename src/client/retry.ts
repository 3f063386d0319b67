import { type Moment, now, setTimeout } from '../base/clock.ts'
import { ClientError } from './errors.ts'

/** Milliseconds until a broker that has to sort itself out is asked again. */
const PAUSE = 20

/** What passes by itself: whoever was asked is not the right one any more, or not ready yet, and has done nothing. */
const passing = new Set([
  'UNKNOWN_TOPIC_OR_PARTITION',
  'LEADER_NOT_AVAILABLE',
  'NOT_LEADER_OR_FOLLOWER',
  'COORDINATOR_NOT_AVAILABLE',
  'COORDINATOR_LOAD_IN_PROGRESS',
  'NOT_COORDINATOR',
  'NOT_CONTROLLER',
])

/** Asks again while the answer is one that passes by itself, until the deadline. */
export async function untilPassed<T>(
  deadline: Moment,
  ask: () => Promise<T>,
  isPassing: (code: string) => boolean = (code) => passing.has(code),
): Promise<T> {
  for (let refusal: unknown; ; ) {
    try {
      return await ask()
    } catch (error) {
      // Why it had to be asked again says more than that the time was up then.
      if (!isPassing(ClientError.codeOf(error) ?? '') || now() >= deadline) throw refusal ?? error
      refusal = error
      await new Promise((resolve) => setTimeout(resolve, PAUSE))
    }
  }
}

/** The same, where the connection may break too: what is asked for twice is done once. */
export function untilAnswered<T>(deadline: Moment, ask: () => Promise<T>): Promise<T> {
  return untilPassed(deadline, ask, (code) => passing.has(code) || code === 'ECONNRESET')
}

/** Asks again while a broker that has just become a leader doesn't know it yet. */
export function untilLed<T>(deadline: Moment, ask: () => Promise<T>): Promise<T> {
  return untilPassed(deadline, ask, (code) => code === 'NOT_LEADER_OR_FOLLOWER')
}
