import { type Api, api } from '../api.ts'
import { LOG_DIR } from '../configs/broker.ts'
import { ErrorCode } from '../protocol/errors.ts'

/**
 * AlterReplicaLogDirs (34), versions 0 to 2: replicas lie in the one directory that there is, and can be moved to no other
 * (Kafka: ReplicaManager#alterReplicaLogDirs).
 */
export const alterReplicaLogDirs: Api<'AlterReplicaLogDirs'> = api(
  'AlterReplicaLogDirs',
  [0, 2],
  ({ dirs }, { broker }) => {
    const results = new Map<string, { partitionIndex: number; errorCode: number }[]>()
    for (const { path, topics } of dirs) {
      for (const { name, partitions } of topics) {
        const moved = partitions.map((partitionIndex) => {
          const known = broker.topics.get(name)?.partitions[partitionIndex] !== undefined
          const inPlace = known ? ErrorCode.NONE : ErrorCode.UNKNOWN_TOPIC_OR_PARTITION
          return { partitionIndex, errorCode: path === LOG_DIR ? inPlace : ErrorCode.LOG_DIR_NOT_FOUND }
        })
        results.set(name, [...(results.get(name) ?? []), ...moved])
      }
    }
    return { results: Array.from(results, ([topicName, partitions]) => ({ topicName, partitions })) }
  },
)
