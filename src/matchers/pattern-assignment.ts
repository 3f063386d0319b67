import { compare, type RecordPattern, type Tester } from '../kafka/patterns.ts'
import type { SeenRecord } from '../kafka/record.ts'
import type { Seen } from '../kafka/waiting.ts'
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
}

/** Assigns records to patterns as they come; what was compared once isn't compared again. */
export function patternAssigner(
  patterns: readonly RecordPattern[],
  order: Order,
  testers: readonly Tester[],
): (seen: Seen) => Assigned {
  const verdicts: boolean[][] = patterns.map(() => [])
  let looked = -1
  let inAnyOrder: Assignment = []
  let assigned: Assigned = { assignment: inAnyOrder, complete: false, disorder: undefined }
  return ({ records }) => {
    if (looked === records.length) return assigned
    looked = records.length
    const matches: Matches = (pattern, record) => {
      verdicts[pattern]![record] ??= compare(records[record]!.record, patterns[pattern], testers).pass
      return verdicts[pattern]![record]!
    }
    inAnyOrder = assign(patterns.length, records.length, matches, inAnyOrder)
    const each = !inAnyOrder.includes(undefined)
    const assignment = each ? inOrder(patterns.length, records, order, matches, inAnyOrder) : inAnyOrder
    const complete = !assignment.includes(undefined)
    const disorder = each && !complete ? arrival(inAnyOrder) : undefined
    assigned = { assignment: complete ? assignment : inAnyOrder, complete, disorder }
    return assigned
  }
}

function inOrder(
  patterns: number,
  records: readonly SeenRecord[],
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
        records.map(({ record }) => record.partition),
        matches,
      )
  }
}

/** Keys are the same when their bytes are. */
function keyOf({ stored: { key } }: SeenRecord): string | null {
  return key === null ? null : key.toString('latin1')
}

/** Numbers of the patterns, from 1, in the order of their records. */
function arrival(assignment: Assignment): number[] {
  return assignment
    .map((record, pattern) => ({ record: record ?? 0, pattern }))
    .sort((a, b) => a.record - b.record)
    .map(({ pattern }) => pattern + 1)
}
