import { isRegExp, isUint8Array } from 'node:util/types'
import { isAsymmetric, isPlainObject } from '../base/plain-object.ts'
import { compare, equals, hasBytes } from './patterns.ts'

/**
 * A pattern as a test that says only whether a value matches, which is what nearly all that is asked of a topic comes
 * to: `compare` also says where not, at twenty times the price. What the pattern is made of is looked at once.
 */
export function valueTest(pattern: unknown): (value: unknown) => boolean {
  // A cycle is what `compare` knows how to follow.
  if (hasCycle(pattern)) return (value) => compare(value, pattern).pass
  return testOf(pattern)
}

function testOf(pattern: unknown): (value: unknown) => boolean {
  if (pattern === undefined) return (value) => value === undefined
  if (isRegExp(pattern)) return (value) => typeof value === 'string' && new RegExp(pattern).test(value)
  if (isUint8Array(pattern)) return (value) => hasBytes(value, pattern)
  if (Array.isArray(pattern)) return listTest(pattern)
  if (isPlainObject(pattern)) return objectTest(pattern)
  if (isAsymmetric(pattern) || typeof pattern === 'object' || typeof pattern === 'function') {
    return (value) => equals(value, pattern, [])
  }
  return (value) => Object.is(value, pattern) || (typeof value === 'object' && equals(value, pattern, []))
}

function listTest(pattern: readonly unknown[]): (value: unknown) => boolean {
  const tests = pattern.map(testOf)
  return (value) =>
    Array.isArray(value) && value.length === tests.length && tests.every((test, index) => test(value[index]))
}

function objectTest(pattern: Readonly<Record<string, unknown>>): (value: unknown) => boolean {
  const tests = Object.keys(pattern).map((key) => [key, testOf(pattern[key])] as const)
  return (value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
    for (const [key, test] of tests) {
      if (!test(Object.hasOwn(value, key) ? (value as Record<string, unknown>)[key] : undefined)) return false
    }
    return true
  }
}

function hasCycle(pattern: unknown, ancestors: readonly unknown[] = []): boolean {
  if (!Array.isArray(pattern) && !isPlainObject(pattern)) return false
  if (ancestors.includes(pattern)) return true
  const within = [...ancestors, pattern]
  return Object.values(pattern).some((one) => hasCycle(one, within))
}
