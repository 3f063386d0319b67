import { type Api, api } from '../api.ts'
import type { CommittedOffset, Offsets } from '../groups/offsets.ts'
import { ErrorCode } from '../protocol/errors.ts'

const NOTHING_COMMITTED: CommittedOffset = { offset: -1, leaderEpoch: -1, metadata: '' }

/**
 * OffsetFetch (9), versions 1 to 9: tells how far a group has come, in the partitions asked for, or (from version 2,
 * topics null) in all that it has committed; from version 8 of several groups. A partition without a commit, a group or
 * a topic that doesn't exist answer offset -1 and no error. With `requireStable` (version 7) a partition of which an open
 * transaction has an offset is UNSTABLE_OFFSET_COMMIT (Kafka: OffsetMetadataManager#fetchOffsets).
 */
export const offsetFetch: Api<'OffsetFetch'> = api(
  'OffsetFetch',
  [1, 9],
  ({ groupId, topics, groups, requireStable }, { broker, version }) => {
    const offsetsOf = (id: string, wanted: Wanted) => find(broker.groups.find(id)?.offsets, wanted, requireStable)
    if (version < 8) return { topics: offsetsOf(groupId, topics) }
    return {
      groups: groups.map((group) => ({
        groupId: group.groupId,
        topics: offsetsOf(group.groupId, group.topics),
      })),
    }
  },
)

type Wanted = readonly { name: string; partitionIndexes: number[] }[] | null

function find(offsets: Offsets | undefined, wanted: Wanted, requireStable: boolean) {
  const answer = (name: string, partition: number) => {
    if (requireStable && offsets?.isPending(name, partition)) {
      return committedIn(partition, NOTHING_COMMITTED, ErrorCode.UNSTABLE_OFFSET_COMMIT)
    }
    return committedIn(partition, offsets?.get(name, partition))
  }
  const all = () =>
    Array.from(offsets?.all() ?? [], ([name, partitions]) => ({ name, partitionIndexes: [...partitions.keys()] }))
  return (wanted ?? all()).map(({ name, partitionIndexes }) => ({
    name,
    partitions: partitionIndexes.map((partition) => answer(name, partition)),
  }))
}

function committedIn(
  partitionIndex: number,
  committed: CommittedOffset = NOTHING_COMMITTED,
  errorCode: number = ErrorCode.NONE,
) {
  return {
    partitionIndex,
    committedOffset: committed.offset,
    committedLeaderEpoch: committed.leaderEpoch,
    metadata: committed.metadata,
    errorCode,
  }
}
