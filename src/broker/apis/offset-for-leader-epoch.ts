import { type Api, api } from '../api.ts'
import type { Partition } from '../log/partition.ts'
import { ErrorCode } from '../protocol/errors.ts'

const UNDEFINED = { leaderEpoch: -1, endOffset: -1 }

/**
 * OffsetForLeaderEpoch (23), versions 0 to 4: where a leader's epoch ends in the log, by which a client notices that
 * records were lost. Here the one leader is in its first epoch for ever (Kafka: Partition#lastOffsetForLeaderEpoch).
 */
export const offsetForLeaderEpoch: Api<'OffsetForLeaderEpoch'> = api(
  'OffsetForLeaderEpoch',
  [0, 4],
  ({ topics }, { broker }) => ({
    topics: topics.map(({ topic, partitions }) => ({
      topic,
      partitions: partitions.map(({ partition: index, currentLeaderEpoch, leaderEpoch }) => ({
        partition: index,
        ...endOf(broker.topics.get(topic)?.partitions[index], currentLeaderEpoch, leaderEpoch),
      })),
    })),
  }),
)

function endOf(partition: Partition | undefined, currentLeaderEpoch: number, leaderEpoch: number) {
  if (partition === undefined) return { errorCode: ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, ...UNDEFINED }
  if (currentLeaderEpoch > partition.leaderEpoch) return { errorCode: ErrorCode.UNKNOWN_LEADER_EPOCH, ...UNDEFINED }
  if (leaderEpoch !== partition.leaderEpoch) return { errorCode: ErrorCode.NONE, ...UNDEFINED }
  return { errorCode: ErrorCode.NONE, leaderEpoch, endOffset: partition.endOffset }
}
