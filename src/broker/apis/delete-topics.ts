import { type Api, api, type Context } from '../api.ts'
import { ErrorCode } from '../protocol/errors.ts'
import { NO_ID } from './ids.ts'
import { repeated } from './twice.ts'

/**
 * DeleteTopics (20), versions 0 to 6: deletes topics with their records, by name, from version 6 also by id (Kafka:
 * ControllerApis#deleteTopics).
 */
export const deleteTopics: Api<'DeleteTopics'> = api('DeleteTopics', [0, 6], ({ topics, topicNames }, context) => {
  const wanted = context.version >= 6 ? topics : topicNames.map((name) => ({ name, topicId: NO_ID }))
  const names = repeated(wanted.flatMap(({ name }) => name ?? []))
  const ids = repeated(wanted.flatMap(({ name, topicId }) => (name === null && topicId !== NO_ID ? topicId : [])))
  const isTwice = ({ name, topicId }: Wanted) => (name === null ? ids.has(topicId) : names.has(name))
  const errorCode = ErrorCode.INVALID_REQUEST
  return {
    responses: [
      ...Array.from(names, (name) => ({ name, topicId: NO_ID, errorCode, errorMessage: 'Duplicate topic name.' })),
      ...Array.from(ids, (topicId) => ({ name: null, topicId, errorCode, errorMessage: 'Duplicate topic id.' })),
      ...wanted.filter((topic) => !isTwice(topic)).map((topic) => deleteOne(topic, context)),
    ],
  }
})

interface Wanted {
  readonly name: string | null
  readonly topicId: string
}

function deleteOne({ name, topicId }: Wanted, { broker }: Context) {
  const refuse = (errorCode: number, errorMessage: string) => ({ name, topicId, errorCode, errorMessage })
  if (name === null && topicId === NO_ID) {
    return refuse(ErrorCode.INVALID_REQUEST, 'Neither topic name nor id were specified.')
  }
  if (name !== null && topicId !== NO_ID) {
    return refuse(ErrorCode.INVALID_REQUEST, 'You may not specify both topic name and topic id.')
  }
  const topic = name === null ? broker.topics.byId(topicId) : broker.topics.get(name)
  if (topic === undefined && name === null) {
    return refuse(ErrorCode.UNKNOWN_TOPIC_ID, 'This server does not host this topic ID.')
  }
  if (topic === undefined) {
    return refuse(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, 'This server does not host this topic-partition.')
  }
  broker.topics.delete(topic)
  return { name: topic.name, topicId: topic.id, errorCode: ErrorCode.NONE }
}
