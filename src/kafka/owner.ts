import { type Redaction, unredacted } from '../redaction/redaction.ts'
import type { ReceivedRecord } from './record.ts'
import type { Scope } from './scope.ts'

const owners = new WeakMap<ReceivedRecord, Scope>()

/** Notes whose record it is: also under `test.concurrent` a check on it then belongs to the test that received it. */
export function own(record: ReceivedRecord<unknown, unknown>, scope: Scope): void {
  owners.set(record, scope)
}

/** The test that received a record; none for an object that a test wrote by hand. */
export function ownerOf(record: ReceivedRecord): Scope | undefined {
  return owners.get(record)
}

let current: () => Redaction = () => unredacted

/** What of a record may be shown. One that nobody received is treated as the strictest of the tests that run. */
export function redactionOf(record: ReceivedRecord): Redaction {
  return ownerOf(record)?.redaction ?? current()
}

/** Says what is redacted at this moment in the file that runs. */
export function redactByDefault(redaction: () => Redaction): void {
  current = redaction
}
