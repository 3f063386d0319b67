import { isPromise, isRegExp, isUint8Array } from 'node:util/types'
import { isPlainObject } from '../base/plain-object.ts'
import type { StoredRecord } from '../cluster/cluster.ts'
import { auto } from '../serdes/auto.ts'
import { string } from '../serdes/string.ts'
import type { Decoder, Soon } from './decoder.ts'
import { compare, partFor, type Tester } from './patterns.ts'
import { type Deserializers, type SeenRecord, UndecodableRecord } from './record.ts'
import { valueTest } from './value-test.ts'

/** Whether a record matches; or what can't be decoded of it, where that would have to be known. */
export type Verdict = boolean | UndecodableRecord
type Step = (stored: StoredRecord) => Soon<Verdict>
type Part = 'key' | 'value'

/**
 * How the records of a topic are held against a pattern: what costs nothing first, and no part is decoded before all
 * that comes before it matches. Where a record lies needs no decoding at all, and text or bytes that are asked of a key
 * are compared as bytes.
 */
export function lookFor(pattern: unknown, decoder: Decoder, testers: readonly Tester[] = []): Step {
  // A function is given records of its own, as it may change them.
  if (typeof pattern === 'function') return whole((stored) => decoder.give(stored), pattern, testers)
  // Custom testers and asymmetric matchers may ask for anything.
  if (!isPlainObject(pattern) || testers.length > 0) return whole((stored) => decoder.look(stored), pattern, testers)
  return inSteps(stepsOf(pattern, decoder))
}

function whole(
  read: (stored: StoredRecord) => Soon<SeenRecord | UndecodableRecord>,
  pattern: unknown,
  testers: readonly Tester[],
): Step {
  const judge = (one: SeenRecord | UndecodableRecord): Verdict =>
    one instanceof UndecodableRecord ? one : compare(one.record, pattern, testers).pass
  return (stored) => {
    const one = read(stored)
    return isPromise(one) ? one.then(judge) : judge(one)
  }
}

function stepsOf(pattern: Readonly<Record<string, unknown>>, decoder: Decoder): Step[] {
  const steps: Step[] = []
  for (const field of ['topic', 'partition', 'offset'] as const) {
    if (pattern[field] === undefined) continue
    const test = valueTest(pattern[field])
    steps.push((stored) => test(stored[field]))
  }
  if (pattern.timestamp !== undefined) {
    const test = valueTest(pattern.timestamp)
    steps.push((stored) => test(decoder.timestamp(stored)))
  }
  if ('key' in pattern) steps.push(partStep('key', pattern.key, decoder))
  if (pattern.headers !== undefined) {
    const test = valueTest(pattern.headers)
    steps.push((stored) => test(decoder.headers(stored)))
  }
  if ('value' in pattern) steps.push(partStep('value', pattern.value, decoder))
  return steps
}

function partStep(part: Part, wanted: unknown, decoder: Decoder): Step {
  if (wanted === null) return (stored) => stored[part] === null
  const bytes = bytesOf(wanted, part, decoder.serdes)
  if (bytes !== undefined) return (stored) => stored[part]?.equals(bytes) ?? false
  const test = valueTest(wanted)
  // What is absent and what is text may be a matter of the bytes.
  const isOfBytes = wanted === undefined || typeof wanted === 'string' || isRegExp(wanted)
  const judge = (content: unknown, stored: StoredRecord): Verdict => {
    if (content instanceof UndecodableRecord) return content
    return test(isOfBytes ? partFor(wanted, content, stored[part]) : content)
  }
  return (stored) => {
    const content = decoder.part(stored, part)
    return isPromise(content) ? content.then((one) => judge(one, stored)) : judge(content, stored)
  }
}

/** The bytes that are asked for, where it can be said without decoding. */
function bytesOf(wanted: unknown, part: Part, serdes: Deserializers<unknown, unknown>): Uint8Array | undefined {
  if (isUint8Array(wanted)) return wanted
  const isText = serdes[part] === string || (serdes[part] === auto && part === 'key')
  return typeof wanted === 'string' && isText && wanted.isWellFormed() ? Buffer.from(wanted) : undefined
}

function inSteps(steps: readonly Step[], first = 0): Step {
  return (stored) => {
    for (let index = first; index < steps.length; index += 1) {
      const verdict = steps[index]!(stored)
      if (verdict === true) continue
      if (!isPromise(verdict)) return verdict
      return verdict.then((settled) => (settled === true ? inSteps(steps, index + 1)(stored) : settled))
    }
    return true
  }
}

/** What a look at all that came has found so far. */
export interface Found {
  readonly records: StoredRecord[]
  /** Of these it can't be said whether they match. */
  readonly undecodable: UndecodableRecord[]
}

/** The records of a topic that came until now. */
export interface Arrived {
  readonly stored: readonly StoredRecord[]
  readonly decoder: Decoder
}

/**
 * Finds the records that match a pattern, up to `most`. Each is looked at once, however often it is asked about what
 * came so far.
 */
export function finder(
  pattern: unknown,
  { testers = [], most = Number.POSITIVE_INFINITY }: { testers?: readonly Tester[] | undefined; most?: number } = {},
): (arrived: Arrived) => Promise<Found> {
  const found: Found = { records: [], undecodable: [] }
  let looked = 0
  let look: Step | undefined
  return async ({ stored, decoder }) => {
    look ??= lookFor(pattern, decoder, testers)
    for (; looked < stored.length && found.records.length < most; looked += 1) {
      const one = stored[looked]!
      const soon = look(one)
      const verdict = isPromise(soon) ? await soon : soon
      if (verdict === true) found.records.push(one)
      else if (verdict !== false) found.undecodable.push(verdict)
    }
    return found
  }
}
