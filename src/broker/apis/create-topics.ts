import { topicNameError } from '../../base/topic-name.ts'
import { type Api, api, type Context } from '../api.ts'
import { ConfigError, replacedConfigs } from '../configs/changes.ts'
import { TopicConfig } from '../configs/topic.ts'
import type { Encodable, Messages } from '../protocol/codec.ts'
import { ErrorCode } from '../protocol/errors.ts'
import { describeTopicConfigs } from './config-entries.ts'
import { assignmentError } from './replica-assignment.ts'
import { repeated } from './twice.ts'

type NewTopic = Messages['CreateTopics']['request']['topics'][number]
type CreatedTopic = Messages['CreateTopics']['response']['topics'][number]

/** What is wrong with a request, with Kafka's error code. */
interface Problem {
  readonly errorCode: number
  readonly errorMessage: string
}

/** Kafka refuses more in one request (ReplicationControlManager). */
const MOST_PARTITIONS = 10_000

/**
 * CreateTopics (19), versions 0 to 7: creates topics, each by itself, or only says whether it could. -1 stands for the
 * broker's number of partitions and for one replica. From version 5 the configs of the new topic are answered (Kafka:
 * ReplicationControlManager#createTopics).
 */
export const createTopics: Api<'CreateTopics'> = api('CreateTopics', [0, 7], ({ topics, validateOnly }, context) => {
  const twice = repeated(topics.map(({ name }) => name))
  return {
    topics: [
      ...[...twice].map((name) =>
        refuse(name, { errorCode: ErrorCode.INVALID_REQUEST, errorMessage: 'Duplicate topic name.' }),
      ),
      ...topics.filter(({ name }) => !twice.has(name)).map((topic) => createTopic(topic, validateOnly, context)),
    ],
  }
})

/** Creates one topic if all of it is right. */
export function createTopic(
  topic: NewTopic,
  validateOnly: boolean,
  { broker }: Pick<Context, 'broker'>,
): Encodable<CreatedTopic> {
  const { name, assignments } = topic
  const nameProblem = problemWithName(name, broker)
  if (nameProblem !== undefined) return refuse(name, nameProblem)
  const unset = topic.configs.find(({ value }) => value === null)
  if (unset !== undefined) {
    const errorMessage = `Null value not supported for topic configs: ${unset.name}`
    return refuse(name, { errorCode: ErrorCode.INVALID_CONFIG, errorMessage })
  }
  let config: ReadonlyMap<string, string>
  try {
    config = replacedConfigs(new TopicConfig({}), topic.configs)
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    return refuse(name, { errorCode: error.errorCode, errorMessage: error.message })
  }
  const problem = assignments.length > 0 ? problemWithAssignment(topic, broker.nodeId) : problemWithNumbers(topic)
  if (problem !== undefined) return refuse(name, problem)
  const partitions = assignments.length > 0 ? assignments.length : topic.numPartitions
  const numPartitions = partitions === -1 ? broker.options.partitions : partitions
  const configs = Object.fromEntries(config)
  const created = validateOnly ? undefined : broker.topics.create(name, { partitions: numPartitions, config: configs })
  return {
    name,
    topicId: created?.id,
    errorCode: ErrorCode.NONE,
    errorMessage: null,
    numPartitions,
    replicationFactor: 1,
    configs: describeTopicConfigs(created?.config ?? new TopicConfig(configs), null).map(
      ({ name, value, readOnly, configSource, isSensitive }) => ({ name, value, readOnly, configSource, isSensitive }),
    ),
  }
}

function refuse(name: string, problem: Problem) {
  return { name, ...problem, configs: [] }
}

function problemWithName(name: string, { topics }: Context['broker']): Problem | undefined {
  const errorMessage = topicNameError(name)
  if (errorMessage !== undefined) return { errorCode: ErrorCode.INVALID_TOPIC_EXCEPTION, errorMessage }
  if (topics.get(name) !== undefined) {
    return { errorCode: ErrorCode.TOPIC_ALREADY_EXISTS, errorMessage: `Topic '${name}' already exists.` }
  }
  const colliding = topics.colliding(name)
  if (colliding === undefined) return undefined
  return {
    errorCode: ErrorCode.INVALID_TOPIC_EXCEPTION,
    errorMessage: `Topic '${name}' collides with existing topic: ${colliding.name}`,
  }
}

function problemWithNumbers({ numPartitions, replicationFactor }: NewTopic): Problem | undefined {
  if (replicationFactor < -1 || replicationFactor === 0) {
    const errorMessage = 'Replication factor must be larger than 0, or -1 to use the default value.'
    return { errorCode: ErrorCode.INVALID_REPLICATION_FACTOR, errorMessage }
  }
  if (numPartitions < -1 || numPartitions === 0) {
    const errorMessage = 'Number of partitions was set to an invalid non-positive value.'
    return { errorCode: ErrorCode.INVALID_PARTITIONS, errorMessage }
  }
  if (numPartitions > MOST_PARTITIONS) {
    const errorMessage = 'Excessively large number of partitions per request.'
    return { errorCode: ErrorCode.POLICY_VIOLATION, errorMessage }
  }
  if (replicationFactor <= 1) return undefined
  return {
    errorCode: ErrorCode.INVALID_REPLICATION_FACTOR,
    errorMessage:
      `Unable to replicate the partition ${replicationFactor} time(s): The target replication factor of ` +
      `${replicationFactor} cannot be reached because only 1 broker(s) are registered.`,
  }
}

function problemWithAssignment(topic: NewTopic, nodeId: number): Problem | undefined {
  if (topic.replicationFactor !== -1) {
    const errorMessage = 'A manual partition assignment was specified, but replication factor was not set to -1.'
    return { errorCode: ErrorCode.INVALID_REQUEST, errorMessage }
  }
  if (topic.numPartitions !== -1) {
    const errorMessage = 'A manual partition assignment was specified, but numPartitions was not set to -1.'
    return { errorCode: ErrorCode.INVALID_REQUEST, errorMessage }
  }
  const errorMessage = assignmentError(topic.assignments, nodeId) ?? gapIn(topic)
  return errorMessage === undefined ? undefined : { errorCode: ErrorCode.INVALID_REPLICA_ASSIGNMENT, errorMessage }
}

function gapIn({ assignments }: NewTopic): string | undefined {
  const indexes = new Set(assignments.map(({ partitionIndex }) => partitionIndex))
  const complete = assignments.every((_, index) => indexes.has(index))
  return complete ? undefined : 'partitions should be a consecutive 0-based integer sequence'
}
