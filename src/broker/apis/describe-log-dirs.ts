import { type Api, api } from '../api.ts'
import { LOG_DIR } from '../configs/broker.ts'
import { ErrorCode } from '../protocol/errors.ts'
import { mergeTopics } from './twice.ts'

/**
 * DescribeLogDirs (35), versions 0 to 4: how large partitions are, of all topics or of those asked for. There is one
 * directory, in memory; partitions that don't exist are left out (Kafka: ReplicaManager#describeLogDirs).
 */
export const describeLogDirs: Api<'DescribeLogDirs'> = api('DescribeLogDirs', [0, 4], ({ topics }, { broker }) => {
  const asked =
    topics &&
    new Map(mergeTopics(topics, ({ topic }) => topic).map(({ topic, partitions }) => [topic, new Set(partitions)]))
  const described = broker.topics
    .list()
    .map(({ name, partitions }) => ({
      name,
      partitions: partitions
        .filter(({ index }) => asked === null || asked.get(name)?.has(index) === true)
        .map(({ index, bytes }) => ({ partitionIndex: index, partitionSize: bytes, offsetLag: 0, isFutureKey: false })),
    }))
    .filter(({ partitions }) => partitions.length > 0)
  return {
    errorCode: ErrorCode.NONE,
    results: [{ errorCode: ErrorCode.NONE, logDir: LOG_DIR, topics: described, totalBytes: -1, usableBytes: -1 }],
  }
})
