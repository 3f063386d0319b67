import { describeDifference, printAbsence, printPattern } from '../kafka/diagnosis.ts'
import { formatReport } from '../kafka/failure-message.ts'
import { redactionOf } from '../kafka/owner.ts'
import { checkPattern, compare, type RecordPattern } from '../kafka/patterns.ts'
import { placeOf } from '../kafka/record.ts'
import { pathsOf, showing } from '../redaction/shown.ts'
import type { MatcherContext, MatcherResult } from './check.ts'
import { recordMatcher } from './record-matcher.ts'
import { title } from './subjects.ts'

const name = 'toMatchRecord'

/** Holds when a record that was received matches the pattern. */
export function toMatchRecord(this: MatcherContext, received: unknown, pattern: RecordPattern): MatcherResult {
  checkPattern(`${name}()`, pattern)
  return recordMatcher(this, name, received, (record) => {
    const comparison = compare(record, pattern, this.customTesters)
    const { pass } = comparison
    const redaction = redactionOf(record)
    const show = showing(record.topic, redaction)
    const expected = printPattern(pattern, show)
    const report = formatReport(
      {
        title: title(this, name, 'record', 'expected'),
        facts: [
          ['Record', placeOf(record)],
          ['Expected', pass ? printAbsence(pattern, show) : expected],
        ],
      },
      this.utils,
    )
    const paths = pathsOf(comparison, redaction)
    if (pass || typeof pattern === 'function') return { pass, message: report, expected, paths }
    const difference = describeDifference(record, pattern, comparison, redaction, this.utils)
    return { pass, message: `${report}\n\n${difference}`, expected, paths }
  })
}
