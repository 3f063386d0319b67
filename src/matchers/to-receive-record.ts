import type { StoredRecord } from '../cluster/cluster.ts'
import {
  describeTimeout,
  describeTopic,
  explainFailure,
  printAbsence,
  printPattern,
  rememberDeadline,
} from '../kafka/diagnosis.ts'
import { type Fact, formatReport, milliseconds, plural, stringify } from '../kafka/failure-message.ts'
import { causedBefore } from '../kafka/hints/caused-before.ts'
import { undecodable as undecodableHint } from '../kafka/hints/records.ts'
import { type Arrived, finder } from '../kafka/looking.ts'
import type { RecordPattern } from '../kafka/patterns.ts'
import { placeOf, type SeenRecord, UndecodableRecord } from '../kafka/record.ts'
import { timelineOf } from '../kafka/timeline.ts'
import { seenOf, waitForRecords } from '../kafka/waiting.ts'
import { showing } from '../redaction/shown.ts'
import type { MatcherContext, MatcherResult, Verdict } from './check.ts'
import { type CommonOptions, common } from './options.ts'
import { type Quiescence, readUntilQuiet } from './quiescence.ts'
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
  const find = finder(pattern, { testers, most: 1 })
  const until = async (arrived: Arrived): Promise<boolean> => (await find(arrived)).records.length > 0
  const { from, isolation } = options
  const arrived = await waitForRecords(scope, { topic: topic.name, serdes, from, isolation, deadline, until })
  const expected = printPattern(pattern, showing(topic.name, scope.redaction))
  const [found] = (await find(arrived)).records
  if (found !== undefined) return { pass: true, message: '', expected, received: [found], serdes }
  const seen = await seenOf(arrived, [pattern])
  const explanation = await explainFailure({
    title: title(context, name, 'topic', 'expected'),
    topic,
    patterns: [pattern],
    seen,
    from,
    isolation,
    deadline,
    timeout,
    testers,
    printer,
  })
  rememberDeadline(scope, { matcher: name, topic: topic.name, deadline, patterns: [pattern], testers })
  return { pass: false, ...explanation, expected, received: arrived.stored, serdes }
}

async function absent(asked: Asked, pattern: RecordPattern): Promise<Verdict> {
  const { context, topic, options, deadline } = asked
  const find = finder(pattern, { testers: context.customTesters, most: 1 })
  const quiescence = await readUntilQuiet(topic, {
    options,
    deadline,
    atOnce: context.poll === true,
    // Whether a record that can't be read is the one in question can't be known either.
    decided: async (arrived) => {
      const { records, undecodable } = await find(arrived)
      return records.length > 0 || undecodable.length > 0
    },
  })
  const expected = printPattern(pattern, showing(topic.name, topic.scope.redaction))
  const { records, undecodable } = await find(quiescence)
  const [found] = records
  const isKnown = quiescence.unknown === undefined && undecodable.length === 0
  if (found === undefined && isKnown) {
    return { pass: false, message: '', expected, certainty: quiescence.certainty }
  }
  const message = await explainPresence(asked, pattern, { found, undecodable, quiescence })
  const received = found === undefined ? [] : [found]
  return { pass: true, message, expected, received, serdes: topic.serdes }
}

interface Presence {
  readonly found: StoredRecord | undefined
  readonly undecodable: UndecodableRecord[]
  readonly quiescence: Quiescence
}

/** Why a record was not absent, or why that can't be known. */
async function explainPresence(
  { context, topic, timeout, deadline }: Asked,
  pattern: RecordPattern,
  { found, undecodable, quiescence }: Presence,
): Promise<string> {
  const { scope } = topic
  const show = showing(topic.name, scope.redaction)
  const unreadable = undecodableHint({ seen: { undecodable }, topic })
  const facts: Fact[] = [
    ['Topic', describeTopic(topic, await scope.cluster.topics())],
    ['Expected', printAbsence(pattern, show)],
  ]
  const hints: string[] = []
  if (found !== undefined) {
    const when = milliseconds(found.appendedAt - scope.began.at)
    const one = await quiescence.decoder.look(found)
    const content = one instanceof UndecodableRecord ? [] : [stringify(show(contentOf(one)))]
    facts.push(['Received', [`${placeOf(found)}, ${when} into the test`, ...content]])
    const cause = await causedBefore(topic, [found])
    if (cause !== undefined) hints.push(cause)
  } else if (unreadable !== undefined) {
    facts.push(['Received', `${plural(undecodable.length, 'record')} that could not be decoded, so it can't be known`])
    hints.push(unreadable)
  } else {
    facts.push(
      ['Received', "none, but it can't be known that none comes: the cluster did not come to rest"],
      ['Busy', quiescence.unknown ?? []],
      ['Timeout', describeTimeout({ timeout, deadline, topic })],
    )
    hints.push(quiescence.hint)
  }
  const timeline = await timelineOf(scope, { topic: topic.name })
  return formatReport({ title: title(context, name, 'topic', 'expected'), facts, timeline, hints }, context.utils)
}

function contentOf({ record: { key, value, headers } }: SeenRecord): unknown {
  return Object.keys(headers).length === 0 ? { key, value } : { key, value, headers }
}
