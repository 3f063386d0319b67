/** Which record each pattern gets: the index of a record, or undefined for a pattern that gets none. */
export type Assignment = readonly (number | undefined)[]

/** Whether a record matches a pattern, by their indices. */
export type Matches = (pattern: number, record: number) => boolean

/**
 * Gives as many patterns as possible a record of their own (a maximum bipartite matching, by augmenting paths): a
 * greedy choice fails where a wide pattern takes the record that a narrow one needs. It goes on from an assignment of
 * fewer records.
 */
export function assign(patterns: number, records: number, matches: Matches, before: Assignment = []): Assignment {
  const owners: (number | undefined)[] = new Array(records).fill(undefined)
  before.forEach((record, pattern) => {
    if (record !== undefined) owners[record] = pattern
  })
  for (let pattern = 0; pattern < patterns; pattern += 1) {
    if (before[pattern] === undefined) place(pattern, new Set())
  }
  const assignment: (number | undefined)[] = new Array(patterns).fill(undefined)
  owners.forEach((pattern, record) => {
    if (pattern !== undefined) assignment[pattern] = record
  })
  return assignment

  function place(pattern: number, tried: Set<number>): boolean {
    for (let step = 0; step < records; step += 1) {
      // From the record of the same place on: mostly they come in the order of the patterns.
      const record = (pattern + step) % records
      if (tried.has(record) || !matches(pattern, record)) continue
      tried.add(record)
      const owner = owners[record]
      if (owner !== undefined && !place(owner, tried)) continue
      owners[record] = pattern
      return true
    }
    return false
  }
}

/** Gives the patterns records in the order of both; others may lie between. The earliest is always as good as any. */
export function assignInOrder(patterns: number, records: number, matches: Matches): Assignment {
  const assignment: (number | undefined)[] = new Array(patterns).fill(undefined)
  let record = 0
  for (let pattern = 0; pattern < patterns; pattern += 1) {
    while (record < records && !matches(pattern, record)) record += 1
    if (record === records) break
    assignment[pattern] = record
    record += 1
  }
  return assignment
}

/** States that the search below may look at: about half a second of work. */
const BUDGET = 50_000

/**
 * Gives the patterns records so that within each group of records (those of a key, of a partition) the order is theirs.
 * Which group a pattern's record is in is not known, so all are tried; where a search has failed once it isn't made
 * again.
 *
 * @throws Error where there are too many possibilities to try.
 */
export function assignInGroups(patterns: number, groupOf: readonly unknown[], matches: Matches): Assignment {
  const groups = [...new Set(groupOf)].map((group) => groupOf.flatMap((one, record) => (one === group ? [record] : [])))
  const failed = new Set<string>()
  const chosen: number[] = []
  let best: readonly number[] = []
  search(new Array(groups.length).fill(0))
  return Array.from({ length: patterns }, (_, pattern) => best[pattern])

  function search(next: readonly number[]): boolean {
    if (chosen.length > best.length) best = [...chosen]
    if (chosen.length === patterns) return true
    const state = `${chosen.length}:${next.join()}`
    if (failed.has(state)) return false
    for (const [index, records] of groups.entries()) {
      const from = next[index]!
      const at = records.findIndex((record, place) => place >= from && matches(chosen.length, record))
      if (at === -1) continue
      chosen.push(records[at]!)
      if (search(next.with(index, at + 1))) return true
      chosen.pop()
    }
    failed.add(state)
    if (failed.size > BUDGET) {
      throw new Error('there are too many ways to give the patterns records: name more of each record, as its key')
    }
    return false
  }
}
