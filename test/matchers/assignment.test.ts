import { array, assert, boolean, integer, property, tuple } from 'fast-check'
import { expect, test } from 'vitest'
import { type Assignment, assign, assignInGroups, assignInOrder, type Matches } from '../../src/matchers/assignment.ts'

/** For each pattern which records it matches, and the group of each record. */
const worlds = tuple(integer({ min: 0, max: 5 }), integer({ min: 0, max: 6 })).chain(([patterns, records]) =>
  tuple(
    array(array(boolean(), { minLength: records, maxLength: records }), { minLength: patterns, maxLength: patterns }),
    array(integer({ min: 0, max: 2 }), { minLength: records, maxLength: records }),
  ),
)

function matcherOf(table: boolean[][]): Matches {
  return (pattern, record) => table[pattern]![record]!
}

/** The most patterns that any choice whatever gives a record of their own. */
function most(table: boolean[][], isAllowed: (chosen: readonly (number | undefined)[]) => boolean): number {
  let found = 0
  const choose = (chosen: (number | undefined)[]): void => {
    if (chosen.length === table.length) {
      if (isAllowed(chosen)) found = Math.max(found, count(chosen))
      return
    }
    const row = table[chosen.length]!
    choose([...chosen, undefined])
    row.forEach((matches, record) => {
      if (matches && !chosen.includes(record)) choose([...chosen, record])
    })
  }
  choose([])
  return found
}

function count(assignment: Assignment): number {
  return assignment.filter((record) => record !== undefined).length
}

function isInOrder(records: readonly (number | undefined)[]): boolean {
  const given = records.filter((record) => record !== undefined)
  return given.every((record, index) => index === 0 || record > given[index - 1]!)
}

function expectRight(assignment: Assignment, table: boolean[][]): void {
  const given = assignment.filter((record) => record !== undefined)
  expect(new Set(given).size).toBe(given.length)
  assignment.forEach((record, pattern) => {
    if (record !== undefined) expect(table[pattern]![record]).toBe(true)
  })
}

test('as many patterns get a record as by trying every choice', () => {
  assert(
    property(worlds, ([table, groups]) => {
      const assignment = assign(table.length, groups.length, matcherOf(table))
      expectRight(assignment, table)
      expect(count(assignment)).toBe(most(table, () => true))
    }),
  )
})

test('so do they when the records come one by one', () => {
  assert(
    property(worlds, ([table, groups]) => {
      let assignment: Assignment = []
      for (let records = 0; records <= groups.length; records += 1) {
        assignment = assign(table.length, records, matcherOf(table), assignment)
      }
      expectRight(assignment, table)
      expect(count(assignment)).toBe(most(table, () => true))
    }),
  )
})

test('in order, all get one when any choice in that order gives all one', () => {
  assert(
    property(worlds, ([table, groups]) => {
      const assignment = assignInOrder(table.length, groups.length, matcherOf(table))
      expectRight(assignment, table)
      expect(isInOrder(assignment)).toBe(true)
      expect(count(assignment) === table.length).toBe(most(table, isInOrder) === table.length)
    }),
  )
})

test('in order within groups, all get one when any such choice gives all one', () => {
  assert(
    property(worlds, ([table, groups]) => {
      const isInGroupOrder = (chosen: readonly (number | undefined)[]): boolean =>
        [0, 1, 2].every((group) => isInOrder(chosen.filter((record) => groups[record ?? -1] === group)))
      const assignment = assignInGroups(table.length, groups, matcherOf(table))
      expectRight(assignment, table)
      expect(isInGroupOrder(assignment)).toBe(true)
      expect(count(assignment) === table.length).toBe(most(table, isInGroupOrder) === table.length)
    }),
  )
})

test('a wide pattern leaves the record to a narrow one', () => {
  const table = [
    [true, true],
    [true, false],
  ]
  expect(assign(2, 2, matcherOf(table))).toEqual([1, 0])
})

test('a thousand patterns and records are no matter', () => {
  const reversed: Matches = (pattern, record) => record >= 999 - pattern
  expect(count(assign(1000, 1000, reversed))).toBe(1000)
  const groups = Array.from({ length: 1000 }, (_, record) => record % 7)
  expect(count(assignInGroups(1000, groups, (pattern, record) => pattern === record))).toBe(1000)
})

test('an order that can not be decided in time is an error that says what helps', () => {
  // 30 records in 30 groups of which all match, and a last pattern that matches one that the others need.
  const groups = Array.from({ length: 40 }, (_, record) => record)
  const matches: Matches = (pattern, record) => pattern < 30 || (record < 10 && pattern === 31)
  expect(() => assignInGroups(32, groups, matches)).toThrow('name more of each record')
})
