import {
  describeTimeout,
  describeTopic,
  explainFailure,
  printAbsence,
  printPattern,
  rememberDeadline,
} from '../kafka/diagnosis.ts'
import { causedBefore } from '../kafka/hints/caused-before.ts'
import { undecodable } from '../kafka/hints/records.ts'
import { type Fact, formatReport, milliseconds, plural, stringify } from '../kafka/message.ts'
import type { RecordPattern } from '../kafka/patterns.ts'
import { placeOf, type SeenRecord } from '../kafka/record.ts'
import { showing } from '../kafka/shown.ts'
import { timelineOf } from '../kafka/timeline.ts'
import { waitForRecords } from '../kafka/waiting.ts'
import type { MatcherContext, MatcherResult, Verdict } from './check.ts'
import { finder } from './finder.ts'
import { type CommonOptions, common } from './options.ts'
import { type Quiescence, readUntilQuiet, withNotes } from './quiescence.ts'
import { title } from './subjects.ts'
import { type TopicCheck, topicMatcher } from './topic-matcher.ts'

const name = 'toReceiveRecord'
type Asked = TopicCheck<CommonOptions>

/** Holds when one record of the topic matches the pattern before the deadline. */
export function toReceiveRecord(
  this: MatcherContext,
  received: unknown,
  pattern: RecordPattern = {},
  options: CommonOptions = {},
): Promise<MatcherResult> {
  return topicMatcher(this, received, { name, patterns: [pattern], options, known: common }, (asked) =>
    asked.negated ? absent(asked, pattern) : present(asked, pattern),
  )
}

async function present(
  { context, topic, options, timeout, deadline }: Asked,
  pattern: RecordPattern,
): Promise<Verdict> {
  const { scope, serdes } = topic
  const { customTesters: testers = [], utils: printer } = context
  const find = finder(pattern, testers)
  const until = (seen: Parameters<typeof find>[0]): boolean => find(seen).length > 0
  const seen = await waitForRecords(scope, { topic: topic.name, serdes, from: options.from, deadline, until })
  const expected = printPattern(pattern, showing(topic.name, scope.redaction))
  const [found] = find(seen)
  if (found !== undefined) return { pass: true, message: '', expected, received: [found.stored], serdes }
  const explanation = await explainFailure({
    title: title(context, name, 'topic', 'expected'),
    ...{ topic, patterns: [pattern], seen, from: options.from, deadline, timeout, testers, printer },
  })
  rememberDeadline(scope, { matcher: name, topic: topic.name, deadline, patterns: [pattern], testers })
  return { pass: false, ...explanation, expected, received: seen.records.map(({ stored }) => stored), serdes }
}

async function absent(asked: Asked, pattern: RecordPattern): Promise<Verdict> {
  const { context, topic, options, deadline } = asked
  const find = finder(pattern, context.customTesters)
  const quiescence = await readUntilQuiet(topic, {
    ...{ options, deadline, atOnce: context.poll === true },
    // Whether a record that can't be read is the one in question can't be known either.
    decided: (seen) => find(seen).length > 0 || seen.undecodable.length > 0,
  })
  const expected = printPattern(pattern, showing(topic.name, topic.scope.redaction))
  const [found] = find(quiescence)
  const isKnown = quiescence.unknown === undefined && quiescence.undecodable.length === 0
  if (found === undefined && isKnown) {
    return { pass: false, message: '', expected, actual: withNotes('none', quiescence.notes) }
  }
  const message = await explainPresence(asked, pattern, found, quiescence)
  const received = found === undefined ? [] : [found.stored]
  return { pass: true, message, expected, received, serdes: topic.serdes }
}

/** Why a record was not absent, or why that can't be known. */
async function explainPresence(
  { context, topic, timeout, deadline }: Asked,
  pattern: RecordPattern,
  found: SeenRecord | undefined,
  seen: Quiescence,
): Promise<string> {
  const { scope } = topic
  const show = showing(topic.name, scope.redaction)
  const unreadable = undecodable({ seen, topic })
  const facts: Fact[] = [
    ['Topic', describeTopic(topic, await scope.cluster.topics())],
    ['Expected', printAbsence(pattern, show)],
  ]
  const hints: string[] = []
  if (found !== undefined) {
    const when = milliseconds(found.stored.appendedAt - scope.began.at)
    facts.push(['Received', [`${placeOf(found.record)}, ${when} into the test`, stringify(show(contentOf(found)))]])
    const cause = await causedBefore(topic, [found])
    if (cause !== undefined) hints.push(cause)
  } else if (unreadable !== undefined) {
    facts.push([
      'Received',
      `${plural(seen.undecodable.length, 'record')} that could not be decoded, so it can't be known`,
    ])
    hints.push(unreadable)
  } else {
    facts.push(
      ['Received', "none, but it can't be known that none comes: the cluster did not come to rest"],
      ['Busy', seen.unknown ?? []],
      ['Timeout', describeTimeout({ timeout, deadline, topic })],
    )
    hints.push(seen.hint)
  }
  const timeline = await timelineOf(scope, { topic: topic.name })
  return formatReport({ title: title(context, name, 'topic', 'expected'), facts, timeline, hints }, context.utils)
}

function contentOf({ record: { key, value, headers } }: SeenRecord): unknown {
  return Object.keys(headers).length === 0 ? { key, value } : { key, value, headers }
}
