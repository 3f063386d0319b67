import { isDate } from 'node:util/types'
import type { Mark, Reader, StartingPoint, StoredRecord } from './cluster.ts'
import { mergePartitions } from './merge.ts'
import type { FetchResponse, RealClients } from './real-clients.ts'
import { logOffsets } from './real-group.ts'
import { ClusterTrouble } from './trouble.ts'

type FetchedPartition = FetchResponse['responses'][number]['partitions'][number]
type Batch = NonNullable<FetchedPartition['records']>[number]

/** Bits of a batch's attributes (KIP-98, KIP-32). */
const LOG_APPEND_TIME = 1 << 3
const TRANSACTIONAL = 1 << 4
const CONTROL = 1 << 5
/** In the key of a control record: version, then type; 0 is an abort. */
const ABORT = 0

/** A moment on a real cluster. */
export interface RealMark extends Mark {
  /** Where the logs of each topic ended, where that was looked at (`pin`). One that was created anew has another id. */
  ends?: ReadonlyMap<string, { id: string; ends: readonly number[] }>
  /** The first offset that the test itself produced, by `topic/partition`: surely behind its beginning, whatever its timestamp. */
  readonly own: Map<string, number>
}

/** Reads a topic's partitions, each on from where it stopped, without a consumer group. */
export class RealReader implements Reader {
  readonly #clients: RealClients
  readonly #topic: string
  readonly #from: StartingPoint
  readonly onMore: Reader['onMore']
  /** The next offset of each partition; of a topic that was created anew they begin anew. */
  #next: Map<number, number> = new Map()
  #id: string | undefined
  /** Whether the topic was once seen to be missing: all that it has is new then. */
  #wasMissing = false

  constructor(clients: RealClients, topic: string, from: StartingPoint, onMore: Reader['onMore']) {
    this.onMore = onMore
    this.#clients = clients
    this.#topic = topic
    this.#from = from
  }

  async read(): Promise<StoredRecord[]> {
    try {
      return await this.#read()
    } catch (error) {
      // A topic that isn't there (yet) reads as empty; one that moves, or is created anew, is asked for again.
      const code = ClusterTrouble.codeOf(error) ?? ''
      if (!passing.has(code)) throw error
      await this.#clients.consumer(async (consumer) => consumer.clearMetadata())
      if (missing.has(code)) this.#wasMissing = true
      return []
    }
  }

  async #read(): Promise<StoredRecord[]> {
    const leaders = await this.#leaders()
    if (leaders === undefined) return []
    const records = new Map<number, StoredRecord[]>()
    // Up to where the logs ended when it began to read: who produces all the time must not keep it here.
    const ends = new Map<number, number>()
    for (;;) {
      let more = false
      for (const [node, partitions] of leaders) {
        for (const fetched of await this.#fetch(node, partitions)) {
          const { partitionIndex: partition } = fetched
          if (!ends.has(partition)) ends.set(partition, Number(fetched.lastStableOffset))
          const before = this.#next.get(partition)!
          const ofPartition = records.get(partition) ?? []
          records.set(partition, ofPartition)
          for (const record of recordsOf(this.#topic, fetched, before)) {
            if (this.#isWanted(record)) ofPartition.push(record)
          }
          const next = nextOffset(fetched, before)
          this.#next.set(partition, next)
          if (next > before && next < ends.get(partition)!) more = true
        }
      }
      if (!more) break
    }
    return mergePartitions(records.values())
  }

  #isWanted({ timestamp }: StoredRecord): boolean {
    return !isDate(this.#from) || timestamp >= this.#from.getTime()
  }

  /** Which partitions each broker leads; undefined while the topic isn't there. */
  async #leaders(): Promise<Map<number, number[]> | undefined> {
    const metadata = await this.#clients.consumer((consumer) => consumer.metadata({ topics: [this.#topic] }))
    const topic = metadata.topics.get(this.#topic)
    if (topic === undefined) return undefined
    if (this.#id !== undefined && this.#id !== topic.id) {
      this.#next = new Map()
      this.#wasMissing = true
    }
    this.#id = topic.id
    const leaders = new Map<number, number[]>()
    for (const [partition, { leader }] of topic.partitions.entries()) {
      leaders.set(leader, [...(leaders.get(leader) ?? []), partition])
    }
    const fresh = topic.partitions.map((_, partition) => partition).filter((partition) => !this.#next.has(partition))
    if (fresh.length > 0) for (const [partition, offset] of await this.#starts(fresh)) this.#next.set(partition, offset)
    return leaders
  }

  /** Where reading starts in partitions that are seen for the first time. */
  async #starts(partitions: readonly number[]): Promise<[partition: number, offset: number][]> {
    const from = this.#from
    const at = (timestamp: bigint) => logOffsets(this.#clients, [this.#topic], timestamp)
    const start = (await at(-2n)).get(this.#topic) ?? []
    const since = (find: (partition: number) => number | undefined): [number, number][] =>
      partitions.map((partition) => [partition, Math.max(find(partition) ?? 0, start[partition] ?? 0)])
    if (from === 'beginning' || (this.#wasMissing && !isDate(from))) return since(() => 0)
    if ('offset' in from) return since(() => from.offset)
    if (!isDate(from)) {
      const pinned = (from as RealMark).ends
      // A topic, or a partition, that wasn't there then.
      const before = pinned?.get(this.#topic)
      const ends = before?.id === this.#id ? before?.ends : undefined
      if (pinned !== undefined) return since((partition) => ends?.[partition] ?? 0)
    }
    // The end first: what is appended between the two questions then is not passed over.
    const ends = (await at(-1n)).get(this.#topic) ?? []
    const time = isDate(from) ? from.getTime() : Math.floor(from.at)
    const found = (await at(BigInt(time))).get(this.#topic) ?? []
    return since((partition) => {
      const byTime = (found[partition] ?? -1) >= 0 ? found[partition]! : ends[partition]!
      const own = isDate(from) ? undefined : (from as RealMark).own.get(`${this.#topic}/${partition}`)
      return Math.min(byTime, own ?? byTime)
    })
  }

  async #fetch(node: number, partitions: readonly number[]): Promise<FetchedPartition[]> {
    const response = await this.#clients.fetch({
      node,
      ...{ minBytes: 0, maxBytes: 50 * 1024 * 1024, maxWaitTime: 0, isolationLevel: 1 },
      topics: [
        {
          topicId: this.#id!,
          partitions: partitions.map((partition) => ({
            ...{ partition, currentLeaderEpoch: -1, lastFetchedEpoch: -1, partitionMaxBytes: 1024 * 1024 },
            fetchOffset: BigInt(this.#next.get(partition)!),
          })),
        },
      ],
    })
    return response.responses.filter(({ topicId }) => topicId === this.#id).flatMap((topic) => topic.partitions)
  }
}

const missing = new Set(['UNKNOWN_TOPIC_OR_PARTITION', 'UNKNOWN_TOPIC_ID'])
/** What Kafka answers while a topic comes to be, moves to another broker or goes. */
const passing = new Set([
  ...missing,
  'LEADER_NOT_AVAILABLE',
  'NOT_LEADER_OR_FOLLOWER',
  'INCONSISTENT_TOPIC_ID',
  'FENCED_LEADER_EPOCH',
  'UNKNOWN_LEADER_EPOCH',
])

/**
 * The records that a reader of committed records sees: neither those of aborted transactions nor the markers of their
 * ends. (The client filters too, but keeps an aborted transaction whose end, or whose like, is in the same answer.)
 */
function recordsOf(topic: string, fetched: FetchedPartition, from: number): StoredRecord[] {
  const aborted = [...(fetched.abortedTransactions ?? [])].sort((a, b) => Number(a.firstOffset - b.firstOffset))
  const aborting = new Set<bigint>()
  const records: StoredRecord[] = []
  for (const batch of fetched.records ?? []) {
    const lastOffset = batch.firstOffset + BigInt(batch.lastOffsetDelta)
    while (aborted[0] !== undefined && aborted[0].firstOffset <= lastOffset) aborting.add(aborted.shift()!.producerId)
    if (batch.attributes & CONTROL) {
      if (batch.records[0]?.key?.readInt16BE(2) === ABORT) aborting.delete(batch.producerId)
    } else if (!(batch.attributes & TRANSACTIONAL && aborting.has(batch.producerId))) {
      records.push(...storedRecords(topic, fetched.partitionIndex, batch).filter(({ offset }) => offset >= from))
    }
  }
  return records
}

function storedRecords(topic: string, partition: number, batch: Batch): StoredRecord[] {
  const appendTime = batch.attributes & LOG_APPEND_TIME ? Number(batch.maxTimestamp) : undefined
  return batch.records.map(({ offsetDelta, timestampDelta, key, value, headers }) => {
    const timestamp = appendTime ?? Number(batch.firstTimestamp + timestampDelta)
    const offset = Number(batch.firstOffset) + offsetDelta
    return {
      ...{ topic, partition, offset, timestamp, key: key ?? null, value: value ?? null },
      headers: headers.map(([name, content]): [string, Buffer | null] => [String(name), content ?? null]),
      ...{ appendedAt: timestamp, sequence: 0, clientId: undefined },
    }
  })
}

/** Behind the last batch, whatever was filtered out of it. */
function nextOffset({ records }: FetchedPartition, before: number): number {
  const last = records?.at(-1)
  return last === undefined ? before : Math.max(before, Number(last.firstOffset) + last.lastOffsetDelta + 1)
}
