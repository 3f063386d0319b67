import { now } from '../broker/clock.ts'
import type { StartingPoint, TopicDescription } from '../cluster/cluster.ts'
import { hintFor } from './hints.ts'
import { formatReport, milliseconds, type Printer, plainPrinter, plural, stringify } from './message.ts'
import { type Comparison, compare, isAsymmetric, isPlainObject, type Tester } from './patterns.ts'
import type { Readers, ReceivedRecord, SeenRecord } from './record.ts'
import type { Scope } from './scope.ts'
import { timelineOf } from './timeline.ts'
import type { Seen } from './waiting.ts'

/** The subject of a failure: a topic handle, as far as the diagnosis needs it. */
export interface Subject {
  readonly name: string
  readonly serdes: Readers<unknown, unknown>
  readonly scope: Scope
}

export interface Failure {
  title: string
  topic: Subject
  /** One pattern (or several that each want a record), which nothing or not enough matched. */
  patterns: readonly unknown[]
  seen: Seen<unknown, unknown>
  from?: StartingPoint | undefined
  /** Of `now()`. */
  deadline: number
  timeout: number
  /** Further lines between Expected and Timeout. */
  facts?: [label: string, text: string][]
  expected?: string
  received?: string
  testers?: readonly Tester[]
  printer?: Printer
  /** Without it the hint is found by looking at the cluster. */
  hint?: string | undefined
  showClosest?: boolean
}

/** Why a topic didn't receive what was expected: the message, with the closest record, the timeline and a hint. */
export async function explainFailure(failure: Failure): Promise<{ message: string; closest: string | null }> {
  const { topic, patterns, seen, testers = [] } = failure
  const { scope } = topic
  const printer = failure.printer ?? (await plainPrinter())
  const topics = await scope.cluster.topics()
  const missing = patterns.filter(
    (pattern) => !seen.records.some(({ record }) => compare(record, pattern, testers).pass),
  )
  const closest = failure.showClosest === false ? undefined : closestRecord(seen.records, missing, testers)
  const hint = failure.hint ?? (await hintFor({ ...failure, patterns: missing, testers, topics, closest }))
  const message = formatReport(
    {
      title: failure.title,
      facts: [
        ['Topic', describeTopic(topic, topics)],
        ['Expected', failure.expected ?? patterns.map((pattern) => printPattern(pattern)).join(', ')],
        ['Received', failure.received ?? describeReceived(failure)],
        ...(failure.facts ?? []),
        ['Timeout', describeTimeout(failure)],
      ],
      closest: closest && describeClosest(closest, scope, printer),
      timeline: await timelineOf(scope, topic.name),
      hint,
    },
    printer,
  )
  return { message, closest: closest === undefined ? null : placeOf(closest.one.record) }
}

export function placeOf({ topic, partition, offset }: { topic: string; partition: number; offset: number }): string {
  return `${topic}/${partition}@${offset}`
}

export function describeTopic({ name, scope }: Subject, topics: readonly TopicDescription[]): string {
  const found = topics.find((one) => one.name === name)
  const size = found === undefined ? "doesn't exist" : plural(found.partitions, 'partition')
  return `${name} (${size}, ${scope.cluster.kind})`
}

export function printPattern(pattern: unknown): string {
  return typeof pattern === 'function'
    ? `a record for which ${pattern.name || 'the function'} holds`
    : stringify(pattern)
}

function describeReceived({ seen, from, patterns }: Failure): string {
  const count = seen.records.length + seen.undecodable.length
  if (count === 0) return `no record ${since(from)}`
  const verdict = patterns.length > 1 ? '' : count === 1 ? "; it doesn't match" : '; none matches'
  return `${plural(count, 'record')} ${since(from)}${verdict}`
}

export function since(from: StartingPoint | undefined): string {
  if (from === undefined || (typeof from === 'object' && 'sequence' in from)) return 'since the test began'
  if (from === 'beginning') return 'since the beginning of the topic'
  return from instanceof Date ? `since ${from.toISOString()}` : `from offset ${from.offset}`
}

/** Which deadline expired: the check's own, or the end of the test. */
export function describeTimeout({ timeout, deadline, topic }: Pick<Failure, 'timeout' | 'deadline' | 'topic'>): string {
  const { testDeadline } = topic.scope
  if (Number.isFinite(testDeadline) && deadline >= testDeadline - 251 && timeout > 0) {
    return `${milliseconds(timeout)}, cut short 250 ms before the test's own timeout`
  }
  return milliseconds(timeout)
}

export interface Closest {
  one: SeenRecord
  pattern: unknown
  comparison: Comparison
}

/** The record that misses the least of a pattern; of equals the latest. */
export function closestRecord(
  records: readonly SeenRecord[],
  patterns: readonly unknown[],
  testers: readonly Tester[],
): Closest | undefined {
  let closest: Closest | undefined
  for (const pattern of patterns) {
    if (typeof pattern === 'function') continue
    for (const one of records) {
      const comparison = compare(one.record, pattern, testers)
      if (closest === undefined || isCloser(comparison, closest.comparison)) closest = { one, pattern, comparison }
    }
  }
  return closest
}

function isCloser(a: Comparison, b: Comparison): boolean {
  if (a.matched !== b.matched) return a.matched > b.matched
  return a.mismatches.length <= b.mismatches.length
}

function describeClosest({ one, pattern }: Closest, scope: Scope, printer: Printer): { where: string; diff: string } {
  const { record, stored } = one
  const after = stored.appendedAt - scope.began.at
  const when = after >= 0 ? `${milliseconds(after)} into the test` : `${milliseconds(-after)} before the test`
  return { where: `${placeOf(record)}, ${when}`, diff: diffOf(record, pattern, printer) }
}

export function diffOf(record: ReceivedRecord, pattern: unknown, printer: Printer): string {
  return printer.diff(withMatched(pattern, record), prune(record, pattern)) ?? stringify(prune(record, pattern))
}

/** The received value cut to the shape of the pattern: what nobody asked about doesn't belong into the diff. */
function prune(received: unknown, pattern: unknown): unknown {
  if (isPlainObject(pattern) && typeof received === 'object' && received !== null && !Array.isArray(received)) {
    const keys = Object.keys(pattern).filter((key) => Object.hasOwn(received, key))
    return Object.fromEntries(keys.map((key) => [key, prune((received as Record<string, unknown>)[key], pattern[key])]))
  }
  if (Array.isArray(pattern) && Array.isArray(received)) {
    return received.map((element, index) => (index < pattern.length ? prune(element, pattern[index]) : element))
  }
  return received
}

/** The pattern with the received value where they match by other means than equality: it is no difference. */
function withMatched(pattern: unknown, received: unknown): unknown {
  if (isPlainObject(pattern)) {
    const from = (typeof received === 'object' && received !== null ? received : {}) as Record<string, unknown>
    return Object.fromEntries(
      Object.entries(pattern)
        .filter(([key, value]) => value !== undefined || Object.hasOwn(from, key))
        .map(([key, value]) => [key, withMatched(value, from[key])]),
    )
  }
  if (Array.isArray(pattern)) {
    return pattern.map((element, index) => withMatched(element, Array.isArray(received) ? received[index] : undefined))
  }
  const other = isAsymmetric(pattern) || pattern instanceof RegExp
  return other && compare(received, pattern).pass ? received : pattern
}

/** Remembers that a check's time was up, so that a later message can say what came too late for it. */
export function rememberDeadline(scope: Scope, matcher: string, topic: string, deadline: number): void {
  scope.pastDeadlines.push({ matcher, topic, deadline: Math.min(deadline, now()) })
}
