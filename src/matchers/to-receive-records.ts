import { describeTopic, explainFailure, placeOf, printPattern, rememberDeadline, since } from '../kafka/diagnosis.ts'
import { formatReport, plural, stringify } from '../kafka/message.ts'
import { compare, isPlainObject, type RecordPattern } from '../kafka/patterns.ts'
import type { SeenRecord } from '../kafka/record.ts'
import { timelineOf } from '../kafka/timeline.ts'
import type { Topic } from '../kafka/topic.ts'
import { deadlineOf, type Seen, waitForRecords } from '../kafka/waiting.ts'
import { type Quiescence, untilQuiet } from './absence.ts'
import { type Assignment, assign, assignByPartition, assignInOrder } from './assignment.ts'
import { check, type MatcherContext, type MatcherResult, type Verdict } from './check.ts'
import { type ReceiveRecordsOptions, receiveRecords } from './options.ts'
import { checkMatcherOptions, title, topicOf } from './subjects.ts'
import { printRecord } from './to-receive-record-count.ts'

const name = 'toReceiveRecords'

/** Holds when each pattern is matched by a record of its own, in the order asked for, before the deadline. */
export function toReceiveRecords(
  this: MatcherContext,
  received: unknown,
  patterns: readonly RecordPattern[],
  options: ReceiveRecordsOptions = {},
): PromiseLike<MatcherResult> {
  const topic = topicOf(name, received)
  if (!Array.isArray(patterns))
    throw new TypeError(`${name}(): a list of patterns is wanted, this is ${stringify(patterns)}`)
  checkMatcherOptions(name, options, receiveRecords)
  if (options.order === 'per-key') requireKeys(patterns)
  const { scope } = topic
  scope.touched.add(topic.name)
  return check(this, { matcher: name, subject: `topic ${topic.name}`, scope }, () =>
    receive(this, topic, patterns, options),
  )
}

function requireKeys(patterns: readonly RecordPattern[]): void {
  const index = patterns.findIndex((pattern) => !isPlainObject(pattern) || pattern.key === undefined)
  if (index !== -1)
    throw new TypeError(`${name}(): with order 'per-key' each pattern needs a key, pattern ${index} has none`)
}

async function receive(
  context: MatcherContext,
  topic: Topic,
  patterns: readonly RecordPattern[],
  options: ReceiveRecordsOptions,
): Promise<Verdict> {
  const { scope, serdes } = topic
  const testers = context.customTesters ?? []
  const assignment = ({ records }: Seen): Assignment =>
    assignAll(patterns, records, options.order ?? 'any', (pattern, record) => compare(record, pattern, testers).pass)
  const complete = (seen: Seen): boolean =>
    seen.records.length >= patterns.length && !assignment(seen).includes(undefined)
  const tooMany = ({ records }: Seen): boolean => options.exactly === true && records.length > patterns.length
  const negated = context.isNot === true
  const deadline = context.poll ? 0 : deadlineOf(scope, options.timeout)
  let seen: Seen & Partial<Quiescence> = { records: [], undecodable: [] }
  if (!negated) {
    const until = (now: Seen): boolean => complete(now) || tooMany(now)
    seen = await waitForRecords(scope, { topic: topic.name, serdes, from: options.from, deadline, until })
  }
  if (negated || (options.exactly && complete(seen))) {
    seen = await untilQuiet(topic, options, negated && !options.exactly ? complete : tooMany, context.poll === true)
  }
  const pass = complete(seen) && !tooMany(seen) && (negated || seen.unknown === undefined)
  const expected = patterns.map((pattern) => printPattern(pattern)).join(', ')
  const found = seen.records.map(({ stored }) => stored)
  if (pass !== negated && !(negated && seen.unknown !== undefined))
    return { pass, message: '', expected, received: found, serdes }
  if (!negated) rememberDeadline(scope, name, topic.name, deadline)
  const told = await explain(context, topic, patterns, options, seen, assignment(seen), deadline)
  return { pass: negated ? true : pass, ...told, expected, received: found, serdes }
}

async function explain(
  context: MatcherContext,
  topic: Topic,
  patterns: readonly RecordPattern[],
  options: ReceiveRecordsOptions,
  seen: Seen & Partial<Quiescence>,
  assignment: Assignment,
  deadline: number,
): Promise<{ message: string; closest: string | null }> {
  const printer = context.utils
  const order = options.order ?? 'any'
  const listed = patterns.map((pattern, index): [string, string] => {
    const record = assignment[index] === undefined ? undefined : seen.records[assignment[index]]?.record
    const fate = record === undefined ? 'no record' : placeOf(record)
    return [index === 0 ? 'Expected' : '', `${index + 1}. ${printPattern(pattern)} → ${fate}`]
  })
  const how = [`order: ${order}`, ...(options.exactly ? ['exactly'] : [])].join(', ')
  const missing = assignment.filter((record) => record === undefined).length
  const verdict =
    seen.unknown !== undefined
      ? `; more may come: ${seen.unknown.join('; ')}`
      : missing > 0
        ? `; ${plural(missing, 'pattern')} of ${patterns.length} found none of its own`
        : context.isNot
          ? '; each pattern found one of its own'
          : `; ${plural(seen.records.length - patterns.length, 'record')} too many`
  const received = `${plural(seen.records.length, 'record')} ${since(options.from)}${verdict}`
  const head = { title: title(context, name, 'topic', 'expected'), received }
  if (missing > 0 && !context.isNot) {
    const [first, ...rest] = listed
    return explainFailure({
      ...head,
      ...{
        topic,
        patterns: patterns.filter((_, index) => assignment[index] === undefined),
        seen,
        from: options.from,
        deadline,
      },
      timeout: options.timeout ?? topic.scope.defaultTimeout,
      expected: [first, ...rest].map((line) => line![1]).join(`\n${' '.repeat(11)}`),
      facts: [['Order', how]],
      ...{ testers: context.customTesters ?? [], printer },
    })
  }
  const facts: [string, string][] = [
    ['Topic', describeTopic(topic, await topic.scope.cluster.topics())],
    ...listed,
    ['Received', received],
    ['Order', how],
    ...seen.records.slice(0, 8).map((one, index): [string, string] => [index === 0 ? 'Records' : '', printRecord(one)]),
  ]
  const timeline = await timelineOf(topic.scope, topic.name)
  return { message: formatReport({ title: head.title, facts, timeline }, printer), closest: null }
}

function assignAll(
  patterns: readonly RecordPattern[],
  records: readonly SeenRecord[],
  order: NonNullable<ReceiveRecordsOptions['order']>,
  match: (pattern: RecordPattern, record: SeenRecord['record']) => boolean,
): Assignment {
  const known = new Map<number, boolean>()
  const matches = (pattern: number, record: number): boolean => {
    const id = pattern * records.length + record
    const before = known.get(id)
    if (before !== undefined) return before
    const verdict = match(patterns[pattern]!, records[record]!.record)
    known.set(id, verdict)
    return verdict
  }
  switch (order) {
    case 'any':
      return assign(patterns.length, records.length, matches)
    case 'strict':
      return assignInOrder(patterns.length, records.length, matches)
    case 'per-partition':
      return assignByPartition(
        patterns.length,
        records.map(({ record }) => record.partition),
        matches,
      )
    case 'per-key':
      return assignByKey(patterns, records, matches)
  }
}

/** In order among the patterns with the same key; a pattern matches only records of its key, so the keys don't compete. */
function assignByKey(
  patterns: readonly RecordPattern[],
  records: readonly SeenRecord[],
  matches: (pattern: number, record: number) => boolean,
): Assignment {
  const assignment: Assignment = new Array(patterns.length).fill(undefined)
  const byKey = new Map<string, number[]>()
  patterns.forEach((pattern, index) => {
    const key = JSON.stringify((pattern as { key: unknown }).key) ?? String(index)
    byKey.set(key, [...(byKey.get(key) ?? []), index])
  })
  for (const indices of byKey.values()) {
    const inOrder = assignInOrder(indices.length, records.length, (pattern, record) =>
      matches(indices[pattern]!, record),
    )
    inOrder.forEach((record, pattern) => {
      assignment[indices[pattern]!] = record
    })
  }
  return assignment
}
