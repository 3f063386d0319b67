import { createRequire } from 'node:module'
import { isRegExp, isUint8Array } from 'node:util/types'
import { didYouMean } from '../base/nearest.ts'
import { isAsymmetric, isPlainObject } from '../base/plain-object.ts'
import { isReceived, type ReceivedRecord } from './record.ts'

/**
 * What a value has to look like: objects match as subsets, deeply, lists element by element; a regular expression
 * matches a string, an asymmetric matcher (`expect.any(Number)`) what it says, `null` only null, and `undefined` says
 * that the property must be absent.
 */
export type Pattern<T> = unknown extends T
  ? unknown
  : T extends string
    ? T | RegExp
    : T extends number | boolean | bigint | null | undefined | Date | Uint8Array
      ? T
      : T extends readonly (infer Element)[]
        ? readonly Pattern<Element>[]
        : T extends object
          ? { readonly [Key in keyof T]?: Pattern<T[Key]> | undefined }
          : T

/** A partial record. */
export interface RecordFields<K, V> {
  key?: Pattern<K> | null
  /** `null` matches a tombstone. */
  value?: Pattern<V> | null
  headers?: Readonly<Record<string, unknown>>
  partition?: number
  offset?: number
  timestamp?: Date
  topic?: string
}

/** What a record has to look like: some of its fields, or a function that looks at all of it. */
export type RecordPattern<K = unknown, V = unknown> = RecordFields<K, V> | ((record: ReceivedRecord<K, V>) => boolean)

export type Tester = (this: unknown, a: unknown, b: unknown, testers: Tester[]) => boolean | undefined

interface Mismatch {
  path: (string | number)[]
  expected: unknown
  /** The error, where a predicate threw one. */
  received: unknown
}

export interface Comparison {
  pass: boolean
  mismatches: Mismatch[]
  /** How many leaves of the pattern were matched: what makes a record the closest one. */
  matched: number
}

type Equality = typeof import('@jest/expect-utils')
let equality: Equality | undefined

/** Loaded (5 ms) when the first pattern is compared: many test files never do. */
export function equals(actual: unknown, expected: unknown, testers: readonly Tester[]): boolean {
  equality ??= createRequire(import.meta.url)('@jest/expect-utils') as Equality
  const all = [...testers, equality.iterableEquality] as Parameters<Equality['equals']>[2]
  return equality.equals(actual, expected, all)
}

const fields = ['topic', 'partition', 'offset', 'timestamp', 'key', 'value', 'headers']

/**
 * Refuses a pattern that could never match for a reason of its own: a field that no record has.
 *
 * @throws TypeError naming the nearest field.
 */
export function checkPattern(where: string, pattern: unknown): void {
  if (typeof pattern === 'function' || isAsymmetric(pattern)) return
  if (!isPlainObject(pattern)) {
    throw new TypeError(`${where}: a pattern is a partial record or a function, this is ${describe(pattern)}.`)
  }
  for (const name of Object.keys(pattern)) {
    if (fields.includes(name)) continue
    const hint = didYouMean(name, fields, `its fields are ${fields.join(', ')}`)
    throw new TypeError(`${where}: a record has no field "${name}", ${hint}`)
  }
  const { headers } = pattern
  if (headers !== undefined && !isPlainObject(headers) && !isAsymmetric(headers)) {
    throw new TypeError(`${where}: the pattern's headers are ${describe(headers)}, an object is wanted.`)
  }
}

function describe(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value)
  if (Array.isArray(value)) return 'a list'
  return typeof value === 'object' && value !== null ? 'an object of another kind' : String(value)
}

/** Holds a value against a pattern. `testers` are the runner's custom ones (`expect.addEqualityTesters`). */
export function compare(actual: unknown, pattern: unknown, testers: readonly Tester[] = []): Comparison {
  const comparison: Comparison = { pass: true, mismatches: [], matched: 0 }
  if (typeof pattern === 'function') askPredicate(actual, pattern as (value: unknown) => unknown, comparison)
  else visit(actual, pattern, { path: [], ancestors: [] }, testers, comparison)
  comparison.pass = comparison.mismatches.length === 0
  return comparison
}

/** Among the records of a topic there may be some that a predicate isn't made for: that it throws means no. */
function askPredicate(actual: unknown, predicate: (value: unknown) => unknown, comparison: Comparison): void {
  try {
    if (predicate(actual)) comparison.matched += 1
    else comparison.mismatches.push({ path: [], expected: predicate, received: actual })
  } catch (error) {
    comparison.mismatches.push({ path: [], expected: predicate, received: error })
  }
}

/** Where in a pattern a visit is, and what it came through, from which a cycle is known. */
interface Visited {
  path: (string | number)[]
  ancestors: readonly { received: unknown; expected: unknown }[]
}

function visit(
  received: unknown,
  expected: unknown,
  { path, ancestors }: Visited,
  testers: readonly Tester[],
  comparison: Comparison,
): void {
  // Both have come round to where they were: they match if all else does.
  if (ancestors.some((one) => one.received === received && one.expected === expected)) return
  const verdict = judge(received, expected, testers)
  if (verdict === true) comparison.matched += 1
  else if (verdict === false) comparison.mismatches.push({ path, expected, received })
  else {
    const within = [...ancestors, { received, expected }]
    for (const key of verdict) {
      const wanted = get(expected, key)
      if (wanted === undefined && isReceived(received) && key !== 'key' && key !== 'value') continue
      const at = { path: [...path, key], ancestors: within }
      visit(fieldFor(wanted, received, key), wanted, at, testers, comparison)
    }
  }
}

/** Whether it matches, or which properties to look into. */
function judge(received: unknown, expected: unknown, testers: readonly Tester[]): boolean | (string | number)[] {
  if (expected === undefined) return received === undefined
  if (isAsymmetric(expected)) return equals(received, expected, testers)
  for (const tester of testers) {
    const verdict = tester.call({ equals }, received, expected, [...testers])
    if (verdict !== undefined) return verdict
  }
  if (isRegExp(expected) && typeof received === 'string') return new RegExp(expected).test(received)
  if (isUint8Array(expected)) return hasBytes(received, expected)
  if (Array.isArray(expected)) {
    if (!Array.isArray(received) || received.length !== expected.length) return false
    return expected.length === 0 || [...expected.keys()]
  }
  if (isPlainObject(expected)) {
    if (typeof received !== 'object' || received === null || Array.isArray(received)) return false
    const keys = Object.keys(expected)
    return keys.length === 0 || keys
  }
  return equals(received, expected, testers)
}

/** The bytes of a header that happen to be UTF-8 were made text: they are still these bytes. */
export function hasBytes(received: unknown, expected: Uint8Array): boolean {
  if (typeof received === 'string') return Buffer.from(received).equals(expected)
  return isUint8Array(received) && Buffer.from(received).equals(expected)
}

/**
 * What a part of the pattern is held against. Of a record's key and value that is
 * - its bytes, where the pattern has bytes, whatever the serde made of them;
 * - its text, where the pattern has text and the automatic serde, which can't know better, read `42` as a number;
 * - absent, where the pattern has `undefined` and the record no key or no value; `null` is that and nothing else, in
 *   particular not the `null` of JSON.
 */
function fieldFor(wanted: unknown, received: unknown, key: string | number): unknown {
  const value = get(received, key)
  if ((key !== 'key' && key !== 'value') || !isReceived(received)) return value
  return partFor(wanted, value, received.raw[key])
}

/** The same of a key or value by itself: what was decoded, and its bytes. */
export function partFor(wanted: unknown, content: unknown, raw: Buffer | null): unknown {
  if (wanted === undefined && raw === null) return undefined
  if (wanted === null && raw !== null) return content ?? raw.toString()
  if (isUint8Array(wanted)) return raw
  const isText = typeof wanted === 'string' || isRegExp(wanted)
  if (isText && (typeof content === 'number' || typeof content === 'boolean')) return raw?.toString()
  return content
}

function get(value: unknown, key: string | number): unknown {
  return value !== null && typeof value === 'object' && Object.hasOwn(value, key)
    ? (value as Record<string | number, unknown>)[key]
    : undefined
}
