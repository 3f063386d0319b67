import { compare, type Tester } from '../kafka/patterns.ts'
import type { SeenRecord } from '../kafka/record.ts'
import type { Seen } from '../kafka/waiting.ts'

/** Finds the records that match a pattern. Each is looked at once, however often it is asked about what came so far. */
export function finder(pattern: unknown, testers: readonly Tester[] = []): (seen: Seen) => SeenRecord[] {
  const found: SeenRecord[] = []
  let looked = 0
  return ({ records }) => {
    for (; looked < records.length; looked += 1) {
      const one = records[looked]!
      if (compare(one.record, pattern, testers).pass) found.push(one)
    }
    return found
  }
}
