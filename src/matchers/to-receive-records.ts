import {
  describeTimeout,
  describeTopic,
  type Explanation,
  explainFailure,
  printPattern,
  rememberDeadline,
  since,
} from '../kafka/diagnosis.ts'
import { causedBefore } from '../kafka/hints/caused-before.ts'
import { undecodable } from '../kafka/hints/records.ts'
import { type Fact, formatReport, plural, stringify } from '../kafka/message.ts'
import type { RecordPattern } from '../kafka/patterns.ts'
import { placeOf } from '../kafka/record.ts'
import { type Show, showing } from '../kafka/shown.ts'
import { timelineOf } from '../kafka/timeline.ts'
import { type Seen, waitForRecords } from '../kafka/waiting.ts'
import type { MatcherContext, MatcherResult, Verdict } from './check.ts'
import { listed } from './listed.ts'
import { type ReceiveRecordsOptions, receiveRecords } from './options.ts'
import { type Assigned, patternAssigner } from './pattern-assignment.ts'
import { type Quiescence, readUntilQuiet, withNotes } from './quiescence.ts'
import { title } from './subjects.ts'
import { type TopicCheck, topicMatcher } from './topic-matcher.ts'

const name = 'toReceiveRecords'
type Asked = TopicCheck<ReceiveRecordsOptions>

/** What there is to say when the verdict is not the wanted one. */
interface Outcome {
  readonly patterns: readonly RecordPattern[]
  readonly seen: Seen & Partial<Quiescence>
  readonly assigned: Assigned
}

/** Holds when each pattern is matched by a record of its own, in the order asked for, before the deadline. */
export function toReceiveRecords(
  this: MatcherContext,
  received: unknown,
  patterns: readonly RecordPattern[],
  options: ReceiveRecordsOptions = {},
): Promise<MatcherResult> {
  if (!Array.isArray(patterns)) {
    throw new TypeError(`${name}(): a list of patterns is wanted, this is ${stringify(patterns)}`)
  }
  return topicMatcher(this, received, { name, patterns, options, known: receiveRecords }, (asked) =>
    receive(asked, patterns),
  )
}

async function receive(asked: Asked, patterns: readonly RecordPattern[]): Promise<Verdict> {
  const { context, topic, options, negated, deadline } = asked
  const { scope, serdes } = topic
  const testers = context.customTesters ?? []
  const assigner = patternAssigner(patterns, options.order ?? 'any', testers)
  const complete = (seen: Seen): boolean => assigner(seen).complete
  const exactly = options.exactly === true
  const tooMany = (seen: Seen): boolean => exactly && totalOf(seen) > patterns.length
  const isUnreadable = ({ undecodable }: Seen): boolean => negated && undecodable.length > 0

  const atOnce = context.poll === true
  const seen: Seen & Partial<Quiescence> =
    negated || exactly
      ? await readUntilQuiet(topic, {
          ...{ options, deadline, atOnce },
          enough: (now) => negated || complete(now),
          decided: (now) => (exactly ? tooMany(now) : complete(now)) || isUnreadable(now),
        })
      : await waitForRecords(scope, {
          ...{ topic: topic.name, serdes, from: options.from, deadline, until: complete },
        })

  const assigned = assigner(seen)
  const isKnown = tooMany(seen) || (seen.unknown === undefined && !isUnreadable(seen))
  const holds = assigned.complete && !tooMany(seen)
  const pass = isKnown || (holds && !exactly) ? holds : negated
  const show = showing(topic.name, scope.redaction)
  const expected = patterns.map((pattern) => printPattern(pattern, show)).join(', ')
  const verdict = {
    ...{ pass, expected, received: seen.records.map(({ stored }) => stored), serdes },
    ...(negated || exactly ? { actual: withNotes(plural(totalOf(seen), 'record'), seen.notes ?? []) } : {}),
  }
  if (pass !== negated) return { ...verdict, message: '' }
  if (!negated && !assigned.complete) {
    rememberDeadline(scope, { matcher: name, topic: topic.name, deadline, patterns, testers })
  }
  return { ...verdict, ...(await explain(asked, { patterns, seen, assigned })) }
}

function totalOf({ records, undecodable }: Seen): number {
  return records.length + undecodable.length
}

async function explain(asked: Asked, outcome: Outcome): Promise<Explanation> {
  const { context, topic, options, negated, timeout, deadline } = asked
  const { patterns, seen, assigned } = outcome
  const printer = context.utils
  const show = showing(topic.name, topic.scope.redaction)
  const head = title(context, name, 'topic', 'expected')
  const received = `${plural(totalOf(seen), 'record')} ${since(options.from)}; ${verdictOn(asked, outcome)}`
  const order: Fact = ['Order', `${options.order ?? 'any'}${options.exactly ? ', exactly these' : ''}`]
  if (!negated && assigned.assignment.includes(undefined) && totalOf(seen) <= patterns.length) {
    return explainFailure({
      ...{ title: head, topic, seen, from: options.from, deadline, timeout, received, printer },
      patterns: patterns.filter((_, index) => assigned.assignment[index] === undefined),
      expected: listPatterns(outcome, show),
      facts: [order],
      testers: context.customTesters ?? [],
    })
  }
  const facts: Fact[] = [
    ['Topic', describeTopic(topic, await topic.scope.cluster.topics())],
    ['Expected', listPatterns(outcome, show)],
    ['Received', received],
    order,
  ]
  const { unknown } = seen
  if (unknown !== undefined) facts.push(['Busy', unknown])
  const waited = !negated && !(options.exactly && totalOf(seen) > patterns.length)
  if (waited || unknown !== undefined) facts.push(['Timeout', describeTimeout({ timeout, deadline, topic })])
  if (seen.records.length > 0) facts.push(listed(seen.records, show))
  const timeline = await timelineOf(topic.scope, { topic: topic.name })
  const unreadable = undecodable({ seen, topic })
  const hints = [
    unreadable ?? (unknown === undefined ? await causedBefore(topic, seen.records) : outcome.seen.hint),
  ].filter((hint) => hint !== undefined)
  return { message: formatReport({ title: head, facts, timeline, hints }, printer), closest: null, paths: [] }
}

/** Each pattern, with the record that it got. */
function listPatterns({ patterns, seen, assigned }: Outcome, show: Show): string[] {
  return patterns.map((pattern, index) => {
    const record = assigned.assignment[index]
    const got = record === undefined ? 'no record' : placeOf(seen.records[record]!.record)
    return `${index + 1}. ${printPattern(pattern, show)} → ${got}`
  })
}

function verdictOn({ negated, options }: Asked, { patterns, seen, assigned }: Outcome): string {
  const surplus = totalOf(seen) - patterns.length
  const missing = patterns.filter((_, index) => assigned.assignment[index] === undefined).length
  if (seen.unknown !== undefined) return "it can't be known that no more come: the cluster did not come to rest"
  if (negated) return assigned.complete ? 'each pattern found one of its own' : 'some of them could not be decoded'
  if (options.exactly && surplus > 0) return `${plural(surplus, 'record')} too many`
  if (missing > 0) return `${missing} of ${plural(patterns.length, 'pattern')} found none of its own`
  return `each pattern found one of its own, but in the order ${assigned.disorder?.join(', ')}`
}
