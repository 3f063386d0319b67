import {
  describeTimeout,
  describeTopic,
  explainFailure,
  placeOf,
  printPattern,
  rememberDeadline,
} from '../kafka/diagnosis.ts'
import { formatReport, milliseconds, stringify } from '../kafka/message.ts'
import { compare, type RecordPattern } from '../kafka/patterns.ts'
import type { SeenRecord } from '../kafka/record.ts'
import { timelineOf } from '../kafka/timeline.ts'
import type { Topic } from '../kafka/topic.ts'
import { deadlineOf, waitForRecords } from '../kafka/waiting.ts'
import { type Quiescence, untilQuiet } from './absence.ts'
import { check, type MatcherContext, type MatcherResult, type Verdict } from './check.ts'
import { type CommonOptions, common } from './options.ts'
import { checkMatcherOptions, title, topicOf } from './subjects.ts'

const name = 'toReceiveRecord'

/** Holds when one record of the topic matches the pattern before the deadline. */
export function toReceiveRecord(
  this: MatcherContext,
  received: unknown,
  pattern: RecordPattern = {},
  options: CommonOptions = {},
): PromiseLike<MatcherResult> {
  const topic = topicOf(name, received)
  checkMatcherOptions(name, options, common)
  const { scope } = topic
  scope.touched.add(topic.name)
  const negated = this.isNot === true
  return check(this, { matcher: name, subject: `topic ${topic.name}`, scope }, () =>
    negated ? absent(this, topic, pattern, options) : present(this, topic, pattern, options),
  )
}

async function present(
  context: MatcherContext,
  topic: Topic,
  pattern: RecordPattern,
  options: CommonOptions,
): Promise<Verdict> {
  const { scope, serdes } = topic
  const testers = context.customTesters ?? []
  const matches = ({ record }: SeenRecord): boolean => compare(record, pattern, testers).pass
  const deadline = context.poll ? 0 : deadlineOf(scope, options.timeout)
  const until = ({ records }: { records: SeenRecord[] }): boolean => records.some(matches)
  const seen = await waitForRecords(scope, { topic: topic.name, serdes, from: options.from, deadline, until })
  const expected = printPattern(pattern)
  const found = seen.records.find(matches)
  if (found !== undefined) return { pass: true, message: '', expected, received: [found.stored], serdes }
  const { message, closest } = await explainFailure({
    title: title(context, name, 'topic', 'expected'),
    ...{ topic, patterns: [pattern], seen, from: options.from, deadline, testers, printer: context.utils },
    timeout: options.timeout ?? scope.defaultTimeout,
  })
  rememberDeadline(scope, name, topic.name, deadline)
  return { pass: false, message, expected, closest, received: seen.records.map(({ stored }) => stored), serdes }
}

async function absent(
  context: MatcherContext,
  topic: Topic,
  pattern: RecordPattern,
  options: CommonOptions,
): Promise<Verdict> {
  const testers = context.customTesters ?? []
  const matches = ({ record }: SeenRecord): boolean => compare(record, pattern, testers).pass
  const quiescence = await untilQuiet(topic, options, ({ records }) => records.some(matches), context.poll === true)
  const found = quiescence.records.find(matches)
  const expected = printPattern(pattern)
  if (found === undefined && quiescence.unknown === undefined) return { pass: false, message: '', expected }
  return {
    pass: true,
    message: await explainPresence(context, topic, pattern, options, found, quiescence),
    ...{ expected, received: found === undefined ? [] : [found.stored], serdes: topic.serdes },
  }
}

/** Why a record was not absent, or why that can't be known. */
async function explainPresence(
  context: MatcherContext,
  topic: Topic,
  pattern: RecordPattern,
  options: CommonOptions,
  found: SeenRecord | undefined,
  { unknown, waited }: Quiescence,
): Promise<string> {
  const { scope } = topic
  const printer = context.utils
  const timeout = options.timeout ?? scope.defaultTimeout
  const busy = `it can't be known that no record comes, the cluster didn't come to rest: ${unknown?.join('; ')}`
  const when = found === undefined ? '' : `, ${milliseconds(found.stored.appendedAt - scope.began.at)} into the test`
  return formatReport(
    {
      title: title(context, name, 'topic', 'expected'),
      facts: [
        ['Topic', describeTopic(topic, await scope.cluster.topics())],
        ['Expected', `no record that matches ${printPattern(pattern)}`],
        ['Received', found === undefined ? busy : `${placeOf(found.record)}${when}: ${stringify(contentOf(found))}`],
        found === undefined ? ['Timeout', describeTimeout({ timeout, deadline: 0, topic })] : ['Waited', waited],
      ],
      timeline: await timelineOf(scope, topic.name),
      hint: found === undefined ? 'raise the timeout, or wait a fixed time instead: { within: 500 }' : undefined,
    },
    printer,
  )
}

export function contentOf({ record: { key, value, headers } }: SeenRecord): unknown {
  return Object.keys(headers).length === 0 ? { key, value } : { key, value, headers }
}
