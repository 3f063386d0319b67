import { type Api, api } from '../api.ts'
import type { Partition } from '../log/partition.ts'
import { ErrorCode } from '../protocol/errors.ts'

/**
 * DescribeTransactions (65), version 0: what state transactional ids are in, since when, and which partitions take part
 * (KIP-664; Kafka: TransactionCoordinator#handleDescribeTransactions).
 */
export const describeTransactions: Api<'DescribeTransactions'> = api(
  'DescribeTransactions',
  [0, 0],
  ({ transactionalIds }, { broker: { transactions } }) => ({
    transactionStates: transactionalIds.map((transactionalId) => {
      const producer = transactions.get(transactionalId)
      if (transactionalId === '') return { transactionalId, errorCode: ErrorCode.INVALID_REQUEST }
      if (producer === undefined) return { transactionalId, errorCode: ErrorCode.TRANSACTIONAL_ID_NOT_FOUND }
      const { state, timeoutMs, startedAt, identity, partitions } = producer
      return {
        transactionalId,
        transactionState: state,
        transactionTimeoutMs: timeoutMs,
        transactionStartTimeMs: startedAt,
        ...identity,
        topics: byTopic(partitions),
      }
    }),
  }),
)

function byTopic(partitions: Iterable<Partition>) {
  const topics = new Map<string, number[]>()
  for (const { topic, index } of partitions) topics.set(topic, [...(topics.get(topic) ?? []), index])
  return Array.from(topics, ([topic, indexes]) => ({ topic, partitions: indexes }))
}
