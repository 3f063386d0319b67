/** Which record each pattern gets: the index of a record, or undefined for a pattern that gets none. */
export type Assignment = (number | undefined)[]

/** Whether a record matches a pattern, by their indices. */
export type Matches = (pattern: number, record: number) => boolean

/**
 * Gives as many patterns as possible a record of their own (a maximum bipartite matching, by augmenting paths): a
 * greedy choice fails where a wide pattern takes the record that a narrow one needs.
 */
export function assign(patterns: number, records: number, matches: Matches): Assignment {
  const owner: (number | undefined)[] = new Array(records).fill(undefined)
  for (let pattern = 0; pattern < patterns; pattern++) place(pattern, new Set())
  const assignment: Assignment = new Array(patterns).fill(undefined)
  owner.forEach((pattern, record) => {
    if (pattern !== undefined) assignment[pattern] = record
  })
  return assignment

  function place(pattern: number, tried: Set<number>): boolean {
    for (let record = 0; record < records; record++) {
      if (tried.has(record) || !matches(pattern, record)) continue
      tried.add(record)
      const before = owner[record]
      if (before !== undefined && !place(before, tried)) continue
      owner[record] = pattern
      return true
    }
    return false
  }
}

/** Gives the patterns records in the order of both; others may lie between. The earliest is always as good as any. */
export function assignInOrder(patterns: number, records: number, matches: Matches): Assignment {
  const assignment: Assignment = new Array(patterns).fill(undefined)
  let record = 0
  for (let pattern = 0; pattern < patterns; pattern++) {
    while (record < records && !matches(pattern, record)) record += 1
    if (record === records) break
    assignment[pattern] = record
    record += 1
  }
  return assignment
}

/**
 * Gives the patterns records so that within each partition the order is theirs. Which partition a pattern's record is in
 * is not known, so all are tried; where a search has failed once it isn't made again.
 */
export function assignByPartition(patterns: number, partitionOf: readonly number[], matches: Matches): Assignment {
  const partitions = [...new Set(partitionOf)].map((partition) =>
    partitionOf.flatMap((one, record) => (one === partition ? [record] : [])),
  )
  const failed = new Set<string>()
  let best: Assignment = []
  search([], new Array(partitions.length).fill(0))
  return Array.from({ length: patterns }, (_, pattern) => best[pattern])

  function search(chosen: number[], next: number[]): boolean {
    if (chosen.length > best.length) best = [...chosen]
    if (chosen.length === patterns) return true
    const state = next.join()
    if (failed.has(`${chosen.length}:${state}`)) return false
    for (const [index, records] of partitions.entries()) {
      const at = records.findIndex((record, place) => place >= next[index]! && matches(chosen.length, record))
      if (at === -1) continue
      if (search([...chosen, records[at]!], next.with(index, at + 1))) return true
    }
    failed.add(`${chosen.length}:${state}`)
    return false
  }
}
