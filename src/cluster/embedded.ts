import { isDate } from 'node:util/types'
import { ownClientId, taskClientId } from '../base/client-ids.ts'
import { now } from '../base/clock.ts'
import type { OpenRecords } from '../broker/deliveries.ts'
import type { GroupView } from '../broker/groups/description.ts'
import type { OpenBroker } from '../broker/listener.ts'
import type { Partition } from '../broker/log/partition.ts'
import type { BrokerState } from '../broker/state.ts'
import type {
  Cluster,
  CreateTopicOptions,
  GroupDescription,
  GroupPartition,
  Mark,
  StartingPoint,
  StoredRecord,
  TopicReader,
} from './cluster.ts'
import { CommittedRecords } from './committed-records.ts'
import { onAnyEvent, onClusterEvent } from './embedded-events.ts'
import { problemWithExisting } from './existing-topic.ts'
import { committedOffset, isOpen, lostWords, openWords, pausedWords, readingsOf } from './left.ts'
import { settled } from './settled.ts'
import type { TopicLog } from './topic-log.ts'

/**
 * The embedded broker as a cluster: read and watched from inside of the process, so nothing is polled. Until somebody
 * connects, the broker's code isn't loaded and there is nothing to see; whoever watches is told from then on.
 *
 * @param hasTopics Whether it was started with some.
 */
export function embeddedCluster(broker: OpenBroker, hasTopics = false): Cluster {
  const state = (): BrokerState | undefined => broker.loaded
  const logs = new TopicLogs(broker)
  let producing: ReturnType<typeof loadProducing> | undefined
  const produce = async <T>(work: (loaded: Producing) => Promise<T>): Promise<T> => {
    producing ??= loadProducing(broker)
    return inWords(broker.brokers, work(await producing))
  }
  return {
    kind: 'embedded',
    brokers: broker.brokers,
    security: {},
    prefix: '',
    deterministic: true,
    endsWithFile: true,
    isShared: false,
    mark: () => ({ at: now(), sequence: state()?.sequence ?? 0 }),
    pin: async () => {},
    produced() {},
    hold() {},
    deleteGroup: async () => {},
    topics: async () =>
      ((hasTopics ? await broker.load() : state())?.topics.list() ?? [])
        .filter(({ internal }) => !internal)
        .map(({ name, partitions }) => ({ name, partitions: partitions.length })),
    async passingTopics() {
      const topics =
        state()
          ?.topics.list()
          .filter(({ internal }) => !internal) ?? []
      return topics.map(({ name, partitions, config }) => ({
        name,
        partitions: partitions.length,
        configs: [...config.set].map(([name, value]) => ({ name, value })),
      }))
    },
    createTopic: async (name, options) => createTopic(await broker.load(), name, options),
    async deleteTopic(name) {
      const topic = state()?.topics.get(name)
      if (topic !== undefined) state()?.topics.delete(topic)
    },
    async clear(names) {
      const { clearTopic } = await import('../broker/forget.ts')
      const broker = state()
      const topics = (broker?.topics.list() ?? []).filter(({ name }) => names.includes(name))
      for (const topic of topics) clearTopic(broker!, topic)
    },
    async reset() {
      const { forgetAll } = await import('../broker/forget.ts')
      const broker = state()
      if (broker !== undefined) forgetAll(broker)
    },
    async ensureTopic(name) {
      const loaded = await broker.load()
      const { topics, options } = loaded
      if (topics.get(name) === undefined && options.autoCreateTopics) {
        // Of tests that run at once another may have been faster.
        await createTopic(loaded, name, { ifExists: 'use' })
      }
      const topic = topics.get(name)
      return topic && { name, partitions: topic.partitions.length }
    },
    openProducer: (deadline) => produce(({ inside, openProducer }) => openProducer(inside, deadline)),
    produce: (request) => produce(({ inside, produceRecords }) => produceRecords(inside, request)),
    reader: (topic, from, isolation = 'read_committed') =>
      new LogReader(logs, topic, from, isolation === 'read_committed' ? new CommittedRecords() : undefined),
    async group(groupId) {
      const broker = state()
      const view = broker?.groups.describe(groupId)
      return broker && view && describe(broker, view)
    },
    groupIds: async () => (state()?.groups.list() ?? []).map(({ groupId }) => groupId),
    async groups() {
      const broker = state()
      return broker === undefined ? [] : broker.groups.list().map((view) => describe(broker, view))
    },
    settled: (options) => settled(state(), options),
    onActivity: (listener) => broker.onLoad(({ events }) => onAnyEvent(events, listener)),
    onEvent: (listener) => broker.onLoad(({ events }) => onClusterEvent(events, listener)),
    close: () => broker.close(),
  }
}

type Producing = Awaited<ReturnType<typeof loadProducing>>

/** What a test produces with, loaded when it first does. */
async function loadProducing(broker: OpenBroker) {
  const [{ Inside }, { openProducer, produceRecords }, state] = await Promise.all([
    import('../client/inside.ts'),
    import('../client/produce.ts'),
    broker.load(),
  ])
  return { inside: new Inside(state, ownClientId), openProducer, produceRecords }
}

/** What the broker refuses is said as a real cluster's refusal is. */
async function inWords<T>(brokers: readonly string[], work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    const { troubleWith } = await import('./trouble.ts')
    throw troubleWith(error, { brokers: [...brokers], ssl: false, sasl: false, root: '' })
  }
}

/** @throws Error in Kafka's words, when it is there already, or its name, its numbers or its config are wrong. */
async function createTopic(broker: BrokerState, name: string, options: CreateTopicOptions = {}): Promise<boolean> {
  const { createNewTopic } = await import('../broker/new-topic.ts')
  const there = broker.topics.get(name)
  if (there === undefined) {
    createNewTopic(broker, name, options)
    return true
  }
  const found = { name, partitions: there.partitions.length }
  const problem = problemWithExisting(found, options, `Topic '${name}' already exists.`)
  if (problem !== undefined) throw problem
  return false
}

/** The topics' logs as the tests of a file read them, and who waits for more. */
class TopicLogs {
  readonly #broker: OpenBroker
  readonly #logs: Map<string, TopicLog> = new Map()
  readonly #waiting: Map<string, Set<() => void>> = new Map()
  #isTold = false

  constructor(broker: OpenBroker) {
    this.#broker = broker
  }

  async after(sequence: number, name: string): Promise<{ records: StoredRecord[]; last: number }> {
    const state = this.#broker.loaded
    if (state === undefined) return { records: [], last: sequence }
    const log = this.#logs.get(name) ?? (await this.#open(name))
    const records = log.after(sequence, state.topics.get(name))
    return { records, last: state.sequence }
  }

  async #open(name: string): Promise<TopicLog> {
    // Loaded by now, as a part of the broker. Before, it would cost each test file 4 ms.
    const { TopicLog } = await import('./topic-log.ts')
    // Another reader may have been faster.
    const log = this.#logs.get(name) ?? new TopicLog()
    this.#logs.set(name, log)
    return log
  }

  /** However many wait, the broker tells once of an append, or of the end of a transaction. */
  onAppend(topic: string, listener: () => void): () => void {
    if (!this.#isTold) {
      this.#isTold = true
      const tell = (event: { topic: string }): void => {
        for (const wake of this.#waiting.get(event.topic) ?? []) wake()
      }
      this.#broker.onLoad(({ events }) => {
        events.on('produced', tell)
        events.on('marked', tell)
        return () => {
          events.off('produced', tell)
          events.off('marked', tell)
        }
      })
    }
    const listeners = this.#waiting.get(topic) ?? new Set()
    this.#waiting.set(topic, listeners.add(listener))
    return () => listeners.delete(listener)
  }
}

/** Reads a topic's log on from where it stopped. */
class LogReader implements TopicReader {
  readonly #logs: TopicLogs
  readonly #topic: string
  readonly #from: StartingPoint
  readonly #committed: CommittedRecords | undefined
  /** Of the broker's last append that it knows of. */
  #sequence: number

  /** @param committed Of whoever reads no others. */
  constructor(logs: TopicLogs, topic: string, from: StartingPoint, committed: CommittedRecords | undefined) {
    this.#logs = logs
    this.#topic = topic
    this.#from = from
    this.#committed = committed
    this.#sequence = isMark(from) ? from.sequence : 0
  }

  async read(): Promise<StoredRecord[]> {
    const { records: appended, last } = await this.#logs.after(this.#sequence, this.#topic)
    this.#sequence = last
    const records = this.#committed?.of(appended) ?? appended
    const from = this.#from
    if (isDate(from)) return records.filter(({ timestamp }) => timestamp >= from.getTime())
    if (typeof from === 'string' || isMark(from)) return records
    return records.filter(({ offset }) => offset >= from.offset)
  }

  onMore(listener: () => void): () => void {
    return this.#logs.onAppend(this.#topic, listener)
  }
}

function isMark(from: StartingPoint): from is Mark {
  return typeof from === 'object' && 'sequence' in from
}

function describe(broker: BrokerState, view: GroupView): GroupDescription {
  const partitions = new Map<string, GroupPartition>()
  const add = (topic: string, partition: number, reader: Partial<GroupPartition> = {}): void => {
    const log = broker.topics.get(topic)?.partitions[partition]
    if (log === undefined) return
    const committed = committedOffset(view, log)
    const { logStartOffset: logStart, endOffset: logEnd } = log
    const lag = log.countFrom(committed ?? logStart)
    const found = { topic, partition, committed, logStart, logEnd, lag, caughtUp: lag === 0 }
    partitions.set(`${topic}/${partition}`, { ...found, ...reader })
  }
  for (const [topic, offsets] of view.offsets) for (const partition of offsets.keys()) add(topic, partition)
  for (const member of view.members) {
    for (const reading of readingsOf(member, view, broker)) {
      const { topic, index } = reading.partition
      if (reading.state === 'done') add(topic, index, { atEnd: true })
      else if (reading.state === 'open') add(topic, index, troubleOf(reading.open, reading.partition, view))
      else if (reading.state === 'paused') add(topic, index, { trouble: pausedWords(member, reading.partition, view) })
      else add(topic, index)
    }
  }
  for (const { partition, open } of broker.deliveries.of(view.groupId)) {
    if (open?.lost === undefined || open.clientId === taskClientId || !isOpen(open, partition)) continue
    const what = lostWords(open, open.lost, partition, view)
    add(partition.topic, partition.index, { trouble: what, crashed: { what, sentAt: open.sentAt } })
  }
  return {
    groupId: view.groupId,
    state: view.state,
    members: view.members.map(({ memberId, clientId, assignment }) => ({
      memberId,
      clientId,
      assignment: assignment.map(({ topic, partitions }) => ({ topic, partitions: [...partitions] })),
    })),
    partitions: [...partitions.values()],
  }
}

function troubleOf(open: OpenRecords, partition: Partition, group: GroupView): Partial<GroupPartition> {
  const what = openWords(open, partition, group)
  if (open.times > 1) return { trouble: what, crashed: { what, sentAt: open.sentAt } }
  return { trouble: `${what}: is its handler busy, or does it throw?` }
}
