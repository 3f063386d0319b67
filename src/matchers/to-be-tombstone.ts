import { formatReport, stringify } from '../kafka/message.ts'
import type { MatcherContext, MatcherResult } from './check.ts'
import { describeRecord, recordOf } from './record-matcher.ts'
import { title } from './subjects.ts'

/** Holds when a record has no value: it deletes its key from a compacted topic. */
export function toBeTombstone(this: MatcherContext, received: unknown): MatcherResult {
  const record = recordOf('toBeTombstone', received)
  const pass = record.value === null
  const message = (): string =>
    formatReport(
      {
        title: title(this, 'toBeTombstone', 'record', ''),
        facts: [
          ['Record', describeRecord(record)],
          ['Expected', pass ? 'a value' : 'no value (a tombstone)'],
          ['Received', pass ? 'no value (a tombstone)' : stringify(record.value)],
        ],
      },
      this.utils,
    )
  return { pass, message }
}
