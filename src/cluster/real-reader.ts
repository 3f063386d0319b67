import { isDate } from 'node:util/types'
import type { Client } from '../client/client.ts'
import type { Isolation, Mark, StartingPoint, StoredRecord, TopicReader } from './cluster.ts'
import { mergePartitions } from './merge.ts'
import type { RealClient } from './real-client.ts'
import type { Assignment } from './real-group.ts'
import type { RealLogs } from './real-log.ts'
import { ClusterTrouble } from './trouble.ts'

/** A moment on a real cluster. */
export interface RealMark extends Mark {
  /** Where the logs of each topic ended, where that was looked at (`pin`). One that was created anew has another id. */
  ends?: ReadonlyMap<string, { id: string; ends: readonly number[] }>
  /** The first offset that the test itself produced, by `topic/partition`: surely behind its beginning, whatever its timestamp. */
  readonly own: Map<string, number>
  /** The groups that were seen to read what the test holds, and what of it: one that is gone may have crashed. */
  readonly readers: Map<string, Assignment>
}

/** Reads a topic's partitions, each on from where it stopped, without a consumer group. */
export class RealReader implements TopicReader {
  readonly #client: RealClient
  readonly #logs: RealLogs
  readonly #topic: string
  readonly #from: StartingPoint
  readonly #isolation: Isolation
  readonly onMore: TopicReader['onMore']
  /** The next offset of each partition; of a topic that was created anew they begin anew. */
  #next: Map<number, number> = new Map()
  #id: string | undefined
  /** Whether the topic was once seen to be missing: all that it has is new then. */
  #wasMissing = false

  constructor(
    logs: RealLogs,
    { topic, from, isolation }: { topic: string; from: StartingPoint; isolation: Isolation },
    onMore: TopicReader['onMore'],
  ) {
    this.#isolation = isolation
    this.onMore = onMore
    this.#logs = logs
    this.#client = logs.client
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
      if (missing.has(code)) this.#wasMissing = true
      return []
    }
  }

  async #read(): Promise<StoredRecord[]> {
    const leaders = await this.#leaders()
    if (leaders === undefined) return []
    const log = this.#logs.of(this.#id!, this.#topic, this.#isolation)
    await log.fetch(leaders, this.#next)
    const partitions: StoredRecord[][] = []
    for (const [partition, from] of this.#next) {
      const { records, next } = log.from(partition, from)
      partitions.push(records.filter((record) => this.#isWanted(record)))
      this.#next.set(partition, next)
    }
    return mergePartitions(partitions)
  }

  #isWanted({ timestamp, offset }: StoredRecord): boolean {
    const from = this.#from
    if (isDate(from)) return timestamp >= from.getTime()
    return typeof from === 'string' || !('offset' in from) || offset >= from.offset
  }

  /** Which partitions each broker leads; undefined while the topic isn't there. */
  async #leaders(): Promise<Map<number, number[]> | undefined> {
    const topic = await this.#client.ask((client) => client.topic(this.#topic))
    if (topic === undefined) {
      this.#wasMissing = true
      return undefined
    }
    if (this.#id !== undefined && this.#id !== topic.id) {
      this.#next = new Map()
      this.#wasMissing = true
    }
    this.#id = topic.id
    const leaders = new Map<number, number[]>()
    for (const [partition, leader] of topic.leaders.entries()) {
      leaders.set(leader, [...(leaders.get(leader) ?? []), partition])
    }
    const fresh = topic.leaders.map((_, partition) => partition).filter((partition) => !this.#next.has(partition))
    if (fresh.length > 0) for (const [partition, offset] of await this.#starts(fresh)) this.#next.set(partition, offset)
    return leaders
  }

  /** Where reading starts in partitions that are seen for the first time. */
  async #starts(partitions: readonly number[]): Promise<[partition: number, offset: number][]> {
    const from = this.#from
    const topic = [this.#topic]
    const offsets = async (ask: (client: Client) => Promise<Map<string, number[]>>): Promise<number[]> =>
      (await this.#client.ask(ask)).get(this.#topic) ?? []
    const start = await offsets((client) => client.startOffsets(topic))
    const endOffsets = () => offsets((client) => client.endOffsets(topic))
    const since = (find: (partition: number) => number | undefined): [number, number][] =>
      partitions.map((partition) => [partition, Math.max(find(partition) ?? 0, start[partition] ?? 0)])
    if (from === 'beginning' || (this.#wasMissing && !isDate(from))) return since(() => 0)
    // A partition may end before the offset: until it is there, there is nothing to be wanted.
    if ('offset' in from) {
      const ends = await endOffsets()
      return since((partition) => Math.min(from.offset, ends[partition] ?? 0))
    }
    if (!isDate(from)) {
      const pinned = (from as RealMark).ends
      // A topic, or a partition, that wasn't there then.
      const before = pinned?.get(this.#topic)
      const ends = before?.id === this.#id ? before?.ends : undefined
      if (pinned !== undefined) return since((partition) => ends?.[partition] ?? 0)
    }
    // The end first: what is appended between the two questions then is not passed over.
    const ends = await endOffsets()
    const time = isDate(from) ? from.getTime() : Math.floor(from.at)
    const found = await offsets((client) => client.offsetsAt(topic, time))
    return since((partition) => {
      const byTime = (found[partition] ?? -1) >= 0 ? found[partition]! : ends[partition]!
      const own = isDate(from) ? undefined : (from as RealMark).own.get(`${this.#topic}/${partition}`)
      return Math.min(byTime, own ?? byTime)
    })
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
