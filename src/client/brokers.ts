import { after, type Moment, now } from '../base/clock.ts'
import type { Messages } from '../broker/protocol/codec.ts'
import { BrokerConnection, type ConnectionOptions } from './connection.ts'
import { ClientError, checkAnswer } from './errors.ts'
import type { Peer } from './peer.ts'
import type { Leaders } from './produce.ts'
import { untilPassed } from './retry.ts'

export interface ClientOptions extends ConnectionOptions {
  /** Those that are asked first, as `host:port`. */
  brokers: readonly string[]
  /** Milliseconds that a call may take, from connecting to the last answer. Default 5000. */
  timeout?: number | undefined
}

export interface TopicMetadata {
  readonly name: string
  /** Kafka's id of it: one that is created anew has another. */
  readonly id: string
  /** The broker that leads each partition, by its number; -1 while there is none. */
  readonly leaders: readonly number[]
}

export interface ClusterMetadata {
  readonly clusterId: string | null
  readonly controllerId: number
  readonly brokers: readonly { nodeId: number; address: string }[]
}

const TIMEOUT = 5000
/** Milliseconds that what is known of a topic is believed; an answer to the contrary ends it sooner (`forgetTopic`). */
const METADATA_AGE = 1000

/**
 * The brokers of a cluster: who of them is to be asked, over one connection to each. There is no background work: nothing
 * is sent that isn't asked for, and idle they keep no process alive.
 */
export class Brokers implements Leaders {
  readonly options: ClientOptions
  readonly #connections: Map<string, Promise<BrokerConnection>> = new Map()
  /** Those of them that are open. */
  readonly #open: Map<string, BrokerConnection> = new Map()
  #cluster: ClusterMetadata | undefined
  readonly #topics: Map<string, { topic: TopicMetadata; until: Moment }> = new Map()
  readonly #coordinators: Map<string, string> = new Map()
  #isClosed = false

  constructor(options: ClientOptions) {
    this.options = options
  }

  /** The deadline of a call that begins now. */
  deadline(): Moment {
    return after(this.options.timeout ?? TIMEOUT)
  }

  /** Any broker that can be reached. */
  async any(deadline: Moment): Promise<Peer> {
    const open = [...this.#open.values()].find(({ isUsable }) => isUsable)
    if (open !== undefined) return open
    const failures: unknown[] = []
    const { brokers } = this.options
    for (const [index, address] of brokers.entries()) {
      try {
        // One that is down must leave time for the others.
        return await this.#to(address, after((deadline - now()) / (brokers.length - index)))
      } catch (error) {
        failures.push(error)
      }
    }
    throw failures.length === 1 ? failures[0] : new AggregateError(failures, 'no broker can be reached')
  }

  /** The broker that leads a partition. @throws ClientError also while there is none. */
  async leader(topic: string, partition: number, deadline: Moment): Promise<Peer> {
    const leader = (await this.topic(topic, deadline))?.leaders[partition]
    if (leader !== undefined) return this.node(leader, deadline)
    throw new ClientError(`${topic}/${partition} is not there`, { code: 'UNKNOWN_TOPIC_OR_PARTITION' })
  }

  /** The broker of a number, which is -1 where there is no leader. */
  async node(nodeId: number, deadline: Moment): Promise<Peer> {
    if (nodeId < 0) throw new ClientError('a partition has no leader', { code: 'LEADER_NOT_AVAILABLE' })
    const cluster = this.#cluster ?? (await this.cluster(deadline))
    const address = cluster.brokers.find((broker) => broker.nodeId === nodeId)?.address
    if (address !== undefined) return this.#to(address, deadline)
    this.#cluster = undefined
    throw new ClientError(`broker ${nodeId} is not there`, { code: 'BROKER_NOT_AVAILABLE' })
  }

  /** Asks the controller, anew while another broker becomes it. */
  async askController<T>(ask: (controller: Peer) => Promise<T>, deadline: Moment): Promise<T> {
    return untilPassed(deadline, async () => {
      const { controllerId } = await this.cluster(deadline)
      return ask(controllerId < 0 ? await this.any(deadline) : await this.node(controllerId, deadline))
    })
  }

  /** Asks the coordinator of a group, anew while it is moved to another broker or loads the group. */
  async askCoordinator<T>(groupId: string, ask: (coordinator: Peer) => Promise<T>, deadline: Moment): Promise<T> {
    return untilPassed(deadline, async () => {
      const address = this.#coordinators.get(groupId) ?? (await this.#findCoordinator(groupId, deadline))
      try {
        return await ask(await this.#to(address, deadline))
      } catch (error) {
        this.#coordinators.delete(groupId)
        throw error
      }
    })
  }

  /** Who belongs to the cluster. */
  async cluster(deadline: Moment): Promise<ClusterMetadata> {
    await this.#metadata([], false, deadline)
    return this.#cluster!
  }

  /** The topics that are there, but for Kafka's own. */
  async topics(deadline: Moment): Promise<TopicMetadata[]> {
    const { topics } = await this.#metadata(null, false, deadline)
    const found = topics.filter(({ errorCode, isInternal }) => errorCode === 0 && !isInternal).map(topicOf)
    for (const topic of found) this.#note(topic)
    return found
  }

  /** A topic as it was not long ago; undefined where it isn't there. */
  async topic(name: string, deadline: Moment): Promise<TopicMetadata | undefined> {
    const known = this.#topics.get(name)
    return known !== undefined && now() < known.until ? known.topic : this.freshTopic(name, deadline)
  }

  /** A topic as it is now; where it isn't there, `create` has the cluster create it if it does so by itself. */
  async freshTopic(name: string, deadline: Moment, create = false): Promise<TopicMetadata | undefined> {
    const { topics, at } = await this.#metadata([name], create, deadline)
    const [found] = topics
    this.forgetTopic(name)
    if (found === undefined || isComing(found.errorCode)) return undefined
    checkAnswer(found.errorCode, { at })
    const topic = topicOf(found)
    this.#note(topic)
    return topic
  }

  #note(topic: TopicMetadata): void {
    this.#topics.set(topic.name, { topic, until: after(METADATA_AGE) })
  }

  /** What was known of a topic has turned out to be wrong. */
  forgetTopic(name: string): void {
    this.#topics.delete(name)
  }

  /** Cuts every connection: who still waits for an answer is told so. */
  async close(): Promise<void> {
    this.#isClosed = true
    const opened = [...this.#connections.values()]
    this.#connections.clear()
    for (const connection of await Promise.allSettled(opened)) {
      if (connection.status === 'fulfilled') connection.value.close()
    }
  }

  /** The connection to an address, opened where there is none that can be used. */
  async #to(address: string, deadline: Moment): Promise<BrokerConnection> {
    if (this.#isClosed) throw new ClientError('closed connection', { code: 'ECONNRESET', at: address })
    const known = this.#connections.get(address)
    const connection = await known?.catch(() => undefined)
    if (connection?.isUsable) return connection
    const current = this.#connections.get(address)
    // Another call was faster.
    if (current !== undefined && current !== known) return current
    connection?.retire()
    const connecting = this.#connect(address, deadline)
    this.#connections.set(address, connecting)
    return connecting
  }

  async #connect(address: string, deadline: Moment): Promise<BrokerConnection> {
    this.#open.delete(address)
    try {
      const connection = await BrokerConnection.open(address, this.options, deadline)
      this.#open.set(address, connection)
      return connection
    } catch (error) {
      this.#connections.delete(address)
      throw error
    }
  }

  async #metadata(names: readonly string[] | null, create: boolean, deadline: Moment) {
    const peer = await this.any(deadline)
    const { topics, brokers, clusterId, controllerId } = await peer.request(
      'Metadata',
      { topics: names?.map((name) => ({ name })) ?? null, allowAutoTopicCreation: create },
      { deadline },
    )
    this.#cluster = {
      clusterId,
      controllerId,
      brokers: brokers.map(({ nodeId, host, port }) => ({ nodeId, address: addressOf(host, port) })),
    }
    return { topics, at: peer.address }
  }

  async #findCoordinator(groupId: string, deadline: Moment): Promise<string> {
    const peer = await this.any(deadline)
    // Until version 3 one key is asked for, from 4 on a list of them.
    const request = { key: groupId, keyType: 0, coordinatorKeys: [groupId] }
    const answer = await peer.request('FindCoordinator', request, { deadline })
    const { errorCode, errorMessage, host, port } = answer.coordinators[0] ?? answer
    checkAnswer(errorCode, { at: peer.address, said: errorMessage })
    const address = addressOf(host, port)
    this.#coordinators.set(groupId, address)
    return address
  }
}

type Described = Messages['Metadata']['response']['topics'][number]

function topicOf({ name, topicId, partitions }: Described): TopicMetadata {
  const leaders: number[] = Array.from({ length: partitions.length }, () => -1)
  for (const { partitionIndex, leaderId } of partitions) leaders[partitionIndex] = leaderId
  // Only where it is asked for by its id may the name be missing.
  return { name: name ?? '', id: topicId, leaders }
}

/** What a broker answers of a topic that isn't there: also of one that is being created. */
function isComing(errorCode: number): boolean {
  return errorCode === 3 || errorCode === 5
}

function addressOf(host: string, port: number): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`
}
