import { latestTime, wallTime } from '../../base/clock.ts'
import { type Api, api, type Context } from '../api.ts'
import { acceptBatches, RejectedRecords } from '../log/accept.ts'
import { type BatchView, setBaseOffset, setLogAppendTime } from '../log/batch.ts'
import type { Partition } from '../log/partition.ts'
import type { ProducerBatch } from '../log/producer-states.ts'
import type { Topic } from '../log/topics.ts'
import { ErrorCode, errorName } from '../protocol/errors.ts'
import { joinTransaction, transactionVersion } from '../transactions/join.ts'
import { lastOfEach } from './twice.ts'

/** What is to be appended, and by whom where it is in a transaction. */
interface Written {
  readonly records: Buffer | null
  readonly transactionalId: string | null
}

/** What a partition answers. */
interface Appended {
  readonly baseOffset: number
  /** -1 where the records keep the producer's time. */
  readonly logAppendTimeMs: number
  readonly logStartOffset: number
}

/**
 * Produce (0), versions 0 to 13: appends records. Batches are stored as they come, with their place in the log written
 * into them; message sets of versions 0 to 2 become batches. An idempotent producer's batch that came before is answered
 * with its first offset, a gap in its sequence with OUT_OF_ORDER_SEQUENCE_NUMBER. With acks 0 nothing is answered, and an
 * error closes the connection, as Kafka does. Version 13 names topics by id (Kafka: ReplicaManager#appendRecords,
 * UnifiedLog#append).
 */
export const produce: Api<'Produce'> = api('Produce', [0, 13], ({ acks, topicData, transactionalId }, context) => {
  const { broker, version } = context
  const errors: string[] = []
  const responses = topicData.map(({ name, topicId, partitionData }) => {
    const topic = version >= 13 ? broker.topics.byId(topicId) : broker.topics.get(name)
    const unknown = version >= 13 ? ErrorCode.UNKNOWN_TOPIC_ID : ErrorCode.UNKNOWN_TOPIC_OR_PARTITION
    const partitionResponses = lastOfEach(partitionData, ({ index }) => index).map(({ index, records }) => {
      const answer = appendTo(topic, unknown, { index, records, acks, transactionalId }, context)
      if (answer.errorCode !== ErrorCode.NONE) errors.push(`${name}-${index}: ${errorName(answer.errorCode)}`)
      return { index, ...answer }
    })
    return { name, topicId, partitionResponses }
  })
  if (acks !== 0) return { responses }
  if (errors.length > 0) throw new Error(`acks is 0, so only this tells the producer: ${errors.join(', ')}`)
  return undefined
})

function appendTo(
  topic: Topic | undefined,
  unknown: number,
  { index, acks, ...written }: Written & { index: number; acks: number },
  context: Context,
) {
  const nowhere = { baseOffset: -1, logAppendTimeMs: -1, logStartOffset: -1 }
  if (acks < -1 || acks > 1) return { ...nowhere, errorCode: ErrorCode.INVALID_REQUIRED_ACKS }
  const partition = topic?.partitions[index]
  if (topic === undefined || partition === undefined) return { ...nowhere, errorCode: unknown }
  if (topic.internal) return { ...nowhere, errorCode: ErrorCode.INVALID_TOPIC_EXCEPTION }
  try {
    return { ...append(topic, partition, written, context), errorCode: ErrorCode.NONE }
  } catch (error) {
    if (!(error instanceof RejectedRecords)) throw error
    const unread = error.errorCode === ErrorCode.MESSAGE_TOO_LARGE || error.errorCode === ErrorCode.CORRUPT_MESSAGE
    return { ...nowhere, logStartOffset: unread ? -1 : partition.logStartOffset, ...error.answer }
  }
}

function append(topic: Topic, partition: Partition, { records, transactionalId }: Written, context: Context): Appended {
  const { broker, version, clientId } = context
  const { strict } = broker.options
  const config = topic.config.effective
  const place = `${topic.name}-${partition.index}`
  const time = wallTime()
  const { logStartOffset, endOffset: baseOffset } = partition
  const logAppendTimeMs = config.logAppendTime ? time : -1
  const accepted = acceptBatches(records, {
    version,
    place,
    config,
    time: strict.clock ? time : latestTime(),
    readAll: strict.recordChecks,
  })
  for (const batch of accepted) {
    const producer = producerOf(batch, version)
    if (batch.isTransactional) joinTransaction(partition, batch, transactionalId, context)
    const duplicate = producer && partition.producers.duplicateOf(producer)
    if (duplicate !== undefined) {
      return { baseOffset: duplicate.baseOffset, logAppendTimeMs: duplicate.timestamp, logStartOffset }
    }
    if (producer !== undefined) checkSequence(partition, producer, place)
    const { endOffset } = partition
    setBaseOffset(batch.bytes, endOffset, partition.leaderEpoch)
    if (config.logAppendTime) setLogAppendTime(batch.bytes, time)
    const { bytes, maxTimestamp, recordCount, producerId } = batch
    if (producer !== undefined) {
      partition.producers.remember(producer, { baseOffset: endOffset, timestamp: logAppendTimeMs, maxTimestamp })
    }
    const transaction = batch.isTransactional
      ? partition.transactions.begin({ transactionalId: transactionalId!, producerId, clientId }, endOffset)
      : undefined
    partition.append({ bytes, records: recordCount, maxTimestamp, transaction }, clientId)
  }
  return { baseOffset, logAppendTimeMs, logStartOffset }
}

function producerOf(batch: BatchView, version: number): ProducerBatch | undefined {
  if (batch.producerId < 0) return undefined
  const { producerId, producerEpoch, baseSequence, recordCount: records } = batch
  const transaction = batch.isTransactional ? transactionVersion(version) : 'none'
  return { producerId, producerEpoch, baseSequence, records, transaction }
}

function checkSequence(partition: Partition, producer: ProducerBatch, place: string): void {
  const isOutside = producer.transaction === 'none' && partition.transactions.openOf(producer.producerId) !== undefined
  const errorCode = partition.producers.error(producer) || (isOutside ? ErrorCode.INVALID_TXN_STATE : ErrorCode.NONE)
  if (errorCode === ErrorCode.NONE) return
  const { producerId, producerEpoch, baseSequence } = producer
  throw new RejectedRecords(
    errorCode,
    `${errorName(errorCode)}: producer ${producerId} in epoch ${producerEpoch} wrote sequence ${baseSequence} to ${place}`,
  )
}
