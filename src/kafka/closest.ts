import { isRegExp } from 'node:util/types'
import { misspelt } from '../base/nearest.ts'
import { isAsymmetric, isPlainObject } from '../base/plain-object.ts'
import type { StoredRecord } from '../cluster/cluster.ts'
import type { Show } from '../redaction/shown.ts'
import type { Printer } from './failure-message.ts'
import { diffValues } from './failure-message.ts'
import { type Comparison, compare, type Tester } from './patterns.ts'
import { isReceived, type ReceivedRecord, type SeenRecord } from './record.ts'

export interface Closest {
  one: SeenRecord
  pattern: unknown
  comparison: Comparison
}

/** Of so many records a message looks at all: to decode one and to compare it takes 10 µs, so that of 100,000 the closest is found within 100 ms. */
const EXAMINED = 3000
/** Of more it looks at the latest, and at so many that have the key of a pattern. */
const EXAMINED_BY_KEY = 500

/** The records among which the closest one is looked for. */
export function examined(stored: readonly StoredRecord[], patterns: readonly unknown[]): readonly StoredRecord[] {
  if (stored.length <= EXAMINED) return stored
  const [older, latest] = [stored.slice(0, -EXAMINED), stored.slice(-EXAMINED)]
  const keys = patterns.flatMap((pattern) => {
    const key = isPlainObject(pattern) ? pattern.key : undefined
    return typeof key === 'string' ? [Buffer.from(key)] : []
  })
  if (keys.length === 0) return latest
  const byKey = older.filter(({ key }) => key !== null && keys.some((wanted) => wanted.equals(key)))
  return [...byKey.slice(-EXAMINED_BY_KEY), ...latest]
}

/** The record that misses the least of a pattern, of equals the latest; and the patterns that none matches. */
export function closestRecord(
  records: readonly SeenRecord[],
  patterns: readonly unknown[],
  testers: readonly Tester[],
): { closest: Closest | undefined; missing: unknown[] } {
  let closest: Closest | undefined
  const missing = patterns.filter((pattern) => {
    let near = closest
    for (const one of records) {
      const comparison = compare(one.record, pattern, testers)
      if (comparison.pass) return false
      if (near === undefined || isCloser(comparison, near.comparison)) near = { one, pattern, comparison }
    }
    if (typeof pattern !== 'function') closest = near
    return true
  })
  return { closest, missing }
}

function isCloser(a: Comparison, b: Comparison): boolean {
  if (a.matched !== b.matched) return a.matched > b.matched
  return a.mismatches.length <= b.mismatches.length
}

/** How a record differs from a pattern in what the pattern asks about. */
export function diffOf(record: ReceivedRecord, pattern: unknown, printer: Printer, show: Show): string {
  const received = show(prune(record, pattern))
  return diffValues(show(withMatched(pattern, record)), received, printer)
}

/**
 * The received value cut to the shape of the pattern: what nobody asked about doesn't belong into the diff. `ancestors`
 * are the patterns around this one: where a pattern has a cycle it ends there.
 */
function prune(received: unknown, pattern: unknown, ancestors: readonly unknown[] = []): unknown {
  if (ancestors.includes(pattern)) return received
  const within = [...ancestors, pattern]
  if (isPlainObject(pattern) && typeof received === 'object' && received !== null && !Array.isArray(received)) {
    const from = received as Record<string, unknown>
    const keys = new Set(Object.keys(pattern).flatMap((key) => nameOf(key, from) ?? []))
    return Object.fromEntries([...keys].map((key) => [key, prune(from[key], pattern[key], within)]))
  }
  if (Array.isArray(pattern) && Array.isArray(received)) {
    return received.map((element, index) => (index < pattern.length ? prune(element, pattern[index], within) : element))
  }
  return received
}

/** The name of what was asked for, or where there is none so called, of what was probably meant. */
function nameOf(key: string, received: Record<string, unknown>): string | undefined {
  return Object.hasOwn(received, key) ? key : misspelt(key, Object.keys(received))
}

/** The pattern with the received value where they match by other means than equality: it is no difference. */
function withMatched(pattern: unknown, received: unknown, ancestors: readonly unknown[] = []): unknown {
  if (ancestors.includes(pattern)) return pattern
  const within = [...ancestors, pattern]
  if (isPlainObject(pattern)) {
    const from = (typeof received === 'object' && received !== null ? received : {}) as Record<string, unknown>
    const isMatched = (key: string): boolean => isReceived(from) && compare(from, { [key]: pattern[key] }).pass
    return Object.fromEntries(
      Object.entries(pattern)
        .filter(([key, value]) => value !== undefined || Object.hasOwn(from, key))
        .map(([key, value]) => [key, isMatched(key) ? prune(from[key], value) : withMatched(value, from[key], within)]),
    )
  }
  if (Array.isArray(pattern)) {
    return pattern.map((element, index) =>
      withMatched(element, Array.isArray(received) ? received[index] : undefined, within),
    )
  }
  const other = isAsymmetric(pattern) || isRegExp(pattern)
  return other && compare(received, pattern).pass ? received : pattern
}
