import { snapshotText } from '../kafka/failure-message.ts'

/**
 * What both runners hold of a file's snapshots: jest-snapshot's `SnapshotState` of 29 and 30, Vitest's of 4 and 5. No
 * public way leads to a stored snapshot that doesn't count as a comparison, and as a failed one where it differs.
 */
interface SnapshotState {
  _snapshotData: Record<string, string>
  /** How often each name was compared so far. */
  _counters: { get(name: string): number | undefined }
  _updateSnapshot: 'all' | 'new' | 'none'
}

/** The part of a matcher's `this` that leads to it. */
export interface SnapshotContext {
  snapshotState?: unknown
  currentTestName?: string
}

/** Whether the snapshot of this name that the next comparison is held against says this, and is not to be written anew. */
export function isStored({ snapshotState }: SnapshotContext, name: string, form: unknown): boolean {
  const { _snapshotData: data, _counters: counters, _updateSnapshot: update } = (snapshotState ?? {}) as SnapshotState
  if (data === undefined || counters === undefined || update === undefined || update === 'all') return false
  const stored = data[`${name} ${(counters.get(name) ?? 0) + 1}`]
  return stored !== undefined && stored.trim() === snapshotText(form)
}
