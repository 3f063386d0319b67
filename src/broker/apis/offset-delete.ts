import { type Api, api } from '../api.ts'
import { isSubscribed } from '../groups/description.ts'
import { ErrorCode } from '../protocol/errors.ts'

/**
 * OffsetDelete (47), version 0: forgets committed offsets. A topic that a member of a consumer group is subscribed to
 * answers GROUP_SUBSCRIBED_TO_TOPIC; a group of another protocol must have no members at all, or it answers
 * NON_EMPTY_GROUP (Kafka: OffsetMetadataManager#deleteOffsets).
 */
export const offsetDelete: Api<'OffsetDelete'> = api('OffsetDelete', [0, 0], ({ groupId, topics }, { broker }) => {
  const group = broker.groups.find(groupId)
  if (group === undefined) return { errorCode: ErrorCode.GROUP_ID_NOT_FOUND }
  if (group.state !== 'Empty' && group.protocolType !== 'consumer') return { errorCode: ErrorCode.NON_EMPTY_GROUP }
  return {
    topics: topics.map(({ name, partitions }) => {
      const subscribed = isSubscribed(group, name)
      return {
        name,
        partitions: partitions.map(({ partitionIndex }) => {
          if (broker.topics.get(name)?.partitions[partitionIndex] === undefined) {
            return { partitionIndex, errorCode: ErrorCode.UNKNOWN_TOPIC_OR_PARTITION }
          }
          if (subscribed) return { partitionIndex, errorCode: ErrorCode.GROUP_SUBSCRIBED_TO_TOPIC }
          group.offsets.delete(name, partitionIndex)
          return { partitionIndex, errorCode: ErrorCode.NONE }
        }),
      }
    }),
  }
})
