import { describeTopic, printPattern, since } from '../kafka/diagnosis.ts'
import { hintFor } from '../kafka/hints.ts'
import { formatReport, plural, stringify } from '../kafka/message.ts'
import { compare } from '../kafka/patterns.ts'
import type { SeenRecord } from '../kafka/record.ts'
import { timelineOf } from '../kafka/timeline.ts'
import type { Topic } from '../kafka/topic.ts'
import { deadlineOf, type Seen, waitForRecords } from '../kafka/waiting.ts'
import { untilQuiet } from './absence.ts'
import { check, type MatcherContext, type MatcherResult, type Verdict } from './check.ts'
import { type RecordCountOptions, recordCount } from './options.ts'
import { checkMatcherOptions, title, topicOf } from './subjects.ts'

const name = 'toReceiveRecordCount'

/** Holds when exactly so many records come (that match `where`), and no more follow. */
export function toReceiveRecordCount(
  this: MatcherContext,
  received: unknown,
  count: number,
  options: RecordCountOptions = {},
): PromiseLike<MatcherResult> {
  const topic = topicOf(name, received)
  if (!Number.isSafeInteger(count) || count < 0) {
    throw new TypeError(`${name}(): the count is ${stringify(count)}, a whole number, 0 or more, is wanted`)
  }
  checkMatcherOptions(name, options, recordCount)
  const { scope } = topic
  scope.touched.add(topic.name)
  return check(this, { matcher: name, subject: `topic ${topic.name}`, scope }, () =>
    countRecords(this, topic, count, options),
  )
}

async function countRecords(
  context: MatcherContext,
  topic: Topic,
  count: number,
  options: RecordCountOptions,
): Promise<Verdict> {
  const { scope, serdes } = topic
  const testers = context.customTesters ?? []
  const { where } = options
  const counted = ({ records }: Seen): SeenRecord[] =>
    records.filter(({ record }) => where === undefined || compare(record, where, testers).pass)
  const deadline = context.poll ? 0 : deadlineOf(scope, options.timeout)
  // First until there are enough, for nobody knows what outside of the cluster still brings them; then until it stays so.
  const enough = (seen: Seen): boolean => counted(seen).length >= count
  await waitForRecords(scope, {
    topic: topic.name,
    serdes,
    from: options.from,
    deadline: context.isNot ? 0 : deadline,
    until: enough,
  })
  const tooMany = (seen: Seen): boolean => counted(seen).length > count
  const quiescence = await untilQuiet(topic, options, tooMany, context.poll === true)
  const found = counted(quiescence)
  const pass = found.length === count && (quiescence.unknown === undefined || context.isNot === true)
  const expected = `${plural(count, 'record')}${where === undefined ? '' : ` that match ${printPattern(where)}`}`
  const received = found.map(({ stored }) => stored)
  const wanted = context.isNot ? !pass : pass
  if (wanted) return { pass, message: '', expected, received, serdes }
  const timeout = options.timeout ?? scope.defaultTimeout
  const { unknown } = quiescence
  const failure = {
    title: '',
    topic,
    patterns: [where ?? {}],
    seen: quiescence,
    deadline,
    timeout,
    testers,
    closest: undefined,
  }
  const busy = unknown === undefined ? '' : `; more may come: ${unknown.join('; ')}`
  const message = formatReport(
    {
      title: title(context, name, 'topic', `${count}`),
      facts: [
        ['Topic', describeTopic(topic, await scope.cluster.topics())],
        ['Expected', `${context.isNot ? 'any number but ' : ''}${expected}`],
        ['Received', `${plural(found.length, 'record')} ${since(options.from)}${busy}`],
        ['Waited', found.length > count ? 'until there were too many' : quiescence.waited],
        ...found.slice(0, 5).map((one, index): [string, string] => [index === 0 ? 'Records' : '', printRecord(one)]),
      ],
      timeline: await timelineOf(scope, topic.name),
      hint:
        found.length >= count
          ? undefined
          : await hintFor({ ...failure, topics: await scope.cluster.topics(), from: options.from }),
    },
    context.utils,
  )
  return { pass, message, expected, actual: plural(found.length, 'record'), received, serdes }
}

export function printRecord({ record }: SeenRecord): string {
  const { partition, offset, key, value } = record
  return `${record.topic}/${partition}@${offset} ${stringify({ key, value })}`
}
