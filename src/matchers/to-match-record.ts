import { diffOf } from '../kafka/closest.ts'
import { printAbsence, printPattern } from '../kafka/diagnosis.ts'
import { formatReport } from '../kafka/message.ts'
import { checkPattern, compare, type RecordPattern } from '../kafka/patterns.ts'
import { placeOf } from '../kafka/record.ts'
import type { MatcherContext, MatcherResult } from './check.ts'
import { recordMatcher } from './record-matcher.ts'
import { title } from './subjects.ts'

const name = 'toMatchRecord'

/** Holds when a record that was received matches the pattern. */
export function toMatchRecord(this: MatcherContext, received: unknown, pattern: RecordPattern): MatcherResult {
  checkPattern(`${name}()`, pattern)
  return recordMatcher(this, name, received, (record) => {
    const { pass } = compare(record, pattern, this.customTesters)
    const expected = printPattern(pattern)
    const report = formatReport(
      {
        title: title(this, name, 'record', 'expected'),
        facts: [
          ['Record', placeOf(record)],
          ['Expected', pass ? printAbsence(pattern) : expected],
        ],
      },
      this.utils,
    )
    const diff = pass || typeof pattern === 'function' ? undefined : diffOf(record, pattern, this.utils)
    return { pass, message: diff === undefined ? report : `${report}\n\n${diff}`, expected }
  })
}
