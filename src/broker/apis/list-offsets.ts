import { type Api, api } from '../api.ts'
import { readableEnd } from '../fetch-wait.ts'
import type { Partition } from '../log/partition.ts'
import { ErrorCode } from '../protocol/errors.ts'
import { lastOfEach, mergeTopics, repeated } from './twice.ts'

/** Times that stand for places (Kafka: ListOffsetsRequest). */
const LATEST = -1
const EARLIEST = -2
const MAX_TIMESTAMP = -3
/** Earliest on this broker's own disk; there is no other. */
const EARLIEST_LOCAL = -4
/** Latest in tiered storage, which there is none of. */
const LATEST_TIERED = -5

/** The versions from which they may be asked for. */
const since: Readonly<Record<number, number>> = {
  [LATEST]: 0,
  [EARLIEST]: 0,
  [MAX_TIMESTAMP]: 7,
  [EARLIEST_LOCAL]: 8,
  [LATEST_TIERED]: 9,
}

/** The isolation level by which transactions count. */
const COMMITTED = 1

const NOWHERE = { timestamp: -1, offset: -1, leaderEpoch: -1 }

/**
 * ListOffsets (2), versions 0 to 10: where a partition begins and ends, where its latest timestamp is (-3), and which
 * record is the first at or after a time; offset -1 when there is none. By isolation level 1 a partition ends at its last
 * stable offset. A partition that stands twice is INVALID_REQUEST.
 * Version 0 answers a list of offsets (Kafka: ReplicaManager#fetchOffset).
 */
export const listOffsets: Api<'ListOffsets'> = api('ListOffsets', [0, 10], (request, { broker, version }) => ({
  topics: mergeTopics(request.topics, ({ name }) => name).map(({ name, partitions }) => {
    const twice = repeated(partitions.map(({ partitionIndex }) => partitionIndex))
    return {
      name,
      partitions: lastOfEach(partitions, ({ partitionIndex }) => partitionIndex).map((asked) => {
        const { partitionIndex, timestamp, maxNumOffsets } = asked
        const partition = broker.topics.get(name)?.partitions[partitionIndex]
        const errorCode =
          requestError(request.isolationLevel, twice.has(partitionIndex)) || errorOf(partition, { ...asked, version })
        if (partition === undefined || errorCode !== ErrorCode.NONE) return { partitionIndex, errorCode, ...NOWHERE }
        if (version === 0)
          return { partitionIndex, errorCode, oldStyleOffsets: oldStyle(partition, timestamp, maxNumOffsets) }
        return {
          partitionIndex,
          errorCode,
          ...find(partition, timestamp, readableEnd(partition, request.isolationLevel === COMMITTED)),
        }
      }),
    }
  }),
}))

/** An isolation level that isn't one is an error of the server, in Kafka too. */
function requestError(isolationLevel: number, twice: boolean): number {
  if (isolationLevel !== 0 && isolationLevel !== 1) return ErrorCode.UNKNOWN_SERVER_ERROR
  return twice ? ErrorCode.INVALID_REQUEST : ErrorCode.NONE
}

function errorOf(
  partition: Partition | undefined,
  { timestamp, currentLeaderEpoch, version }: { timestamp: number; currentLeaderEpoch: number; version: number },
): number {
  if (partition === undefined) return ErrorCode.UNKNOWN_TOPIC_OR_PARTITION
  if (timestamp < 0 && version < (since[timestamp] ?? Number.POSITIVE_INFINITY)) return ErrorCode.UNSUPPORTED_VERSION
  return currentLeaderEpoch > partition.leaderEpoch ? ErrorCode.UNKNOWN_LEADER_EPOCH : ErrorCode.NONE
}

/** What may be found lies before `end`: of records in open transactions a reader of committed ones is not told. */
function find(partition: Partition, timestamp: number, end: number) {
  const { leaderEpoch, logStartOffset } = partition
  switch (timestamp) {
    case LATEST:
      return { timestamp: -1, offset: end, leaderEpoch }
    case EARLIEST:
    case EARLIEST_LOCAL:
      return { timestamp: -1, offset: logStartOffset, leaderEpoch }
    case LATEST_TIERED:
      return NOWHERE
  }
  const found = timestamp === MAX_TIMESTAMP ? partition.latest() : partition.firstAtOrAfter(timestamp)
  return found === undefined || found.offset >= end ? NOWHERE : { ...found, leaderEpoch }
}

/** Version 0 knows where the segments of a log begin, and its end; here a log is one segment. */
function oldStyle({ logStartOffset, endOffset }: Partition, timestamp: number, most: number): number[] {
  if (timestamp === EARLIEST || endOffset === logStartOffset) return [logStartOffset].slice(0, most)
  return [endOffset, logStartOffset].slice(0, most)
}
