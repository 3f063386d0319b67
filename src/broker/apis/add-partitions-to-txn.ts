import { type Api, api, type Context } from '../api.ts'
import type { Messages } from '../protocol/codec.ts'
import { ErrorCode } from '../protocol/errors.ts'
import { asKnownIn } from '../transactions/fenced.ts'
import type { Claim } from '../transactions/transactions.ts'

type Request = Messages['AddPartitionsToTxn']['request']
type Topics = Request['v3AndBelowTopics']

/**
 * AddPartitionsToTxn (24), versions 0 to 5: partitions take part in a producer's transaction, which begins with the first.
 * If one isn't there, none is added. Version 4 takes several producers at once, and a question whether partitions take
 * part already: brokers ask so, and one client (Kafka: KafkaApis#handleAddPartitionsToTxnRequest).
 */
export const addPartitionsToTxn: Api<'AddPartitionsToTxn'> = api('AddPartitionsToTxn', [0, 5], (request, context) => {
  if (context.version < 4) {
    const { v3AndBelowTransactionalId, v3AndBelowProducerId, v3AndBelowProducerEpoch, v3AndBelowTopics } = request
    const claim = {
      transactionalId: v3AndBelowTransactionalId,
      producerId: v3AndBelowProducerId,
      producerEpoch: v3AndBelowProducerEpoch,
    }
    return { resultsByTopicV3AndBelow: add(claim, v3AndBelowTopics, false, context) }
  }
  return {
    errorCode: ErrorCode.NONE,
    resultsByTransaction: request.transactions.map(({ topics, verifyOnly, ...claim }) => ({
      transactionalId: claim.transactionalId,
      topicResults: add(claim, topics, verifyOnly, context),
    })),
  }
})

function add(claim: Claim, topics: Topics, verifyOnly: boolean, context: Context) {
  const { broker, version } = context
  const asked = topics.map(({ name, partitions }) => ({
    name,
    partitions: partitions.map((index) => ({ index, partition: broker.topics.get(name)?.partitions[index] })),
  }))
  const partitions = asked.flatMap((topic) => topic.partitions.flatMap(({ partition }) => partition ?? []))
  const isMissing = asked.some((topic) => topic.partitions.some(({ partition }) => partition === undefined))
  const whole = isMissing
    ? ErrorCode.OPERATION_NOT_ATTEMPTED
    : verifyOnly
      ? ErrorCode.NONE
      : broker.transactions.add(claim, partitions, context)
  return asked.map((topic) => ({
    name: topic.name,
    resultsByPartition: topic.partitions.map(({ index, partition }) => {
      let errorCode: number = whole
      if (partition === undefined) errorCode = ErrorCode.UNKNOWN_TOPIC_OR_PARTITION
      else if (verifyOnly && whole === ErrorCode.NONE) errorCode = broker.transactions.verify(claim, partition)
      return { partitionIndex: index, partitionErrorCode: asKnownIn(version, errorCode) }
    }),
  }))
}
