import { topicNameError } from '../../base/topic-name.ts'
import { type Api, api, type Context } from '../api.ts'
import type { Partition } from '../log/partition.ts'
import type { Topic } from '../log/topics.ts'
import type { Encodable, Messages } from '../protocol/codec.ts'
import { ErrorCode } from '../protocol/errors.ts'
import { CLUSTER_OPERATIONS, TOPIC_OPERATIONS } from './authorized-operations.ts'
import { NO_ID } from './ids.ts'
import { lastOfEach } from './twice.ts'

type Request = Messages['Metadata']['request']
type DescribedPartition = Encodable<Messages['Metadata']['response']['topics'][number]['partitions'][number]>
type WantedTopic = NonNullable<Request['topics']>[number]

/** Version from which topics may be asked for by id. */
const BY_ID_SINCE = 12

/**
 * Metadata (3), versions 0 to 13: the broker, and the topics asked for with their partitions; all of them when `topics`
 * is null (in version 0: empty). A topic that isn't there is created when the request and the broker allow it, and
 * answered at once; under `strict` an error is answered until it is there, as by Kafka. From version 12 topics may be
 * asked for by id (Kafka: KafkaApis#handleTopicMetadataRequest).
 */
export const metadata: Api<'Metadata'> = api('Metadata', [0, 13], (request, context) => {
  const { broker, connection, version } = context
  return {
    brokers: [{ nodeId: broker.nodeId, host: connection.localHost, port: connection.localPort, rack: null }],
    clusterId: broker.clusterId,
    controllerId: broker.nodeId,
    topics: topicsOf(request, context),
    ...(request.includeClusterAuthorizedOperations && version <= 10
      ? { clusterAuthorizedOperations: CLUSTER_OPERATIONS }
      : {}),
  }
})

function topicsOf(request: Request, context: Context) {
  const { broker, version } = context
  const { topics } = request
  if (topics === null || (version === 0 && topics.length === 0)) {
    return broker.topics.list().map((topic) => describe(topic, request, broker.nodeId))
  }
  if (version < BY_ID_SINCE && topics.some(({ name, topicId }) => name === null || topicId !== NO_ID)) {
    return topics.map(({ name }) => ({ errorCode: ErrorCode.INVALID_REQUEST, name: name ?? '' }))
  }
  return lastOfEach(topics, ({ name, topicId }) => name ?? topicId).map((wanted) => {
    const found = lookUp(wanted, request, context)
    return 'errorCode' in found ? found : describe(found, request, broker.nodeId)
  })
}

function lookUp({ name, topicId }: WantedTopic, { allowAutoTopicCreation }: Request, { broker }: Context) {
  const { topics, options } = broker
  if (name === null) return topics.byId(topicId) ?? { errorCode: ErrorCode.UNKNOWN_TOPIC_ID, name, topicId }
  const topic = topics.get(name)
  if (topic !== undefined) return topic
  if (topicNameError(name) !== undefined) return { errorCode: ErrorCode.INVALID_TOPIC_EXCEPTION, name }
  if (!allowAutoTopicCreation || !options.autoCreateTopics) {
    return { errorCode: ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, name }
  }
  if (topics.colliding(name) !== undefined) return { errorCode: ErrorCode.INVALID_TOPIC_EXCEPTION, name }
  if (!options.strict.topicCreation) return topics.create(name)
  topics.createSoon(name)
  return { errorCode: ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, name }
}

function describe(topic: Topic, { includeTopicAuthorizedOperations }: Request, nodeId: number) {
  return {
    errorCode: ErrorCode.NONE,
    name: topic.name,
    topicId: topic.id,
    isInternal: topic.internal,
    partitions: topic.partitions.map((partition) => describePartition(partition, nodeId)),
    ...(includeTopicAuthorizedOperations ? { topicAuthorizedOperations: TOPIC_OPERATIONS } : {}),
  }
}

/** Where a partition lies: all of it on the one node. */
export function describePartition({ index, leaderEpoch }: Partition, nodeId: number): DescribedPartition {
  return {
    errorCode: ErrorCode.NONE,
    partitionIndex: index,
    leaderId: nodeId,
    leaderEpoch,
    replicaNodes: [nodeId],
    isrNodes: [nodeId],
    offlineReplicas: [],
  }
}
