import { type Fact, formatReport, plural, stringify } from '../kafka/failure-message.ts'
import { redactionOf } from '../kafka/owner.ts'
import { placeOf } from '../kafka/record.ts'
import { hidesRecords } from '../redaction/redaction.ts'
import { shownValue } from '../redaction/shown.ts'
import type { MatcherContext, MatcherResult } from './check.ts'
import { waitingRecordMatcher } from './record-matcher.ts'
import { type Schema, validate } from './schema.ts'
import { title } from './subjects.ts'

const name = 'toConformToSchema'

/** Holds when the value of a record conforms to a schema. */
export function toConformToSchema(this: MatcherContext, received: unknown, schema: Schema): Promise<MatcherResult> {
  const issuesOf = validate(name, schema)
  return waitingRecordMatcher(this, name, received, async (record) => {
    const found = await issuesOf(record.value)
    const pass = found.length === 0
    const redaction = redactionOf(record)
    // A schema says what it found, in words of its own.
    const issues = hidesRecords(redaction) ? [`${plural(found.length, 'issue')} (record data is redacted)`] : found
    const facts: Fact[] = [
      ['Record', placeOf(record)],
      ['Expected', `a value that ${pass ? "doesn't conform" : 'conforms'} to the schema`],
      ['Received', stringify(shownValue(record, redaction))],
    ]
    if (!pass) facts.push(['Issues', issues])
    const message = formatReport({ title: title(this, name, 'record', 'schema'), facts }, this.utils)
    return { pass, message, expected: 'conforms to the schema', actual: pass ? null : issues.join('; ') }
  })
}
