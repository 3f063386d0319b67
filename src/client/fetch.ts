import { BATCH_HEADER_BYTES, BatchView, decodeRecords, type LogRecord } from '../broker/log/batch.ts'
import { isAbort } from '../broker/log/marker.ts'
import type { Messages } from '../broker/protocol/codec.ts'
import type { Brokers } from './brokers.ts'
import { checkAnswer } from './errors.ts'
import { READ_COMMITTED, READ_UNCOMMITTED } from './offsets.ts'

export interface FetchRequest {
  /** The broker that leads the partitions. */
  node: number
  topic: { name: string; id: string }
  /** From which offset on each is wanted. */
  partitions: readonly { partition: number; offset: number }[]
  /** Whether only what is committed is wanted. */
  committedOnly: boolean
}

/** What was fetched of a partition. */
export interface FetchedPartition {
  readonly partition: number
  readonly records: LogRecord[]
  /** Where to go on: behind the last record of the answer, whatever of it doesn't count. */
  readonly next: number
  /** Where the log ended for such a reader. */
  readonly end: number
}

const MAX_BYTES = 50 * 1024 * 1024
const MAX_BYTES_OF_A_PARTITION = 1024 * 1024

/**
 * What is there at this moment, without waiting, and outside of any session and any group. Topics go by their id where
 * the broker knows them by it (from version 13, Kafka 3.1): then one that was created anew is noticed.
 *
 * @throws ClientError
 */
export async function fetchRecords(
  brokers: Brokers,
  { node, topic, partitions, committedOnly }: FetchRequest,
): Promise<FetchedPartition[]> {
  const deadline = brokers.deadline()
  const leader = await brokers.node(node, deadline)
  const wanted = partitions.map(({ partition, offset }) => ({
    partition,
    fetchOffset: offset,
    partitionMaxBytes: MAX_BYTES_OF_A_PARTITION,
  }))
  const { errorCode, responses } = await leader.request(
    'Fetch',
    {
      minBytes: 0,
      maxBytes: MAX_BYTES,
      isolationLevel: committedOnly ? READ_COMMITTED : READ_UNCOMMITTED,
      topics: [{ topic: topic.name, topicId: topic.id, partitions: wanted }],
    },
    { deadline },
  )
  const answers = responses.flatMap((one) => one.partitions)
  for (const code of [errorCode, ...answers.map((one) => one.errorCode)]) {
    if (code !== 0) brokers.forgetTopic(topic.name)
    checkAnswer(code, { at: leader.address })
  }
  return answers.map((answer) => {
    const from = partitions.find(({ partition }) => partition === answer.partitionIndex)?.offset ?? 0
    return fetchedPartition(answer, from, committedOnly)
  })
}

type Answer = Messages['Fetch']['response']['responses'][number]['partitions'][number]

function fetchedPartition(answer: Answer, from: number, committedOnly: boolean): FetchedPartition {
  const batches = batchesOf(answer.records)
  const last = batches.at(-1)
  return {
    partition: answer.partitionIndex,
    records: recordsOf(batches, answer.abortedTransactions ?? []).filter(({ offset }) => offset >= from),
    next: last === undefined ? from : Math.max(from, lastOffset(last) + 1),
    end: committedOnly ? answer.lastStableOffset : answer.highWatermark,
  }
}

/** The batches of an answer. The last may be cut off, where it is longer than was asked for. */
function batchesOf(records: Buffer | null): BatchView[] {
  const batches: BatchView[] = []
  const bytes = records ?? Buffer.alloc(0)
  for (let at = 0; at + BATCH_HEADER_BYTES <= bytes.length; ) {
    const end = at + 12 + bytes.readInt32BE(at + 8)
    if (end > bytes.length) break
    batches.push(new BatchView(bytes.subarray(at, end)))
    at = end
  }
  return batches
}

/** The records that a reader sees: no markers, and none of the transactions that it was told were aborted. */
function recordsOf(
  batches: readonly BatchView[],
  abortedTransactions: NonNullable<Answer['abortedTransactions']>,
): LogRecord[] {
  const aborted = abortedTransactions.toSorted((a, b) => a.firstOffset - b.firstOffset)
  const aborting = new Set<number>()
  const records: LogRecord[] = []
  for (const batch of batches) {
    while (aborted[0] !== undefined && aborted[0].firstOffset <= lastOffset(batch)) {
      aborting.add(aborted.shift()!.producerId)
    }
    if (batch.isControl) {
      if (isAbort(batch)) aborting.delete(batch.producerId)
    } else if (!(batch.isTransactional && aborting.has(batch.producerId))) {
      for (const record of decodeRecords(batch.bytes)) records.push(record)
    }
  }
  return records
}

function lastOffset({ baseOffset, lastOffsetDelta }: BatchView): number {
  return baseOffset + lastOffsetDelta
}
