import type { KafkaConfig } from 'kafkajs'
import type { Moment } from '../base/clock.ts'
import type { ClusterEvent } from '../broker/events.ts'
import type { LogTransaction } from '../broker/log/partition-transactions.ts'
import type { Appended, IdempotentProducer, ProduceRequest } from '../client/produce.ts'

export type { ClusterEvent }

/** What kafkajs takes of a connection, but for the addresses. */
export type ClientSecurity = Pick<KafkaConfig, 'ssl' | 'sasl'>

/** Where the records live. One interface, three kinds; a test doesn't know which it runs on. */
export interface Cluster {
  readonly kind: 'embedded' | 'testcontainers' | 'external'
  readonly brokers: readonly string[]
  /** What a kafkajs client needs besides the addresses. */
  readonly security: ClientSecurity
  /** What names begin with that are made up here. */
  readonly prefix: string
  /** Whether an absence can be known (embedded) or only waited for. */
  readonly deterministic: boolean
  /** Whether what tests create goes with their file (embedded), or has to be deleted. */
  readonly endsWithFile: boolean
  /** Whether others may use it too, so that what lies there isn't all of the tests (external). */
  readonly isShared: boolean
  /** The present moment, to read from later. Costs nothing: a test that uses no Kafka pays for it too. */
  mark(): Mark
  /** Notes where the topics end at a mark, before anything happens: what a cluster that counts appends (embedded) has no need of. */
  pin(mark: Mark): Promise<void>
  /** Numbers what it produces: for all of a task. */
  openProducer(deadline: Moment): Promise<IdempotentProducer>
  /** Produces the records of one request, each partition's as a batch. @throws ClusterTrouble where they are refused. */
  produce(request: ProduceRequest): Promise<ReadonlyMap<number, Appended>>
  /** Told of what a test produced: a real cluster doesn't tell it by itself. */
  produced(mark: Mark, records: readonly StoredRecord[]): void
  topics(): Promise<TopicDescription[]>
  /**
   * Topics, with what was set for them, of which the run's end can't ask any more: those that go with the file (embedded),
   * or that the tests created. Asks nobody.
   */
  passingTopics(): Promise<DescribedTopic[]>
  /** Resolves with whether it is a new one: with `ifExists: 'use'` it may be there. */
  createTopic(name: string, options?: CreateTopicOptions): Promise<boolean>
  deleteTopic(name: string): Promise<void>
  /**
   * Forgets the records of topics; their offsets go on counting.
   *
   * @throws Error where a topic of an external cluster was there before the run, or Kafka deletes none of its records.
   */
  clear(topics: readonly string[]): Promise<void>
  /** Forgets all records and positions of groups; on a real cluster those of topics and groups that the tests hold. */
  reset(): Promise<void>
  /** The tests of this file hold a topic or group of that name from now on: of a real cluster it is cleaned up. */
  hold(name: string): void
  /** Creates a topic that isn't there, where the cluster would do so itself at the first produce. */
  ensureTopic(name: string): Promise<TopicDescription | undefined>
  /** Reads without a consumer group, by default what is committed. A topic that doesn't exist (yet) reads as empty. */
  reader(topic: string, from: StartingPoint, isolation?: Isolation): TopicReader
  group(groupId: string): Promise<GroupDescription | undefined>
  groupIds(): Promise<string[]>
  /** Forgets what a group committed, where that outlives the tests. One that has members, or isn't there, stays as it is. */
  deleteGroup(groupId: string): Promise<void>
  /** Those that are there; where others' are too (an external cluster) only those of `held`. */
  groups(held?: ReadonlySet<string>): Promise<GroupDescription[]>
  /** Resolves when nothing is left to happen, or says what it still waits for once `deadline` is reached. */
  settled(options: SettleOptions): Promise<Settled>
  /** Tells of anything that may change an answer above; a real cluster tells by polling. Returns the unsubscription. */
  onActivity(listener: () => void): () => void
  /** Tells what happens, for the timeline. Returns the unsubscription. */
  onEvent(listener: (event: ClusterEvent) => void): () => void
  close(): Promise<void>
}

export interface SettleOptions {
  /** Milliseconds without an event. */
  quiet: number
  /** Milliseconds without an event where records were committed, perhaps before they were handled. Default: `quiet`. */
  within?: number
  /** Milliseconds that a real cluster is looked at in any case: who has received what isn't seen there. Default 0. */
  atLeast?: number
  deadline: Moment
  /** Where the test began: what was sent before, and lost by a crash, is not waited for. Default: all is. */
  began?: Mark
  /** Told of what is waited for and what makes that shorter, whenever it is looked at. */
  onWait?: (waitingFor: readonly string[], hint?: string) => void
  signal?: AbortSignal
  /** Topics and groups that the test holds: a real cluster's rest is that of these groups, and of who reads these topics. */
  touched?: ReadonlySet<string>
}

/** A moment in a cluster's life; only the cluster that gave it can read from it. */
export interface Mark {
  readonly at: Moment
  /** Appends before this moment (embedded). */
  readonly sequence: number
}

export type StartingPoint = Mark | 'beginning' | Date | { offset: number }

/**
 * Whether records of transactions count: once they are committed, and what lies behind an open one not before, or at once
 * and whatever becomes of them.
 */
export type Isolation = 'read_committed' | 'read_uncommitted'

export interface TopicReader {
  /** What has come since the last call, in the order of arrival; empty when nothing did. */
  read(): Promise<StoredRecord[]>
  /** Tells that there may be more to read; of a real cluster by polling. Returns the unsubscription. */
  onMore(listener: () => void): () => void
}

/** A record as it lies in the log, before any serde. */
export interface StoredRecord {
  readonly topic: string
  readonly partition: number
  readonly offset: number
  /** Milliseconds since the epoch, as the producer or the broker set it. */
  readonly timestamp: number
  readonly key: Buffer | null
  readonly value: Buffer | null
  readonly headers: readonly (readonly [name: string, value: Buffer | null])[]
  /** When it was appended by the clock of `base`; on a real cluster its timestamp. */
  readonly appendedAt: number
  /** The cluster's count of appends with it (embedded), else 0. */
  readonly sequence: number
  /** Who produced it, where the cluster knows (embedded). */
  readonly clientId: string | undefined
  /** That it is of, where the cluster knows (embedded). */
  readonly transaction?: LogTransaction | undefined
  /** What whoever decodes it keeps of that, so that others who look at it need not decode it again. */
  decoded?: unknown
}

export interface TopicDescription {
  name: string
  partitions: number
}

/** A topic and what isn't as the cluster has it for all topics. */
export interface DescribedTopic extends TopicDescription {
  configs: { name: string; value: string }[]
}

export interface CreateTopicOptions {
  /** What becomes of a topic of that name that is there already: `use` takes it as it is. Default `fail`. */
  ifExists?: 'fail' | 'use'
  partitions?: number
  replicas?: number
  config?: Readonly<Record<string, string>>
}

export interface GroupDescription {
  groupId: string
  state: 'Empty' | 'PreparingRebalance' | 'CompletingRebalance' | 'Stable' | 'Dead' | (string & {})
  members: { memberId: string; clientId: string; assignment: { topic: string; partitions: number[] }[] }[]
  /** Every partition that is assigned to a member or has a committed offset. */
  partitions: GroupPartition[]
}

export interface GroupPartition {
  topic: string
  partition: number
  committed: number | undefined
  logStart: number
  logEnd: number
  /** Records that are there and not committed; markers of transactions are none, nor what was aborted. */
  lag: number
  /** Whether all that there is is committed. */
  caughtUp: boolean
  /** Whether its reader was sent all that it asked for, and waits for more; known on the embedded broker only. */
  atEnd?: boolean
  /** Why nothing is committed, where that is known (embedded): who received it and has not committed it, or is paused. */
  trouble?: string
  /** Who received records of it and did not come to commit them (embedded): its handler threw, as far as can be seen. */
  crashed?: { what: string; sentAt: number }
}

/**
 * `waitingFor`: one sentence for each thing that is not at rest: "group order-service is 2 records behind on orders/0";
 * `hint`: what makes the wait shorter. `notes`: what was not waited for, or only for a time, since it can't be known.
 */
export type Settled =
  | { settled: true; notes: string[] }
  | { settled: false; waitingFor: string[]; hint?: string | undefined }
