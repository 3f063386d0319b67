import { isDate } from 'node:util/types'
import { now } from '../broker/clock.ts'
import type { OpenRecords } from '../broker/deliveries.ts'
import type { GroupView } from '../broker/groups/description.ts'
import type { Broker } from '../broker/index.ts'
import type { LogRecord } from '../broker/log/batch.ts'
import type { Partition, StoredBatch } from '../broker/log/partition.ts'
import type { BrokerState } from '../broker/state.ts'
import { taskClientId } from '../execution/event-line.ts'
import type {
  Cluster,
  CreateTopicOptions,
  GroupDescription,
  GroupPartition,
  Mark,
  Reader,
  StartingPoint,
  StoredRecord,
} from './cluster.ts'
import { onAnyEvent, onClusterEvent } from './embedded-events.ts'
import { problemWithExisting } from './existing-topic.ts'
import { committedOffset, isOpen, lostWords, openWords, pausedWords, readingsOf } from './left.ts'
import { settled } from './settled.ts'

/**
 * The embedded broker as a cluster: read and watched from inside of the process, so nothing is polled. Until somebody
 * connects, the broker's code isn't loaded and there is nothing to see; whoever watches is told from then on.
 *
 * @param hasTopics Whether it was started with some.
 */
export function embeddedCluster(broker: Broker, hasTopics = false): Cluster {
  const state = (): BrokerState | undefined => broker.loaded
  return {
    kind: 'embedded',
    brokers: broker.brokers,
    security: {},
    prefix: '',
    deterministic: true,
    mark: () => ({ at: now(), sequence: state()?.sequence ?? 0 }),
    topics: async () =>
      ((hasTopics ? await broker.load() : state())?.topics.list() ?? []).map(({ name, partitions }) => ({
        name,
        partitions: partitions.length,
      })),
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
    reader: (topic, from) => new LogReader(state, topic, from),
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

/** Reads the logs of a topic's partitions, each on from where it stopped. */
class LogReader implements Reader {
  readonly #state: () => BrokerState | undefined
  readonly #topic: string
  readonly #from: StartingPoint
  readonly #next: Map<Partition, number> = new Map()

  constructor(state: () => BrokerState | undefined, topic: string, from: StartingPoint) {
    this.#state = state
    this.#topic = topic
    this.#from = from
  }

  async read(): Promise<StoredRecord[]> {
    const records: StoredRecord[] = []
    if (this.#state() === undefined) return records
    // Loaded by now, as a part of the broker. Before, it would cost each test file 4 ms.
    const { decodeRecords } = await import('../broker/log/batch.ts')
    for (const partition of this.#state()?.topics.get(this.#topic)?.partitions ?? []) {
      const next = this.#next.get(partition) ?? 0
      for (const batch of partition.batchesFrom(next)) {
        if (isMark(this.#from) && batch.sequence <= this.#from.sequence) continue
        for (const record of recordsOf(partition, batch, decodeRecords)) {
          if (record.offset >= next && record.offset >= partition.logStartOffset && this.#isWanted(record)) {
            records.push(record)
          }
        }
      }
      this.#next.set(partition, partition.endOffset)
    }
    return records.sort((a, b) => a.sequence - b.sequence || a.offset - b.offset)
  }

  #isWanted(record: StoredRecord): boolean {
    const from = this.#from
    if (isDate(from)) return record.timestamp >= from.getTime()
    return typeof from === 'string' || isMark(from) || record.offset >= from.offset
  }
}

function isMark(from: StartingPoint): from is Mark {
  return typeof from === 'object' && 'sequence' in from
}

/** Batches are stored unopened: one whose records turn out not to be any is no record for a test either. */
function recordsOf(
  { topic, index: partition }: Partition,
  { bytes, sequence, appendedAt, clientId }: StoredBatch,
  decode: (batch: Buffer) => LogRecord[],
): StoredRecord[] {
  try {
    return decode(bytes).map((record) => ({ topic, partition, ...record, appendedAt, sequence, clientId }))
  } catch {
    return []
  }
}

function describe(broker: BrokerState, view: GroupView): GroupDescription {
  const partitions = new Map<string, GroupPartition>()
  const add = (topic: string, partition: number, reader: Partial<GroupPartition> = {}): void => {
    const log = broker.topics.get(topic)?.partitions[partition]
    if (log === undefined) return
    const committed = committedOffset(view, log)
    const { logStartOffset: logStart, endOffset: logEnd } = log
    const caughtUp = (committed ?? logStart) >= logEnd
    partitions.set(`${topic}/${partition}`, { topic, partition, committed, logStart, logEnd, caughtUp, ...reader })
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
