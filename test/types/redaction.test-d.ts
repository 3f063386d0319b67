import { diffValues, type Printer, stringify } from '../../src/kafka/failure-message.ts'
import type { ReceivedRecord } from '../../src/kafka/record.ts'
import { unredacted } from '../../src/redaction/redaction.ts'
import { showing, shownValue } from '../../src/redaction/shown.ts'

declare const record: ReceivedRecord
declare const pattern: object
declare const printer: Printer

const show = showing(record.topic, unredacted)
stringify(show(pattern))
stringify(shownValue(record, unredacted))
diffValues(show(pattern), show(record.value), printer)

// A matcher that forgets redaction does not compile.
// @ts-expect-error
stringify(record.value)
// @ts-expect-error
stringify(record)
// @ts-expect-error
stringify(pattern)
// @ts-expect-error
diffValues(show(pattern), record.value, printer)
// @ts-expect-error
diffValues(pattern, show(record.value), printer)
