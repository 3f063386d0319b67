import { isPromise } from 'node:util/types'
import type { StoredRecord } from '../cluster/cluster.ts'
import { type Arrived, lookFor, type Verdict } from '../kafka/looking.ts'
import type { RecordPattern, Tester } from '../kafka/patterns.ts'
import { UndecodableRecord } from '../kafka/record.ts'
import { type Assignment, assign, assignInGroups, assignInOrder, type Matches } from './assignment.ts'
import type { ReceiveRecordsOptions } from './options.ts'

export type Order = NonNullable<ReceiveRecordsOptions['order']>

/** Which records the patterns got, of those that came so far. */
export interface Assigned {
  readonly assignment: Assignment
  /** Each pattern has a record of its own, in the order asked for. */
  readonly complete: boolean
  /** Where each has one, but not in the order asked for: the patterns' numbers in the order in which they came. */
  readonly disorder: readonly number[] | undefined
  /** What had to be looked at, and could not be decoded. */
  readonly undecodable: UndecodableRecord[]
}

/** Assigns records to patterns as they come; what was compared once isn't compared again. */
export function patternAssigner(
  patterns: readonly RecordPattern[],
  order: Order,
  testers: readonly Tester[],
): (arrived: Arrived) => Promise<Assigned> {
  const verdicts: Verdict[][] = patterns.map(() => [])
  let looks: ReturnType<typeof lookFor>[] | undefined
  let looked = -1
  let inAnyOrder: Assignment = []
  let assigned: Assigned = { assignment: inAnyOrder, complete: false, disorder: undefined, undecodable: [] }
  return async ({ stored, decoder }) => {
    if (looked === stored.length) return assigned
    looked = stored.length
    looks ??= patterns.map((pattern) => lookFor(pattern, decoder, testers))
    for (;;) {
      // Where a serde is asynchronous, what it had to be asked is known the next time.
      const asked: Promise<void>[] = []
      const matches: Matches = (pattern, record) => {
        const of = verdicts[pattern]!
        if (of[record] !== undefined) return of[record] === true
        const note = (verdict: Verdict): void => {
          of[record] = verdict
        }
        const verdict = looks![pattern]!(stored[record]!)
        note(isPromise(verdict) ? false : verdict)
        if (isPromise(verdict)) asked.push(verdict.then(note))
        return verdict === true
      }
      const found = assign(patterns.length, stored.length, matches, inAnyOrder)
      const each = !found.includes(undefined)
      const assignment = each ? inOrder(patterns.length, stored, order, matches, found) : found
      if (asked.length > 0) {
        await Promise.all(asked)
        continue
      }
      inAnyOrder = found
      const complete = !assignment.includes(undefined)
      const disorder = each && !complete ? arrival(inAnyOrder) : undefined
      const undecodable = verdicts.flat().filter((verdict) => verdict instanceof UndecodableRecord)
      assigned = { assignment: complete ? assignment : inAnyOrder, complete, disorder, undecodable }
      return assigned
    }
  }
}

function inOrder(
  patterns: number,
  records: readonly StoredRecord[],
  order: Order,
  matches: Matches,
  inAnyOrder: Assignment,
): Assignment {
  switch (order) {
    case 'any':
      return inAnyOrder
    case 'strict':
      return assignInOrder(patterns, records.length, matches)
    case 'per-key':
      return assignInGroups(patterns, records.map(keyOf), matches)
    case 'per-partition':
      return assignInGroups(
        patterns,
        records.map(({ partition }) => partition),
        matches,
      )
  }
}

/** Keys are the same when their bytes are. */
function keyOf({ key }: StoredRecord): string | null {
  return key === null ? null : key.toString('latin1')
}

/** Numbers of the patterns, from 1, in the order of their records. */
function arrival(assignment: Assignment): number[] {
  return assignment
    .map((record, pattern) => ({ record: record ?? 0, pattern }))
    .sort((a, b) => a.record - b.record)
    .map(({ pattern }) => pattern + 1)
}
