import {
  describeTimeout,
  describeTopic,
  type Explanation,
  explainFailure,
  printPattern,
  rememberDeadline,
  since,
} from '../kafka/diagnosis.ts'
import { type Fact, formatReport, plural, stringify } from '../kafka/failure-message.ts'
import { causedBefore } from '../kafka/hints/caused-before.ts'
import { undecodable } from '../kafka/hints/records.ts'
import type { Arrived } from '../kafka/looking.ts'
import type { RecordPattern } from '../kafka/patterns.ts'
import { placeOf } from '../kafka/record.ts'
import { timelineOf } from '../kafka/timeline.ts'
import { seenOf, waitForRecords } from '../kafka/waiting.ts'
import { inTheClear, type Show, showing } from '../redaction/shown.ts'
import type { MatcherContext, MatcherResult, Verdict } from './check.ts'
import { listed } from './listed.ts'
import { type ReceiveRecordsOptions, receiveRecords } from './options.ts'
import { type Assigned, patternAssigner } from './pattern-assignment.ts'
import { type Quiescence, readUntilQuiet } from './quiescence.ts'
import { title } from './subjects.ts'
import { type TopicCheck, topicMatcher } from './topic-matcher.ts'

const name = 'toReceiveRecords'
type Asked = TopicCheck<ReceiveRecordsOptions>

/** What there is to say when the verdict is not the wanted one. */
interface Outcome {
  readonly patterns: readonly RecordPattern[]
  readonly arrived: Arrived & Partial<Quiescence>
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
    throw new TypeError(`${name}(): a list of patterns is wanted, this is ${stringify(inTheClear(patterns))}`)
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
  const exactly = options.exactly === true
  const tooMany = ({ stored }: Arrived): boolean => exactly && stored.length > patterns.length
  const isUnreadable = ({ undecodable }: Assigned): boolean => negated && undecodable.length > 0
  const complete = async (arrived: Arrived): Promise<boolean> => (await assigner(arrived)).complete

  const atOnce = context.poll === true
  const arrived: Arrived & Partial<Quiescence> =
    negated || exactly
      ? await readUntilQuiet(topic, {
          options,
          deadline,
          atOnce,
          enough: async (now) => negated || complete(now),
          decided: async (now) => {
            const assigned = await assigner(now)
            return (exactly ? tooMany(now) : assigned.complete) || isUnreadable(assigned)
          },
        })
      : await waitForRecords(scope, {
          topic: topic.name,
          serdes,
          from: options.from,
          isolation: options.isolation,
          deadline,
          until: complete,
        })

  const assigned = await assigner(arrived)
  const isKnown = tooMany(arrived) || (arrived.unknown === undefined && !isUnreadable(assigned))
  const holds = assigned.complete && !tooMany(arrived)
  const pass = isKnown || (holds && !exactly) ? holds : negated
  const show = showing(topic.name, scope.redaction)
  const expected = patterns.map((pattern) => printPattern(pattern, show)).join(', ')
  const verdict = { pass, expected, received: arrived.stored, serdes, certainty: arrived.certainty }
  if (pass !== negated) return { ...verdict, message: '' }
  if (!negated && !assigned.complete) {
    rememberDeadline(scope, { matcher: name, topic: topic.name, deadline, patterns, testers })
  }
  return { ...verdict, ...(await explain(asked, { patterns, arrived, assigned })) }
}

async function explain(asked: Asked, outcome: Outcome): Promise<Explanation> {
  const { context, topic, options, negated, timeout, deadline } = asked
  const { patterns, arrived, assigned } = outcome
  const total = arrived.stored.length
  const printer = context.utils
  const show = showing(topic.name, topic.scope.redaction)
  const head = title(context, name, 'topic', 'expected')
  const received = `${plural(total, 'record')} ${since(options.from)}; ${verdictOn(asked, outcome)}`
  const order: Fact = ['Order', `${options.order ?? 'any'}${options.exactly ? ', exactly these' : ''}`]
  const isTooMany = options.exactly === true && total > patterns.length
  const missing = patterns.filter((_, index) => assigned.assignment[index] === undefined)
  if (!negated && missing.length > 0 && !isTooMany) {
    const seen = await seenOf(arrived, missing)
    return explainFailure({
      title: head,
      topic,
      seen,
      from: options.from,
      isolation: options.isolation,
      deadline,
      timeout,
      received,
      printer,
      patterns: missing,
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
  const { unknown } = arrived
  if (unknown !== undefined) facts.push(['Busy', unknown])
  const waited = !negated && !isTooMany
  if (waited || unknown !== undefined) facts.push(['Timeout', describeTimeout({ timeout, deadline, topic })])
  facts.push(...(await listed(arrived, show)))
  const timeline = await timelineOf(topic.scope, { topic: topic.name })
  const unreadable = undecodable({ seen: assigned, topic })
  const hints = [
    unreadable ?? (unknown === undefined ? await causedBefore(topic, arrived.stored) : arrived.hint),
  ].filter((hint) => hint !== undefined)
  return { message: formatReport({ title: head, facts, timeline, hints }, printer), closest: null, paths: [] }
}

/** Each pattern, with the record that it got. */
function listPatterns({ patterns, arrived, assigned }: Outcome, show: Show): string[] {
  return patterns.map((pattern, index) => {
    const record = assigned.assignment[index]
    const got = record === undefined ? 'no record' : placeOf(arrived.stored[record]!)
    return `${index + 1}. ${printPattern(pattern, show)} → ${got}`
  })
}

function verdictOn({ negated, options }: Asked, { patterns, arrived, assigned }: Outcome): string {
  const surplus = arrived.stored.length - patterns.length
  const missing = patterns.filter((_, index) => assigned.assignment[index] === undefined).length
  if (arrived.unknown !== undefined) return "it can't be known that no more come: the cluster did not come to rest"
  if (negated) return assigned.complete ? 'each pattern found one of its own' : 'some of them could not be decoded'
  if (options.exactly && surplus > 0) return `${plural(surplus, 'record')} too many`
  if (missing > 0) return `${missing} of ${plural(patterns.length, 'pattern')} found none of its own`
  return `each pattern found one of its own, but in the order ${assigned.disorder?.join(', ')}`
}
