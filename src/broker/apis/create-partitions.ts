import { type Api, api, type Context } from '../api.ts'
import type { Topic } from '../log/topics.ts'
import type { Messages } from '../protocol/codec.ts'
import { ErrorCode } from '../protocol/errors.ts'
import { assignmentError } from './replica-assignment.ts'
import { repeated } from './twice.ts'

type Wanted = Messages['CreatePartitions']['request']['topics'][number]

const MOST_PARTITIONS = 10_000

/**
 * CreatePartitions (37), versions 0 to 3: gives topics more partitions, or only says whether it could; never fewer
 * (Kafka: ReplicationControlManager#createPartitions).
 */
export const createPartitions: Api<'CreatePartitions'> = api(
  'CreatePartitions',
  [0, 3],
  ({ topics, validateOnly }, context) => {
    const twice = repeated(topics.map(({ name }) => name))
    const errorMessage = 'Duplicate topic name.'
    return {
      results: [
        ...Array.from(twice, (name) => ({ name, errorCode: ErrorCode.INVALID_REQUEST, errorMessage })),
        ...topics.filter(({ name }) => !twice.has(name)).map((wanted) => grow(wanted, validateOnly, context)),
      ],
    }
  },
)

function grow(wanted: Wanted, validateOnly: boolean, { broker }: Context) {
  const { name, count } = wanted
  const topic = broker.topics.get(name)
  if (topic === undefined) return { name, errorCode: ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, errorMessage: null }
  const countError = problemWithCount(topic, count)
  if (countError !== undefined) return { name, errorCode: ErrorCode.INVALID_PARTITIONS, errorMessage: countError }
  const errorMessage = problemWithAssignments(wanted, topic, broker.nodeId)
  if (errorMessage !== undefined) return { name, errorCode: ErrorCode.INVALID_REPLICA_ASSIGNMENT, errorMessage }
  if (!validateOnly) broker.topics.addPartitions(topic, count)
  return { name, errorCode: ErrorCode.NONE, errorMessage: null }
}

function problemWithCount({ name, partitions }: Topic, count: number): string | undefined {
  if (count === partitions.length) return `Topic already has ${count} partition(s).`
  if (count < partitions.length) {
    return `The topic ${name} currently has ${partitions.length} partition(s); ${count} would not be an increase.`
  }
  return count > MOST_PARTITIONS ? 'Excessively large number of partitions per request.' : undefined
}

function problemWithAssignments({ assignments, count }: Wanted, topic: Topic, nodeId: number): string | undefined {
  if (assignments === null) return undefined
  const additional = count - topic.partitions.length
  if (assignments.length !== additional) {
    return (
      `Attempted to add ${additional} additional partition(s), but only ${assignments.length} assignment(s) ` +
      'were specified.'
    )
  }
  return assignmentError(assignments, nodeId)
}
