import { checkOptions, type OptionKind } from '../config/options.ts'
import { Group } from '../kafka/group.ts'
import { stringify } from '../kafka/message.ts'
import { Topic } from '../kafka/topic.ts'
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

export function wrongSubject(matcher: string, subject: unknown, wanted: string): TypeError {
  return new TypeError(`${matcher}() is for ${wanted}\n\nReceived: ${describe(subject)}`)
}

function describe(subject: unknown): string {
  if (subject instanceof Topic) return `topic ${subject.name}`
  if (subject instanceof Group) return `group ${subject.id}`
  const kind = subject === null ? 'null' : Array.isArray(subject) ? 'a list' : typeof subject
  const then = typeof (subject as { then?: unknown } | null)?.then === 'function'
  return then ? 'a promise (is an await missing?)' : `${kind} ${stringify(subject)}`
}

export function title(context: MatcherContext, matcher: string, subject: string, expected: string): string {
  return `expect(${subject}).${context.isNot ? 'not.' : ''}${matcher}(${expected}) failed`
}

export function checkMatcherOptions(
  matcher: string,
  options: unknown,
  known: Readonly<Record<string, OptionKind>>,
): void {
  checkOptions(`${matcher}()`, options, known)
}
