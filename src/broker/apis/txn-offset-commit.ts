import { type Api, api, type Context } from '../api.ts'
import type { Group } from '../groups/group.ts'
import { commitError } from '../groups/offsets.ts'
import type { Messages } from '../protocol/codec.ts'
import { ErrorCode } from '../protocol/errors.ts'
import { offsetsPartitionOf } from '../transactions/offsets-partition.ts'
import { MAX_METADATA_BYTES } from './offset-commit.ts'

type Request = Messages['TxnOffsetCommit']['request']

/** The version from which it adds the group to the transaction by itself (KIP-890). */
const VERSION_2 = 5

/**
 * TxnOffsetCommit (28), versions 0 to 5: offsets of a group that count once the producer's transaction is committed.
 * Version 3 knows the group's members; version 5 needs no AddOffsetsToTxn before it (Kafka:
 * OffsetMetadataManager#commitTransactionalOffset).
 */
export const txnOffsetCommit: Api<'TxnOffsetCommit'> = api('TxnOffsetCommit', [0, 5], (request, context) => {
  const { broker } = context
  const isThere = (name: string, index: number) => broker.topics.get(name)?.partitions[index] !== undefined
  const isAny = request.topics.some(({ name, partitions }) =>
    partitions.some(({ partitionIndex }) => isThere(name, partitionIndex)),
  )
  const group = isAny ? groupOf(request, context) : ErrorCode.NONE
  return {
    topics: request.topics.map(({ name, partitions }) => ({
      name,
      partitions: partitions.map((one) => {
        const { partitionIndex } = one
        if (!isThere(name, partitionIndex)) return { partitionIndex, errorCode: ErrorCode.UNKNOWN_TOPIC_OR_PARTITION }
        const errorCode = typeof group === 'number' ? group : addOffset(group, name, one, request, context)
        return { partitionIndex, errorCode }
      }),
    })),
  }
})

/** The group that takes the offsets, made where none is needed before; or why it doesn't. */
function groupOf(request: Request, context: Context): Group | number {
  const { broker, version } = context
  const { groupId, memberId, groupInstanceId: instanceId, generationId: generation, ...claim } = request
  const partition = offsetsPartitionOf(broker, groupId)
  const { transactions } = broker
  const refused =
    version >= VERSION_2 ? transactions.add(claim, [partition], context) : transactions.verify(claim, partition)
  if (refused === ErrorCode.PRODUCER_FENCED) return ErrorCode.INVALID_PRODUCER_EPOCH
  if (refused === ErrorCode.TRANSACTION_ABORTABLE) return ErrorCode.INVALID_TXN_STATE
  if (refused !== ErrorCode.NONE) return refused
  const group = broker.groups.find(groupId)
  if (group === undefined) return generation < 0 ? broker.groups.findOrCreate(groupId) : ErrorCode.ILLEGAL_GENERATION
  return commitError(group, { memberId, instanceId, generation }, true) || group
}

function addOffset(
  group: Group,
  name: string,
  one: Request['topics'][number]['partitions'][number],
  { producerId }: Request,
  { broker, clientId }: Context,
): number {
  const { partitionIndex, committedOffset: offset, committedLeaderEpoch: leaderEpoch, committedMetadata } = one
  const metadata = committedMetadata ?? ''
  if (metadata.length > MAX_METADATA_BYTES) return ErrorCode.OFFSET_METADATA_TOO_LARGE
  const partition = broker.topics.get(name)!.partitions[partitionIndex]!
  group.offsets.addToTransaction(producerId, { partition, offset, leaderEpoch, metadata, clientId })
  return ErrorCode.NONE
}
