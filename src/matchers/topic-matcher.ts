import { LONG_AGO, type Moment } from '../base/clock.ts'
import { checkOptions, type OptionKind } from '../config/options.ts'
import { checkPattern } from '../kafka/patterns.ts'
import type { TopicHandle } from '../kafka/topic.ts'
import { deadlineOf } from '../kafka/waiting.ts'
import { check, type MatcherContext, type MatcherResult, type Verdict } from './check.ts'
import type { CommonOptions } from './options.ts'
import { topicOf } from './subjects.ts'

export interface TopicQuestion<Options extends CommonOptions> {
  name: string
  patterns: readonly unknown[]
  options: Options
  known: Readonly<Record<string, OptionKind>>
}

/** What a matcher on a topic asks, once it is known to be asked rightly. */
export interface TopicCheck<Options extends CommonOptions> {
  readonly context: MatcherContext
  readonly topic: TopicHandle
  readonly options: Options
  readonly negated: boolean
  /** Milliseconds, as asked for. */
  readonly timeout: number
  /** LONG_AGO where it is only looked once. */
  readonly deadline: Moment
}

/**
 * A matcher on a topic.
 *
 * @throws TypeError when the subject is not a topic, or a pattern or an option could never be right.
 */
export function topicMatcher<Options extends CommonOptions>(
  context: MatcherContext,
  subject: unknown,
  { name, patterns, options, known }: TopicQuestion<Options>,
  look: (asked: TopicCheck<Options>) => Promise<Verdict>,
): Promise<MatcherResult> {
  const topic = topicOf(name, subject)
  for (const pattern of patterns) checkPattern(`${name}()`, pattern)
  checkOptions(`${name}()`, options, known)
  const { scope } = topic
  for (const pattern of patterns) scope.data.note({ topic: topic.name, ...(pattern as object) })
  const deadline = context.poll ? LONG_AGO : deadlineOf(scope, options.timeout)
  const timeout = options.timeout ?? scope.defaultTimeout
  const asked = { context, topic, options, negated: context.isNot === true, timeout, deadline }
  return check(context, scope, { matcher: name, subject: `topic ${topic.name}` }, () => look(asked))
}
