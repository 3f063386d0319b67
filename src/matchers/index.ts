import { showCaller } from '../kafka/caller.ts'
import { toBeTombstone } from './to-be-tombstone.ts'
import { toCatchUp } from './to-catch-up.ts'
import { toConformToSchema } from './to-conform-to-schema.ts'
import { toHaveCommittedOffset } from './to-have-committed-offset.ts'
import { toHaveLag } from './to-have-lag.ts'
import { toHaveMembers } from './to-have-members.ts'
import { toMatchRecord } from './to-match-record.ts'
import { createToMatchRecordSnapshot, type RunnersSnapshots } from './to-match-record-snapshot.ts'
import { toReceiveRecord } from './to-receive-record.ts'
import { toReceiveRecordCount } from './to-receive-record-count.ts'
import { toReceiveRecords } from './to-receive-records.ts'

// biome-ignore lint/suspicious/noExplicitAny: `expect.extend` of either runner takes matchers of any subject
type Matcher = (this: any, ...args: any[]) => any

/** All matchers, for `expect.extend`. Snapshots are the runner's business, so they come from it. */
export function createMatchers(snapshots: RunnersSnapshots): Record<string, Matcher> {
  const matchers: Record<string, Matcher> = {
    toBeTombstone,
    toCatchUp,
    toConformToSchema,
    toHaveCommittedOffset,
    toHaveLag,
    toHaveMembers,
    toMatchRecord,
    toMatchRecordSnapshot: createToMatchRecordSnapshot(snapshots),
    toReceiveRecord,
    toReceiveRecordCount,
    toReceiveRecords,
  }
  return Object.fromEntries(Object.entries(matchers).map(([name, matcher]) => [name, showCaller(matcher)]))
}
