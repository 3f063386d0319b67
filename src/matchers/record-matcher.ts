import { placeOf } from '../kafka/diagnosis.ts'
import type { ReceivedRecord } from '../kafka/record.ts'
import { Topic } from '../kafka/topic.ts'
import { wrongSubject } from './subjects.ts'

/** @throws TypeError when the subject of a matcher is not a record. */
export function recordOf(matcher: string, subject: unknown): ReceivedRecord {
  if (isRecord(subject)) return subject
  throw wrongSubject(matcher, subject, 'a record: const record = await kafka.topic(…).receive(…)')
}

export function isRecord(subject: unknown): subject is ReceivedRecord {
  if (typeof subject !== 'object' || subject === null || subject instanceof Topic) return false
  return 'value' in subject && 'topic' in subject && 'offset' in subject
}

export function describeRecord(record: ReceivedRecord): string {
  return placeOf(record)
}
