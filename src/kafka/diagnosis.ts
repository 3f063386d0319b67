import { isDate } from 'node:util/types'
import { earliest, type Moment, now } from '../base/clock.ts'
import { isPlainObject } from '../base/plain-object.ts'
import type { Isolation, StartingPoint, TopicDescription } from '../cluster/cluster.ts'
import type { Redaction } from '../redaction/redaction.ts'
import { pathsOf, type Show, showing } from '../redaction/shown.ts'
import { type Closest, closestRecord, diffOf } from './closest.ts'
import {
  type Fact,
  formatReport,
  milliseconds,
  type Printer,
  plainPrinter,
  plural,
  stringify,
} from './failure-message.ts'
import { hintsFor } from './hints.ts'
import { type Comparison, compare, type Tester } from './patterns.ts'
import { type Deserializers, placeOf, type ReceivedRecord } from './record.ts'
import type { Scope } from './scope.ts'
import { timelineOf } from './timeline.ts'
import { cutShort, type Seen } from './waiting.ts'

/** The subject of a failure: a topic handle, as far as the diagnosis needs it. */
export interface Subject {
  readonly name: string
  readonly serdes: Deserializers<unknown, unknown>
  readonly scope: Scope
}

export interface Failure {
  title: string
  topic: Subject
  /** One pattern (or several that each want a record), which nothing or not enough matched. */
  patterns: readonly unknown[]
  seen: Seen<unknown, unknown>
  from?: StartingPoint | undefined
  isolation?: Isolation | undefined
  deadline: Moment
  timeout: number
  /** Further lines between Expected and Timeout. */
  facts?: readonly Fact[]
  expected?: string | readonly string[]
  received?: string
  testers?: readonly Tester[]
  printer?: Printer
}

/** Of how many patterns a message looks for the cause: each is held against every record. */
const EXAMINED = 20

export interface Explanation {
  message: string
  /** `topic/partition@offset` of the closest record, and the fields in which it differs. */
  closest: string | null
  paths: string[]
}

/** Why a topic didn't receive what was expected: the message, with the closest record, the timeline and the cause. */
export async function explainFailure(failure: Failure): Promise<Explanation> {
  const { topic, patterns, seen, testers = [] } = failure
  const { scope } = topic
  const printer = failure.printer ?? (await plainPrinter())
  const show = showing(topic.name, scope.redaction)
  const topics = await scope.cluster.topics()
  const { closest, missing } = closestRecord(seen.records, patterns.slice(0, EXAMINED), testers)
  const hints = await hintsFor({ ...failure, patterns: missing, testers, topics, closest })
  const message = formatReport(
    {
      title: failure.title,
      facts: [
        ['Topic', describeTopic(topic, topics)],
        ['Expected', failure.expected ?? patterns.map((pattern) => printPattern(pattern, show)).join(', ')],
        ['Received', failure.received ?? describeReceived(failure)],
        ...(failure.facts ?? []),
        ['Timeout', describeTimeout(failure)],
      ],
      closest: closest && describeClosest(closest, failure, printer),
      timeline: await timelineOf(scope, { topic: topic.name }),
      hints,
    },
    printer,
  )
  if (closest === undefined) return { message, closest: null, paths: [] }
  return { message, closest: placeOf(closest.one.record), paths: pathsOf(closest.comparison, scope.redaction) }
}

export function describeTopic({ name, scope }: Subject, topics: readonly TopicDescription[]): string {
  const found = topics.find((one) => one.name === name)
  const size = found === undefined ? "doesn't exist" : plural(found.partitions, 'partition')
  return `${name} (${size}, ${scope.cluster.kind})`
}

export function printPattern(pattern: unknown, show: Show): string {
  if (typeof pattern === 'function') return `a record for which ${pattern.name || 'the function'} holds`
  return isAny(pattern) ? 'a record' : stringify(show(pattern))
}

/** "no record that matches {…}" */
export function printAbsence(pattern: unknown, show: Show): string {
  return isAny(pattern) ? 'no record' : `no record that matches ${printPattern(pattern, show)}`
}

function isAny(pattern: unknown): boolean {
  return isPlainObject(pattern) && Object.keys(pattern).length === 0
}

function describeReceived({ seen, from, patterns }: Failure): string {
  const unread = seen.undecodable.length
  const count = seen.total
  const verdicts: string[] = []
  if (seen.records.length > 0 && patterns.length === 1) verdicts.push(count === 1 ? "it doesn't match" : 'none matches')
  if (unread > 0) verdicts.push(`${count === 1 ? 'it' : unread} could not be decoded`)
  const what = count === 0 ? 'no record' : plural(count, 'record')
  return [`${what} ${since(from)}`, verdicts.join(', ')].filter((part) => part !== '').join('; ')
}

export function since(from: StartingPoint | undefined): string {
  if (from === undefined || (typeof from === 'object' && 'sequence' in from)) return 'since the test began'
  if (from === 'beginning') return 'since the beginning of the topic'
  return isDate(from) ? `since ${from.toISOString()}` : `from offset ${from.offset}`
}

/** Which deadline expired: the check's own, or the end of the test. */
export function describeTimeout({
  timeout,
  deadline,
  topic,
}: {
  timeout: number
  deadline: Moment
  topic: Pick<Subject, 'scope'>
}): string {
  const short = timeout > 0 ? cutShort(topic.scope, deadline) : undefined
  return [milliseconds(timeout), ...(short === undefined ? [] : [short])].join(', ')
}

function describeClosest(
  closest: Closest,
  { topic: { scope }, seen }: Failure,
  printer: Printer,
): { where: string; diff: string } {
  const { one, pattern, comparison } = closest
  const { record, stored } = one
  const after = stored.appendedAt - scope.began.at
  const when = after >= 0 ? `${milliseconds(after)} into the test` : `${milliseconds(-after)} before the test`
  return {
    where: `${placeOf(record)}, ${when}${lookedAt(seen)}`,
    diff: describeDifference(record, pattern, comparison, scope.redaction, printer),
  }
}

function lookedAt({ records, undecodable, total }: Seen): string {
  const count = records.length + undecodable.length
  return count === total ? '' : ` (${count} of the ${total} records were looked at: the latest, and those of its key)`
}

/** Where a record differs from a pattern, and as far as it may be shown, how. */
export function describeDifference(
  record: ReceivedRecord,
  pattern: unknown,
  comparison: Comparison,
  redaction: Redaction,
  printer: Printer,
): string {
  if (redaction.records) return `It differs in ${pathsOf(comparison, redaction).join(', ')} (record data is redacted)`
  const diff = diffOf(record, pattern, printer, showing(record.topic, redaction))
  // What rules leave of two values may be the same.
  return redaction.rules === undefined ? diff : `${diff}\nIt differs in ${pathsOf(comparison, redaction).join(', ')}`
}

/** Remembers that a check's time was up, so that a later message can say what came too late for it. */
export function rememberDeadline(
  scope: Scope,
  check: { matcher: string; topic: string; deadline: Moment; patterns: readonly unknown[]; testers: readonly Tester[] },
): void {
  const { matcher, topic, deadline, patterns, testers } = check
  const wanted = (record: ReceivedRecord): boolean => patterns.some((pattern) => compare(record, pattern, testers).pass)
  scope.pastDeadlines.push({ matcher, topic, deadline: earliest(deadline, now()), wanted })
}
