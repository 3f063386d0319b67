import { formatReport, stringify } from '../kafka/failure-message.ts'
import { redactionOf } from '../kafka/owner.ts'
import { placeOf } from '../kafka/record.ts'
import { shownValue } from '../redaction/shown.ts'
import type { MatcherContext, MatcherResult } from './check.ts'
import { recordMatcher } from './record-matcher.ts'
import { title } from './subjects.ts'

const name = 'toBeTombstone'

/** Holds when a record has no value: it deletes its key from a compacted topic. */
export function toBeTombstone(this: MatcherContext, received: unknown): MatcherResult {
  return recordMatcher(this, name, received, (record) => {
    // The `null` of JSON is a value: four bytes, which no compaction takes for a tombstone.
    const pass = record.value === null && (record.raw?.value ?? null) === null
    const expected = 'no value (a tombstone)'
    const value =
      record.value === null ? 'the null of JSON, which is a value' : stringify(shownValue(record, redactionOf(record)))
    const actual = pass ? expected : value
    const message = formatReport(
      {
        title: title(this, name, 'record', ''),
        facts: [
          ['Record', placeOf(record)],
          ['Expected', pass ? 'a value' : expected],
          ['Received', actual],
        ],
      },
      this.utils,
    )
    return { pass, message, expected, actual }
  })
}
