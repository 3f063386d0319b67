import { type Api, api } from '../api.ts'
import type { Groups } from '../groups/groups.ts'
import type { CommittedOffset } from '../groups/offsets.ts'
import { ErrorCode } from '../protocol/errors.ts'

const NOTHING_COMMITTED: CommittedOffset = { offset: -1, leaderEpoch: -1, metadata: '' }

/**
 * OffsetFetch (9), versions 1 to 9: tells how far a group has come, in the partitions asked for, or (from version 2,
 * topics null) in all that it has committed; from version 8 of several groups. A partition without a commit, a group or
 * a topic that doesn't exist answer offset -1 and no error. `requireStable` waits for open transactions, of which there
 * are none (Kafka: OffsetMetadataManager#fetchOffsets).
 */
export const offsetFetch: Api<'OffsetFetch'> = api(
  'OffsetFetch',
  [1, 9],
  ({ groupId, topics, groups }, { broker, version }) => {
    if (version < 8) return { topics: offsetsOf(broker.groups, groupId, topics) }
    return {
      groups: groups.map((group) => ({
        groupId: group.groupId,
        topics: offsetsOf(broker.groups, group.groupId, group.topics),
      })),
    }
  },
)

type Wanted = readonly { name: string; partitionIndexes: number[] }[] | null

function offsetsOf(groups: Groups, groupId: string, wanted: Wanted) {
  const offsets = groups.find(groupId)?.offsets
  if (wanted === null) {
    return Array.from(offsets?.all() ?? [], ([name, partitions]) => ({
      name,
      partitions: Array.from(partitions, ([partition, committed]) => answer(partition, committed)),
    }))
  }
  return wanted.map(({ name, partitionIndexes }) => ({
    name,
    partitions: partitionIndexes.map((partition) => answer(partition, offsets?.get(name, partition))),
  }))
}

function answer(partitionIndex: number, committed: CommittedOffset = NOTHING_COMMITTED) {
  return {
    partitionIndex,
    committedOffset: committed.offset,
    committedLeaderEpoch: committed.leaderEpoch,
    metadata: committed.metadata,
    errorCode: ErrorCode.NONE,
  }
}
