import { type Api, api } from '../api.ts'
import type { Topic } from '../log/topics.ts'
import { ErrorCode } from '../protocol/errors.ts'
import { assignmentError } from './replica-assignment.ts'

interface Problem {
  readonly errorCode: number
  readonly errorMessage: string | null
}

/**
 * AlterPartitionReassignments (45), versions 0 and 1: the one node keeps what it keeps, so a reassignment to it is done,
 * and there is none to cancel (Kafka: ReplicationControlManager#alterPartitionReassignments).
 */
export const alterPartitionReassignments: Api<'AlterPartitionReassignments'> = api(
  'AlterPartitionReassignments',
  [0, 1],
  ({ allowReplicationFactorChange, topics }, { broker }) => ({
    allowReplicationFactorChange,
    errorCode: ErrorCode.NONE,
    errorMessage: null,
    responses: topics.map(({ name, partitions }) => ({
      name,
      partitions: partitions.map(({ partitionIndex, replicas }) => ({
        partitionIndex,
        errorCode: ErrorCode.NONE,
        errorMessage: null,
        ...(placeError(name, broker.topics.get(name), partitionIndex) ?? problemWith(replicas, broker.nodeId)),
      })),
    })),
  }),
)

function placeError(name: string, topic: Topic | undefined, partition: number): Problem | undefined {
  const errorCode = ErrorCode.UNKNOWN_TOPIC_OR_PARTITION
  if (topic === undefined) return { errorCode, errorMessage: `Unable to find a topic named ${name}.` }
  if (topic.partitions[partition] !== undefined) return undefined
  return { errorCode, errorMessage: `Unable to find partition ${name}:${partition}.` }
}

function problemWith(replicas: number[] | null, nodeId: number): Problem | undefined {
  if (replicas === null) return { errorCode: ErrorCode.NO_REASSIGNMENT_IN_PROGRESS, errorMessage: null }
  const errorMessage = assignmentError([{ brokerIds: replicas }], nodeId)
  return errorMessage === undefined ? undefined : { errorCode: ErrorCode.INVALID_REPLICA_ASSIGNMENT, errorMessage }
}
