import { type Api, api, type Context } from '../api.ts'
import { ErrorCode } from '../protocol/errors.ts'
import { lastOfEach, mergeTopics } from './twice.ts'

/** Stands for the end of the log. */
const HIGH_WATERMARK = -1

/**
 * DeleteRecords (21), versions 0 to 2: moves the start of logs, so that what lies before it can't be read any more. A topic
 * that is only compacted refuses (Kafka: ReplicaManager#deleteRecordsOnLocalLog).
 */
export const deleteRecords: Api<'DeleteRecords'> = api('DeleteRecords', [0, 2], ({ topics }, context) => ({
  topics: mergeTopics(topics, ({ name }) => name).map(({ name, partitions }) => ({
    name,
    partitions: lastOfEach(partitions, ({ partitionIndex }) => partitionIndex).map(({ partitionIndex, offset }) => ({
      partitionIndex,
      ...deleteBefore(name, partitionIndex, offset, context),
    })),
  })),
}))

function deleteBefore(name: string, partitionIndex: number, wanted: number, { broker }: Context) {
  const refuse = (errorCode: number) => ({ lowWatermark: -1, errorCode })
  const topic = broker.topics.get(name)
  const partition = topic?.partitions[partitionIndex]
  if (topic === undefined || partition === undefined) return refuse(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION)
  if (topic.config.get('cleanup.policy') === 'compact') return refuse(ErrorCode.POLICY_VIOLATION)
  const offset = wanted === HIGH_WATERMARK ? partition.endOffset : wanted
  if (offset < 0 || offset > partition.endOffset) return refuse(ErrorCode.OFFSET_OUT_OF_RANGE)
  partition.deleteRecordsBefore(offset)
  return { lowWatermark: partition.logStartOffset, errorCode: ErrorCode.NONE }
}
