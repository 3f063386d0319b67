import type { Moment } from '../base/clock.ts'
import { Brokers, type ClientOptions, type ClusterMetadata, type TopicMetadata } from './brokers.ts'
import { type Abilities, abilities, topicConfigs } from './configs.ts'
import { type FetchedPartition, type FetchRequest, fetchRecords } from './fetch.ts'
import {
  type CommittedOffset,
  committedOffsets,
  deleteGroup,
  describeGroup,
  type Group,
  type ListedGroup,
  listGroups,
  removeMembers,
} from './groups.ts'
import { EARLIEST, LATEST, listOffsets } from './offsets.ts'
import { type Appended, type IdempotentProducer, openProducer, type ProduceRequest, produceRecords } from './produce.ts'
import { createTopic, deleteRecords, deleteTopics, type NewTopic } from './topics.ts'

/** By topic the offset of each partition. */
type Offsets = Promise<Map<string, number[]>>

/** What can be asked of a cluster, each call with a deadline of its own and with a ClientError where it isn't answered. */
export class Client {
  readonly #brokers: Brokers

  constructor(options: ClientOptions) {
    this.#brokers = new Brokers(options)
  }

  /** Who belongs to the cluster. */
  cluster(): Promise<ClusterMetadata> {
    return this.#brokers.cluster(this.#brokers.deadline())
  }

  /** What it says that it can do. */
  abilities(): Promise<Abilities> {
    return abilities(this.#brokers)
  }

  /** What is set for topics themselves, by name of topic and config. */
  topicConfigs(names: readonly string[]): Promise<Map<string, Map<string, string>>> {
    return topicConfigs(this.#brokers, names)
  }

  /** The topics that are there, but for Kafka's own. */
  topics(): Promise<TopicMetadata[]> {
    return this.#brokers.topics(this.#brokers.deadline())
  }

  /** A topic as it was not long ago; undefined where it isn't there. */
  topic(name: string): Promise<TopicMetadata | undefined> {
    return this.#brokers.topic(name, this.#brokers.deadline())
  }

  /** A topic as it is now; where it isn't there, `create` has the cluster create it if it does so by itself. */
  freshTopic(name: string, create?: boolean): Promise<TopicMetadata | undefined> {
    return this.#brokers.freshTopic(name, this.#brokers.deadline(), create)
  }

  /** @returns Kafka's id of it. */
  createTopic(topic: NewTopic): Promise<string> {
    return createTopic(this.#brokers, topic)
  }

  deleteTopics(names: readonly string[]): Promise<void> {
    return deleteTopics(this.#brokers, names)
  }

  /** Deletes all records of a topic that are there; offsets go on counting. */
  deleteRecords(topic: string): Promise<void> {
    return deleteRecords(this.#brokers, topic)
  }

  /** Where the logs begin. */
  startOffsets(topics: readonly string[]): Offsets {
    return listOffsets(this.#brokers, topics, EARLIEST)
  }

  /** Where the logs end, for who reads what is committed. */
  endOffsets(topics: readonly string[]): Offsets {
    return listOffsets(this.#brokers, topics, LATEST)
  }

  /** The first offsets of a time (milliseconds since the epoch) or later; -1 where there is none. */
  offsetsAt(topics: readonly string[], time: number): Offsets {
    return listOffsets(this.#brokers, topics, time)
  }

  fetch(request: FetchRequest): Promise<FetchedPartition[]> {
    return fetchRecords(this.#brokers, request)
  }

  /** The ids of all consumer groups. */
  listGroups(): Promise<ListedGroup[]> {
    return listGroups(this.#brokers)
  }

  /** Undefined when it isn't there. */
  describeGroup(groupId: string): Promise<Group | undefined> {
    return describeGroup(this.#brokers, groupId)
  }

  committedOffsets(groupId: string): Promise<CommittedOffset[]> {
    return committedOffsets(this.#brokers, groupId)
  }

  deleteGroup(groupId: string): Promise<void> {
    return deleteGroup(this.#brokers, groupId)
  }

  /** Has all members of a group leave it. */
  removeMembers(groupId: string): Promise<void> {
    return removeMembers(this.#brokers, groupId)
  }

  openProducer(deadline: Moment): Promise<IdempotentProducer> {
    return openProducer(this.#brokers, deadline)
  }

  produce(request: ProduceRequest): Promise<Map<number, Appended>> {
    return produceRecords(this.#brokers, request)
  }

  /** Cuts every connection: who still waits for an answer is told so. */
  close(): Promise<void> {
    return this.#brokers.close()
  }
}
