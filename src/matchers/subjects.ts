import { stringify } from '../kafka/failure-message.ts'
import { GroupHandle } from '../kafka/group.ts'
import type { ReceivedRecord } from '../kafka/record.ts'
import { TopicHandle } from '../kafka/topic.ts'
import { inTheClear } from '../redaction/shown.ts'
import type { MatcherContext } from './check.ts'

/** @throws TypeError when the subject of a matcher is not a topic. */
export function topicOf(matcher: string, subject: unknown): TopicHandle {
  if (subject instanceof TopicHandle) return subject as TopicHandle
  throw wrongSubject(matcher, subject, "a topic: expect(kafka.topic('orders'))")
}

/** @throws TypeError when the subject of a matcher is not a group. */
export function groupOf(matcher: string, subject: unknown): GroupHandle {
  if (subject instanceof GroupHandle) return subject
  throw wrongSubject(matcher, subject, "a consumer group: expect(kafka.group('order-service'))")
}

/** @throws TypeError when the subject of a matcher is not a record. */
export function recordOf(matcher: string, subject: unknown): ReceivedRecord {
  if (isRecord(subject)) return subject
  throw wrongSubject(matcher, subject, 'a record: const record = await kafka.topic(…).receive(…)')
}

export function isRecord(subject: unknown): subject is ReceivedRecord {
  if (typeof subject !== 'object' || subject === null || subject instanceof TopicHandle) return false
  return 'value' in subject && 'topic' in subject && 'offset' in subject
}

export function wrongSubject(matcher: string, subject: unknown, wanted: string): TypeError {
  return new TypeError(`${matcher}() is for ${wanted}\n\nReceived: ${describe(subject)}`)
}

function describe(subject: unknown): string {
  if (subject instanceof TopicHandle) return `topic ${subject.name}`
  if (subject instanceof GroupHandle) return `group ${subject.id}`
  if (typeof (subject as { then?: unknown } | null)?.then === 'function') return 'a promise (is an await missing?)'
  if (subject === null || subject === undefined) return String(subject)
  return `${Array.isArray(subject) ? 'a list' : typeof subject} ${stringify(inTheClear(subject))}`
}

/** `expect(topic).not.toReceiveRecord(expected) failed` */
export function title(context: MatcherContext, matcher: string, subject: string, expected: string): string {
  return `expect(${subject}).${context.isNot ? 'not.' : ''}${matcher}(${expected}) failed`
}
