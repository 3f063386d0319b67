import { stringify } from '../kafka/failure-message.ts'
import { Group } from '../kafka/group.ts'
import type { ReceivedRecord } from '../kafka/record.ts'
import { Topic } from '../kafka/topic.ts'
import { inTheClear } from '../redaction/shown.ts'
import type { MatcherContext } from './check.ts'

/** @throws TypeError when the subject of a matcher is not a topic. */
export function topicOf(matcher: string, subject: unknown): Topic {
  if (subject instanceof Topic) return subject as Topic
  throw wrongSubject(matcher, subject, "a topic: expect(kafka.topic('orders'))")
}

/** @throws TypeError when the subject of a matcher is not a group. */
export function groupOf(matcher: string, subject: unknown): Group {
  if (subject instanceof Group) return subject
  throw wrongSubject(matcher, subject, "a consumer group: expect(kafka.group('order-service'))")
}

/** @throws TypeError when the subject of a matcher is not a record. */
export function recordOf(matcher: string, subject: unknown): ReceivedRecord {
  if (isRecord(subject)) return subject
  throw wrongSubject(matcher, subject, 'a record: const record = await kafka.topic(…).receive(…)')
}

export function isRecord(subject: unknown): subject is ReceivedRecord {
  if (typeof subject !== 'object' || subject === null || subject instanceof Topic) return false
  return 'value' in subject && 'topic' in subject && 'offset' in subject
}

export function wrongSubject(matcher: string, subject: unknown, wanted: string): TypeError {
  return new TypeError(`${matcher}() is for ${wanted}\n\nReceived: ${describe(subject)}`)
}

function describe(subject: unknown): string {
  if (subject instanceof Topic) return `topic ${subject.name}`
  if (subject instanceof Group) return `group ${subject.id}`
  if (typeof (subject as { then?: unknown } | null)?.then === 'function') return 'a promise (is an await missing?)'
  if (subject === null || subject === undefined) return String(subject)
  return `${Array.isArray(subject) ? 'a list' : typeof subject} ${stringify(inTheClear(subject))}`
}

/** `expect(topic).not.toReceiveRecord(expected) failed` */
export function title(context: MatcherContext, matcher: string, subject: string, expected: string): string {
  return `expect(${subject}).${context.isNot ? 'not.' : ''}${matcher}(${expected}) failed`
}
