import { now } from '../../base/clock.ts'
import { type Api, api, type Context } from '../api.ts'
import { readableEnd, waitForRecords } from '../fetch-wait.ts'
import { messageSetOfBatch } from '../log/message-set.ts'
import type { Partition, StoredBatch } from '../log/partition.ts'
import type { Messages } from '../protocol/codec.ts'
import { ErrorCode } from '../protocol/errors.ts'
import { rebalanceErrorHelps } from '../rebalance-notice.ts'
import { lastOfEach } from './twice.ts'

type FetchRequest = Messages['Fetch']['request']

/** One partition of a request, looked up. */
interface Wanted {
  readonly index: number
  readonly offset: number
  readonly maxBytes: number
  /** By isolation level 1: not beyond the first open transaction, and told which were aborted. */
  readonly committedOnly: boolean
  readonly partition: Partition | undefined
  readonly errorCode: number
}

const NO_RECORDS: Buffer = Buffer.alloc(0)

/**
 * Fetch (1), versions 0 to 18: gives records from an offset on, whole batches as they are stored; waits until there are
 * `minBytes` of them, for `maxWaitMs` and no longer than the broker's cap. The first batch is given however large it
 * is (KIP-74). Versions 0 to 3 get message sets. Fetch sessions (KIP-227, version 7) are declined with session id 0, so
 * each request names all its partitions. Version 13 names topics by id (Kafka: ReplicaManager#fetchMessages).
 */
export const fetch: Api<'Fetch'> = api('Fetch', [0, 18], async (request, context) => {
  if (request.sessionEpoch > 0) return { errorCode: ErrorCode.FETCH_SESSION_ID_NOT_FOUND }
  if (request.isolationLevel !== 0 && request.isolationLevel !== 1) return refuseAll(request)
  const asked = request.topics.flatMap((topic) => lookUp(topic, request.isolationLevel, context))
  notePositions(asked, context)
  if (asked.every(({ errorCode }) => errorCode === ErrorCode.NONE)) await waitForRecords(asked, request, context)
  let left = request.maxBytes
  return {
    responses: request.topics.map((topic) => ({
      topic: topic.topic,
      topicId: topic.topicId,
      // Looked up again: while it waited, a topic may have been deleted or a log's start have moved.
      partitions: lookUp(topic, request.isolationLevel, context).map((one) => {
        const batches = read(one, left, left === request.maxBytes)
        for (const { bytes } of batches) left -= bytes.length
        return answer(one, batches, context)
      }),
    })),
  }
})

/** An isolation level that isn't one is an error of the server, in Kafka too. */
function refuseAll({ topics }: FetchRequest) {
  const errorCode = ErrorCode.UNKNOWN_SERVER_ERROR
  return {
    errorCode,
    responses: topics.map(({ topic, topicId, partitions }) => ({
      topic,
      topicId,
      partitions: partitions.map(({ partition }) => failure({ index: partition, partition: undefined }, errorCode)),
    })),
  }
}

function lookUp(asked: FetchRequest['topics'][number], isolationLevel: number, { broker, version }: Context): Wanted[] {
  const { topic: name, topicId, partitions } = asked
  const committedOnly = isolationLevel === 1
  const topic = version >= 13 ? broker.topics.byId(topicId) : broker.topics.get(name)
  return lastOfEach(partitions, ({ partition }) => partition).map((wanted) => {
    const { partition: index, fetchOffset: offset, partitionMaxBytes: maxBytes, currentLeaderEpoch } = wanted
    const partition = topic?.partitions[index]
    let errorCode: number = ErrorCode.NONE
    if (topic === undefined && version >= 13) errorCode = ErrorCode.UNKNOWN_TOPIC_ID
    else if (partition === undefined) errorCode = ErrorCode.UNKNOWN_TOPIC_OR_PARTITION
    else if (currentLeaderEpoch > partition.leaderEpoch) errorCode = ErrorCode.UNKNOWN_LEADER_EPOCH
    else if (offset < partition.logStartOffset || offset > partition.endOffset)
      errorCode = ErrorCode.OFFSET_OUT_OF_RANGE
    return { index, offset, maxBytes, committedOnly, partition, errorCode }
  })
}

function notePositions(all: readonly Wanted[], context: Context): void {
  const { broker } = context
  let changed = false
  for (const { partition, offset } of all) {
    if (partition !== undefined && broker.deliveries.asked(context, partition, offset)) changed = true
  }
  if (changed) broker.events.emit('activity')
}

function read(wanted: Wanted, left: number, nothingYet: boolean): readonly StoredBatch[] {
  const { partition, offset, maxBytes, errorCode, committedOnly } = wanted
  if (partition === undefined || errorCode !== ErrorCode.NONE) return []
  return partition.read(offset, readableEnd(partition, committedOnly), Math.min(maxBytes, left), nothingYet)
}

function answer(wanted: Wanted, batches: readonly StoredBatch[], context: Context) {
  const { index: partitionIndex, partition, offset, errorCode } = wanted
  if (partition === undefined || errorCode !== ErrorCode.NONE) return failure(wanted, errorCode)
  if (batches.length === 0 && rebalanceErrorHelps(context, partition)) {
    return failure(wanted, ErrorCode.REBALANCE_IN_PROGRESS)
  }
  const records = encode(batches, context.version)
  if (batches.length > 0) {
    const given = batches.filter((batch) => isGiven(batch, wanted))
    const bytes = records.reduce((sum, { length }) => sum + length, 0)
    if (given.length > 0) tellReceived(given, { partition, offset, bytes }, context)
  }
  return {
    partitionIndex,
    errorCode,
    highWatermark: partition.endOffset,
    lastStableOffset: partition.lastStableOffset,
    logStartOffset: partition.logStartOffset,
    abortedTransactions: wanted.committedOnly ? abortedAmong(batches, wanted) : null,
    records,
  }
}

/** Whether a client makes records of a batch: of markers it does not, nor of what was aborted where it wants what is committed. */
function isGiven({ isControl, transaction }: StoredBatch, { committedOnly }: Wanted): boolean {
  return !isControl && !(committedOnly && transaction?.state === 'aborted')
}

function tellReceived(
  batches: readonly StoredBatch[],
  { partition, offset, bytes }: { partition: Partition; offset: number; bytes: number },
  context: Context,
): void {
  const { broker, clientId } = context
  const { topic, index } = partition
  const firstOffset = Math.max(offset, batches[0]!.baseOffset)
  const { lastOffset } = batches.at(-1)!
  broker.deliveries.sent(context, partition, firstOffset, lastOffset + 1)
  const told = { at: now(), topic, partition: index, firstOffset, lastOffset, bytes, clientId }
  broker.events.emit('received', { kind: 'received', ...told })
}

/** What a reader of these batches must leave out. */
function abortedAmong(batches: readonly StoredBatch[], { partition, offset }: Wanted) {
  const last = batches.at(-1)
  if (last === undefined) return []
  return partition!.transactions
    .abortedBetween(offset, last.lastOffset + 1)
    .map(({ producerId, firstOffset }) => ({ producerId, firstOffset }))
}

function failure({ index: partitionIndex, partition }: Pick<Wanted, 'index' | 'partition'>, errorCode: number) {
  return {
    partitionIndex,
    errorCode,
    highWatermark: -1,
    lastStableOffset: -1,
    abortedTransactions: partition === undefined ? [] : null,
    records: NO_RECORDS,
  }
}

/** Each batch as it lies in the log: nothing is copied on its way to the socket. */
function encode(batches: readonly StoredBatch[], version: number): Buffer[] {
  if (version >= 4) return batches.map(({ bytes }) => bytes)
  return batches.map(({ bytes }) => messageSetOfBatch(bytes, version >= 2 ? 1 : 0))
}
