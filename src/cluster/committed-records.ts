import type { StoredRecord } from './cluster.ts'

/**
 * What a reader of committed records sees of a topic's log: what was aborted never, and what is in an open transaction, or
 * behind one in its partition, once that has ended.
 */
export class CommittedRecords {
  #held: StoredRecord[] = []

  /** Those of which it is known by now, of what was held back and what was appended since. */
  of(appended: readonly StoredRecord[]): StoredRecord[] {
    const seen: StoredRecord[] = []
    const held: StoredRecord[] = []
    const blocked = new Set<number>()
    for (const record of this.#held.concat(appended)) {
      const state = record.transaction?.state
      if (state === 'open') blocked.add(record.partition)
      if (blocked.has(record.partition)) held.push(record)
      else if (state !== 'aborted') seen.push(record)
    }
    this.#held = held
    return seen
  }
}
