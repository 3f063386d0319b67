import { topicNameError } from '../../base/topic-name.ts'
import { type Api, api } from '../api.ts'
import type { Encodable, Messages } from '../protocol/codec.ts'
import { ErrorCode } from '../protocol/errors.ts'
import { TOPIC_OPERATIONS } from './authorized-operations.ts'
import { describePartition } from './metadata.ts'

type Described = Encodable<Messages['DescribeTopicPartitions']['response']['topics'][number]>

/** Kafka's max.request.partition.size.limit. */
const MOST_PARTITIONS = 2000

/**
 * DescribeTopicPartitions (75), version 0: topics with their partitions, in the order of their names, all of them when
 * none is named. An answer has as many partitions as were asked for; its cursor says where the next one begins (Kafka:
 * DescribeTopicPartitionsRequestHandler, KRaftMetadataCache#describeTopicResponse).
 */
export const describeTopicPartitions: Api<'DescribeTopicPartitions'> = api(
  'DescribeTopicPartitions',
  [0, 0],
  ({ topics: asked, responsePartitionLimit, cursor }, { broker: { topics: known, nodeId } }) => {
    const unasked = asked.length > 0 && asked.every(({ name }) => name !== cursor?.topicName)
    if (cursor !== null && (cursor.partitionIndex < 0 || unasked)) {
      return { topics: asked.map(({ name }) => ({ name, errorCode: ErrorCode.INVALID_REQUEST })) }
    }
    const topics: Described[] = []
    let left = Math.min(Math.max(responsePartitionLimit, 1), MOST_PARTITIONS)
    for (const name of wanted(asked.length === 0 ? known.list() : asked, cursor?.topicName)) {
      if (left === 0) return { topics, nextCursor: { topicName: name, partitionIndex: 0 } }
      const topic = known.get(name)
      if (topic === undefined) {
        topics.push(unknown(name))
        continue
      }
      const from = name === cursor?.topicName ? cursor.partitionIndex : 0
      const partitions = topic.partitions.slice(from, from + left)
      topics.push({
        name,
        topicId: topic.id,
        isInternal: topic.internal,
        errorCode: ErrorCode.NONE,
        topicAuthorizedOperations: TOPIC_OPERATIONS,
        partitions: partitions.map((partition) => ({
          ...describePartition(partition, nodeId),
          eligibleLeaderReplicas: [],
          lastKnownElr: [],
        })),
      })
      const next = from + partitions.length
      if (next < topic.partitions.length) return { topics, nextCursor: { topicName: name, partitionIndex: next } }
      left -= partitions.length
    }
    return { topics, nextCursor: null }
  },
)

/** Each name once, in order, from that of the cursor on. */
function wanted(topics: readonly { readonly name: string }[], from = ''): string[] {
  const names = [...new Set(topics.map(({ name }) => name))].sort()
  return names.filter((name) => name >= from)
}

function unknown(name: string): Described {
  const invalid = topicNameError(name) !== undefined
  const errorCode = invalid ? ErrorCode.INVALID_TOPIC_EXCEPTION : ErrorCode.UNKNOWN_TOPIC_OR_PARTITION
  return { name, errorCode, topicAuthorizedOperations: TOPIC_OPERATIONS }
}
