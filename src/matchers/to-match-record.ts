import { diffOf, printPattern } from '../kafka/diagnosis.ts'
import { formatReport } from '../kafka/message.ts'
import { compare, type RecordPattern } from '../kafka/patterns.ts'
import type { MatcherContext, MatcherResult } from './check.ts'
import { describeRecord, recordOf } from './record-matcher.ts'
import { title } from './subjects.ts'

/** Holds when a record that was received matches the pattern. */
export function toMatchRecord(this: MatcherContext, received: unknown, pattern: RecordPattern): MatcherResult {
  const record = recordOf('toMatchRecord', received)
  const { pass } = compare(record, pattern, this.customTesters)
  const message = (): string => {
    const facts: [string, string][] = [
      ['Record', describeRecord(record)],
      ['Expected', `${pass ? 'no record that matches ' : ''}${printPattern(pattern)}`],
    ]
    const head = title(this, 'toMatchRecord', 'record', 'expected')
    const report = formatReport({ title: head, facts }, this.utils)
    return pass || typeof pattern === 'function' ? report : `${report}\n\n${diffOf(record, pattern, this.utils)}`
  }
  return { pass, message }
}
