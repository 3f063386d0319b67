import { BATCH_HEADER_BYTES, BatchView } from '../broker/log/batch.ts'
import type { Messages } from '../broker/protocol/codec.ts'
import type { Client } from './client.ts'
import { checkAnswer } from './errors.ts'
import { READ_COMMITTED } from './offsets.ts'

/** Of one partition: its batches lie in `records` as the log has them. */
export type FetchedPartition = Messages['Fetch']['response']['responses'][number]['partitions'][number]

export interface FetchRequest {
  /** The broker that leads the partitions. */
  node: number
  topic: { name: string; id: string }
  /** From which offset on each is wanted. */
  partitions: readonly { partition: number; offset: number }[]
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
  client: Client,
  { node, topic, partitions }: FetchRequest,
): Promise<FetchedPartition[]> {
  const deadline = client.deadline()
  const leader = await client.node(node, deadline)
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
      isolationLevel: READ_COMMITTED,
      topics: [{ topic: topic.name, topicId: topic.id, partitions: wanted }],
    },
    { deadline },
  )
  const fetched = responses.flatMap((one) => one.partitions)
  for (const code of [errorCode, ...fetched.map((one) => one.errorCode)]) {
    if (code !== 0) client.forgetTopic(topic.name)
    checkAnswer(code, { at: leader.address })
  }
  return fetched
}

/** The batches of fetched records. The last may be cut off, where it is longer than was asked for. */
export function batchesOf(records: Buffer | null): BatchView[] {
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
