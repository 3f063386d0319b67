import { closestRecord } from '../kafka/closest.ts'
import { describeTimeout, describeTopic, printPattern, rememberDeadline, since } from '../kafka/diagnosis.ts'
import { type Fact, formatReport, plural } from '../kafka/failure-message.ts'
import { causedBefore } from '../kafka/hints/caused-before.ts'
import { undecodable } from '../kafka/hints/records.ts'
import { hintsFor } from '../kafka/hints.ts'
import { type Arrived, type Found, finder } from '../kafka/looking.ts'
import { timelineOf } from '../kafka/timeline.ts'
import { seenOf } from '../kafka/waiting.ts'
import { type Show, showing } from '../redaction/shown.ts'
import type { MatcherContext, MatcherResult, Verdict } from './check.ts'
import { listed } from './listed.ts'
import { checkCount, type RecordCountOptions, recordCount } from './options.ts'
import { type Quiescence, readUntilQuiet } from './quiescence.ts'
import { title } from './subjects.ts'
import { type TopicCheck, topicMatcher } from './topic-matcher.ts'

const name = 'toReceiveRecordCount'
type Asked = TopicCheck<RecordCountOptions>

/** Holds when exactly so many records come (that match `where`), and no more follow. */
export function toReceiveRecordCount(
  this: MatcherContext,
  received: unknown,
  count: number,
  options: RecordCountOptions = {},
): Promise<MatcherResult> {
  checkCount(name, 'count', count)
  const patterns = options?.where === undefined ? [] : [options.where]
  return topicMatcher(this, received, { name, patterns, options, known: recordCount }, (asked) =>
    countRecords(asked, count),
  )
}

async function countRecords(asked: Asked, count: number): Promise<Verdict> {
  const { context, topic, options, negated, deadline } = asked
  const { where } = options
  const { customTesters: testers = [] } = context
  // What can't be read is a record all the same, unless it has to be looked at.
  const find = finder(where ?? {}, { testers })
  const quiescence = await readUntilQuiet(topic, {
    options,
    deadline,
    atOnce: context.poll === true,
    // Fewer are waited for until the deadline: nobody knows what outside of the cluster still brings them.
    enough: async (arrived) => negated || (await find(arrived)).records.length >= count,
    async decided(arrived) {
      const { records, undecodable } = await find(arrived)
      return records.length > count || undecodable.length > 0
    },
  })
  const found = await find(quiescence)
  const number = found.records.length
  const expected = describeCount(count, where, showing(topic.name, topic.scope.redaction))
  const verdict = {
    expected,
    actual: plural(number, 'record'),
    certainty: quiescence.certainty,
    received: found.records,
    serdes: topic.serdes,
  }
  const isKnown = number > count || (quiescence.unknown === undefined && found.undecodable.length === 0)
  const pass = isKnown ? number === count : negated
  if (pass !== negated) return { ...verdict, pass, message: '' }
  if (number < count) {
    rememberDeadline(topic.scope, {
      matcher: name,
      topic: topic.name,
      deadline,
      patterns: [where ?? {}],
      testers,
    })
  }
  const outcome = { count, expected, found, quiescence }
  return { ...verdict, pass, message: await explain(asked, outcome) }
}

function describeCount(count: number, where: unknown, show: Show): string {
  if (where === undefined) return plural(count, 'record')
  return `${plural(count, 'record')} that ${count === 1 ? 'matches' : 'match'} ${printPattern(where, show)}`
}

interface Outcome {
  count: number
  expected: string
  found: Found
  quiescence: Quiescence
}

async function explain(asked: Asked, { count, expected, found, quiescence }: Outcome): Promise<string> {
  const { context, topic, options, negated, timeout, deadline } = asked
  const { scope } = topic
  const { unknown, waited } = quiescence
  const number = found.records.length
  const received = `${plural(number, 'record')} ${since(options.from)}`
  const facts: Fact[] = [
    ['Topic', describeTopic(topic, await scope.cluster.topics())],
    ['Expected', `${negated ? 'any number but ' : ''}${expected}`],
  ]
  const unreadable = undecodable({ seen: found, topic })
  if (unknown !== undefined) {
    facts.push(
      ['Received', `${received}; it can't be known that no more come: the cluster did not come to rest`],
      ['Busy', unknown],
      ['Timeout', describeTimeout({ timeout, deadline, topic })],
    )
  } else if (unreadable !== undefined && number <= count) {
    facts.push(['Received', `${received}; ${found.undecodable.length} could not be decoded`])
  } else if (number < count) {
    facts.push(['Received', received], ['Timeout', describeTimeout({ timeout, deadline, topic })])
  } else {
    facts.push(['Received', received], ['Waited', number > count ? 'until there were too many' : waited])
  }
  facts.push(...(await listed({ ...quiescence, stored: found.records }, showing(topic.name, scope.redaction))))
  const timeline = await timelineOf(scope, { topic: topic.name })
  const tooFew = !negated && number < count
  const hints = await hintsOf()
  return formatReport({ title: title(context, name, 'topic', 'expected'), facts, timeline, hints }, context.utils)

  async function hintsOf(): Promise<string[]> {
    if (unreadable !== undefined) return [unreadable]
    if (unknown !== undefined) return [quiescence.hint]
    if (tooFew) return whyNoMore(asked, quiescence)
    const cause = negated ? undefined : await causedBefore(topic, found.records)
    return cause === undefined ? [] : [cause]
  }
}

/** Some more records would have had to be there. */
async function whyNoMore(asked: Asked, arrived: Arrived): Promise<string[]> {
  const { context, topic, options, timeout, deadline } = asked
  const testers = context.customTesters ?? []
  const patterns = [options.where ?? {}]
  const topics = await topic.scope.cluster.topics()
  const seen = await seenOf(arrived, patterns)
  const { closest } = closestRecord(seen.records, patterns, testers)
  return hintsFor({
    title: '',
    topic,
    patterns,
    seen,
    from: options.from,
    isolation: options.isolation,
    deadline,
    timeout,
    testers,
    topics,
    closest,
  })
}
