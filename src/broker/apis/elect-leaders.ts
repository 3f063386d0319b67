import { type Api, api } from '../api.ts'
import { ErrorCode } from '../protocol/errors.ts'

const UNCLEAN = 1

/**
 * ElectLeaders (43), versions 0 to 2: no partition needs another leader, the one node leads them all. Without names (null)
 * only partitions that had an election would be told, so there are none (Kafka: ReplicationControlManager#electLeaders).
 */
export const electLeaders: Api<'ElectLeaders'> = api(
  'ElectLeaders',
  [0, 2],
  ({ electionType, topicPartitions }, { broker: { topics } }) => {
    const known = electionType >= 0 && electionType <= UNCLEAN
    const asked = topicPartitions ?? topics.list().map(({ name: topic }) => ({ topic, partitions: [] }))
    return {
      errorCode: known ? ErrorCode.NONE : ErrorCode.INVALID_REQUEST,
      replicaElectionResults: asked.map(({ topic, partitions }) => ({
        topic,
        partitionResult: partitions.map((partitionId) => {
          const [errorCode, errorMessage] = known
            ? result(topic, partitionId, topics.get(topic)?.partitions.length)
            : [ErrorCode.INVALID_REQUEST, `Unknown election type ${electionType}`]
          return { partitionId, errorCode, errorMessage }
        }),
      })),
    }
  },
)

function result(topic: string, partition: number, partitions: number | undefined): [code: number, message: string] {
  if (partitions === undefined) return [ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, `No such topic as ${topic}`]
  if (partition < 0 || partition >= partitions) {
    return [ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, `No such partition as ${topic}-${partition}`]
  }
  return [ErrorCode.ELECTION_NOT_NEEDED, 'Leader election not needed for topic partition.']
}
