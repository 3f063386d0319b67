import { type Api, api } from '../api.ts'
import type { Partition } from '../log/partition.ts'
import { ErrorCode } from '../protocol/errors.ts'

/** Without a batch of a producer that is remembered. */
const NO_SEQUENCE = -1

/**
 * DescribeProducers (61), version 0: who writes idempotently to partitions, and where their open transactions begin
 * (KIP-664; Kafka: ReplicaManager#activeProducerState).
 */
export const describeProducers: Api<'DescribeProducers'> = api(
  'DescribeProducers',
  [0, 0],
  ({ topics }, { broker }) => ({
    topics: topics.map(({ name, partitionIndexes }) => ({
      name,
      partitions: partitionIndexes.map((partitionIndex) => {
        const partition = broker.topics.get(name)?.partitions[partitionIndex]
        if (partition !== undefined) return { partitionIndex, activeProducers: activeProducers(partition) }
        return { partitionIndex, errorCode: ErrorCode.UNKNOWN_TOPIC_OR_PARTITION }
      }),
    })),
  }),
)

function activeProducers({ producers, transactions }: Partition) {
  return Array.from(producers.all(), ([producerId, { epoch, batches, lastTimestamp, coordinatorEpoch }]) => ({
    producerId,
    producerEpoch: epoch,
    lastSequence: batches.at(-1)?.lastSequence ?? NO_SEQUENCE,
    lastTimestamp,
    coordinatorEpoch,
    currentTxnStartOffset: transactions.openOf(producerId)?.firstOffset ?? -1,
  }))
}
