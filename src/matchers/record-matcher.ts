import { now } from '../base/clock.ts'
import { ownerOf } from '../kafka/owner.ts'
import { placeOf, type ReceivedRecord } from '../kafka/record.ts'
import { check, type MatcherContext, type MatcherResult, record, resultOf, type Verdict } from './check.ts'
import { recordOf } from './subjects.ts'

/**
 * A matcher on a record that the test holds already, which answers at once.
 *
 * @throws TypeError when the subject is not a record.
 */
export function recordMatcher(
  context: MatcherContext,
  matcher: string,
  subject: unknown,
  look: (record: ReceivedRecord) => Verdict,
): MatcherResult {
  const began = now()
  const received = recordOf(matcher, subject)
  const found = look(received)
  const scope = ownerOf(received)
  const what = { matcher, subject: `record ${placeOf(received)}` }
  if (scope !== undefined) record(context, scope, what, found, began)
  return resultOf(found, what, scope)
}

/**
 * A matcher on a record that has to be awaited.
 *
 * @throws TypeError when the subject is not a record.
 */
export function waitingRecordMatcher(
  context: MatcherContext,
  matcher: string,
  subject: unknown,
  look: (record: ReceivedRecord) => Promise<Verdict>,
): Promise<MatcherResult> {
  const received = recordOf(matcher, subject)
  const what = { matcher, subject: `record ${placeOf(received)}` }
  return check(context, ownerOf(received), what, () => look(received))
}
