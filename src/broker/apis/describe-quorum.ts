import { wallTime } from '../../base/clock.ts'
import { type Api, api } from '../api.ts'
import { ErrorCode } from '../protocol/errors.ts'

const METADATA_TOPIC = '__cluster_metadata'

/** The end of the log of the cluster's metadata; there is none here, but a quorum without one would look broken. */
const END_OFFSET = 1

/**
 * DescribeQuorum (55), versions 0 to 2: who keeps the cluster's metadata; here this node alone. Only partition 0 of
 * `__cluster_metadata` may be asked for (Kafka: KafkaRaftClient#handleDescribeQuorumRequest).
 */
export const describeQuorum: Api<'DescribeQuorum'> = api(
  'DescribeQuorum',
  [0, 2],
  ({ topics }, { broker: { nodeId }, connection }) => {
    const [topic, ...others] = topics
    const asked = topic?.partitions.map(({ partitionIndex }) => partitionIndex)
    if (topic?.topicName !== METADATA_TOPIC || others.length > 0 || asked?.length !== 1 || asked[0] !== 0) {
      return { topics: topics.map(refused), errorMessage: '' }
    }
    const time = wallTime()
    const self = {
      replicaId: nodeId,
      logEndOffset: END_OFFSET,
      lastFetchTimestamp: time,
      lastCaughtUpTimestamp: time,
    }
    const partition = {
      partitionIndex: 0,
      errorCode: ErrorCode.NONE,
      errorMessage: '',
      leaderId: nodeId,
      leaderEpoch: 1,
      highWatermark: END_OFFSET,
      currentVoters: [self],
      observers: [],
    }
    const { localHost: host, localPort: port } = connection
    return {
      errorCode: ErrorCode.NONE,
      errorMessage: '',
      topics: [{ topicName: METADATA_TOPIC, partitions: [partition] }],
      nodes: [{ nodeId, listeners: [{ name: 'CONTROLLER', host, port }] }],
    }
  },
)

function refused({ topicName, partitions }: { topicName: string; partitions: { partitionIndex: number }[] }) {
  return {
    topicName,
    partitions: partitions.map(({ partitionIndex }) => ({
      partitionIndex,
      errorCode: ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
      errorMessage: 'This server does not host this topic-partition.',
    })),
  }
}
