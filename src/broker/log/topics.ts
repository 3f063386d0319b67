import { randomBytes } from 'node:crypto'
import * as clock from '../../base/clock.ts'
import { collisionKey } from '../../base/topic-name.ts'
import { TopicConfig } from '../configs/topic.ts'
import type { BrokerState } from '../state.ts'
import { Partition } from './partition.ts'

export interface Topic {
  readonly name: string
  /** 16 bytes in base64url, as Kafka prints them. */
  readonly id: string
  readonly config: TopicConfig
  /** By their index. */
  readonly partitions: Partition[]
  /** Kafka's own, as `__consumer_offsets`. */
  readonly internal: boolean
}

export interface NewTopic {
  /** Default: the broker's `partitions`. */
  partitions?: number
  config?: Readonly<Record<string, string>>
}

/**
 * How long it takes until a topic is there that a Metadata request has created. Kafka 4.1.1 asks its controller and then
 * hears of it: 30 to 600 ms, measured.
 */
const CREATION_MS = 50

/** Kafka's offsets.topic.num.partitions and the configs of that topic (GroupCoordinatorService#groupMetadataTopicConfigs). */
export const OFFSETS = '__consumer_offsets'
/** Also Kafka's transaction.state.log.num.partitions. */
const OWN_PARTITIONS = 50
const OFFSETS_CONFIG = { 'cleanup.policy': 'compact', 'compression.type': 'producer', 'segment.bytes': '104857600' }

/** The topic of transactional ids, with its configs (Kafka: TransactionStateManager#transactionTopicConfigs). */
const TRANSACTIONS = '__transaction_state'
const TRANSACTIONS_CONFIG = {
  'cleanup.policy': 'compact',
  'compression.type': 'uncompressed',
  'min.insync.replicas': '1',
  'segment.bytes': '104857600',
  'unclean.leader.election.enable': 'false',
}

const INTERNAL_TOPICS: ReadonlySet<string> = new Set([OFFSETS, TRANSACTIONS, '__share_group_state'])

/** The topics of a broker. Names and configs are checked by those who take them from outside. */
export class Topics {
  readonly #broker: BrokerState
  readonly #byName: Map<string, Topic> = new Map()
  readonly #byId: Map<string, Topic> = new Map()
  readonly #byCollisionKey: Map<string, Topic> = new Map()
  /** By name, those that are about to be there. */
  readonly #coming: Map<string, NodeJS.Timeout> = new Map()

  constructor(broker: BrokerState) {
    this.#broker = broker
  }

  get(name: string): Topic | undefined {
    return this.#byName.get(name)
  }

  byId(id: string): Topic | undefined {
    return this.#byId.get(id)
  }

  list(): Topic[] {
    return [...this.#byName.values()]
  }

  /** A topic whose name differs from this one in '.' and '_' only. */
  colliding(name: string): Topic | undefined {
    return this.#byCollisionKey.get(collisionKey(name))
  }

  create(name: string, { partitions = this.#broker.options.partitions, config = {} }: NewTopic = {}): Topic {
    if (this.#byName.has(name)) throw new Error(`Topic '${name}' already exists.`)
    const topic = this.#add(name, partitions, config)
    this.#broker.events.emit('topic created', { kind: 'topic created', at: clock.now(), topic: name, partitions })
    return topic
  }

  /** Creates the topic of committed offsets, as Kafka does when a coordinator is first asked for. It has no records here. */
  createOffsets(): void {
    if (!this.#byName.has(OFFSETS)) this.#add(OFFSETS, OWN_PARTITIONS, OFFSETS_CONFIG)
  }

  /** The same of transactional ids. */
  createTransactions(): void {
    if (!this.#byName.has(TRANSACTIONS)) this.#add(TRANSACTIONS, OWN_PARTITIONS, TRANSACTIONS_CONFIG)
  }

  #add(name: string, partitions: number, config: Readonly<Record<string, string>>): Topic {
    const topic: Topic = {
      name,
      id: newTopicId(),
      config: new TopicConfig(config),
      partitions: [],
      internal: INTERNAL_TOPICS.has(name),
    }
    this.addPartitions(topic, partitions)
    this.#byName.set(name, topic)
    this.#byId.set(topic.id, topic)
    this.#byCollisionKey.set(collisionKey(name), topic)
    return topic
  }

  /** Creates a topic a moment later, unless somebody else has by then. */
  createSoon(name: string): void {
    if (this.#coming.has(name)) return
    const timer = clock.setTimeout(() => {
      this.#coming.delete(name)
      if (this.get(name) === undefined && this.colliding(name) === undefined) this.create(name)
    }, CREATION_MS)
    this.#coming.set(name, timer.unref())
  }

  /** Grows a topic to `count` partitions. */
  addPartitions(topic: Topic, count: number): void {
    while (topic.partitions.length < count) {
      topic.partitions.push(new Partition(topic.name, topic.partitions.length, this.#broker))
    }
  }

  delete(topic: Topic): void {
    this.#byName.delete(topic.name)
    this.#byId.delete(topic.id)
    this.#byCollisionKey.delete(collisionKey(topic.name))
    this.#broker.events.emit('topic deleted', { at: clock.now(), topic: topic.name })
    for (const partition of topic.partitions) partition.wakeReaders()
  }

  close(): void {
    for (const timer of this.#coming.values()) clock.clearTimeout(timer)
    this.#coming.clear()
    this.#byName.clear()
    this.#byId.clear()
    this.#byCollisionKey.clear()
  }
}

/** Like Kafka's own, it doesn't begin with '-': command-line tools would take it for an option. */
function newTopicId(): string {
  const id = randomBytes(16).toString('base64url')
  return id.startsWith('-') ? newTopicId() : id
}
