import { Snapshots } from 'vitest'
import type { RunnersSnapshots } from '../matchers/to-match-record-snapshot.ts'

/** Vitest's own snapshots, for the matcher that is made out of them. */
export const snapshots: RunnersSnapshots = {
  match: Snapshots.toMatchSnapshot as RunnersSnapshots['match'],
  nameOf: (_, testName, hint) => (hint === undefined ? testName : `${testName} > ${hint}`),
}
