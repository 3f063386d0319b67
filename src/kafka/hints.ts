import { after, earliest } from '../base/clock.ts'
import { inTime } from '../base/in-time.ts'
import type { Circumstances, Hint } from './hints/circumstances.ts'
import { noSuchName } from './hints/names.ts'
import { beganAtTheEnd, crashed, groupTrouble, nobodyReads, refusedClient } from './hints/readers.ts'
import { afterAnEarlierDeadline, arrivedLate, otherPartition, otherType, undecodable } from './hints/records.ts'
import {
  beforeTheTest,
  noSuchTopic,
  nothingProduced,
  otherTopic,
  sameKeyInOtherTopic,
  stillNoTopic,
} from './hints/topics.ts'
import { notCommitted } from './hints/transactions.ts'

/** Milliseconds that may pass on a real cluster until a hint is found: at most, and of them before the test's own timeout. */
const HINT_TIME = 2000
const HINT_MARGIN = 100

/** A message has so many: of more none is read. */
const SHOWN = 2

/**
 * By what they go by, the best evidence first: of a failure's hints only those of the best kind are shown, as what is
 * merely possible must not stand beside what is certain.
 */
const byEvidence: readonly (readonly Hint[])[] = [
  // A record of this topic that would match, but for what is named.
  [undecodable, notCommitted, arrivedLate, afterAnEarlierDeadline, otherPartition, noSuchName, otherType],
  // What kept the application from writing to this topic.
  [refusedClient, crashed, noSuchTopic, nobodyReads, beganAtTheEnd, otherTopic],
  // What a group has yet to take: it may be on its way.
  [groupTrouble],
  // What may have been meant.
  [beforeTheTest, sameKeyInOtherTopic],
  // What is not there.
  [nothingProduced],
  [stillNoTopic],
]

/** The causes that the data show, at most two. */
export async function hintsFor(circumstances: Circumstances): Promise<string[]> {
  const { cluster, testDeadline } = circumstances.topic.scope
  if (cluster.deterministic) return bestHints(circumstances)
  const deadline = earliest(after(HINT_TIME), after(-HINT_MARGIN, testDeadline))
  return inTime(bestHints(circumstances), deadline, () => new Error('too late')).catch(() => [])
}

async function bestHints(circumstances: Circumstances): Promise<string[]> {
  for (const ofAKind of byEvidence) {
    const found: string[] = []
    for (const hint of ofAKind) {
      const text = await hint(circumstances)
      if (text !== undefined) found.push(text)
      if (found.length === SHOWN) return found
    }
    if (found.length > 0) return found
  }
  return []
}
