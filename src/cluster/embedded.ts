import { now } from '../broker/clock.ts'
import type { BrokerEventMap } from '../broker/events.ts'
import type { GroupView } from '../broker/groups/description.ts'
import type { Broker } from '../broker/index.ts'
import { decodeRecords } from '../broker/log/batch.ts'
import type { Partition, StoredBatch } from '../broker/log/partition.ts'
import type { BrokerState } from '../broker/state.ts'
import type { Cluster, ClusterEvent, GroupDescription, GroupPartition, Mark, Reader, StartingPoint, StoredRecord } from './cluster.ts'
import { hasCaughtUp, settled } from './settled.ts'

/**
 * The embedded broker as a cluster: read and watched from inside of the process, so nothing is polled. Until somebody
 * connects, the broker's code isn't loaded and there is nothing to see; whoever watches is told from then on.
 */
export function embeddedCluster(broker: Broker): Cluster {
  const state = (): BrokerState | undefined => broker.loaded
  return {
    kind: 'embedded',
    brokers: broker.brokers,
    deterministic: true,
    mark: () => ({ at: now(), sequence: state()?.sequence ?? 0 }),
    topics: async () =>
      (state()?.topics.list() ?? []).map(({ name, partitions }) => ({ name, partitions: partitions.length })),
    async createTopic(name, { partitions, config } = {}) {
      const { topics, options } = await broker.load()
      if (topics.get(name) !== undefined) throw new Error(`topic ${name} exists already`)
      topics.create(name, { partitions: partitions ?? options.partitions, config: { ...config } })
    },
    async deleteTopic(name) {
      const topic = state()?.topics.get(name)
      if (topic !== undefined) state()?.topics.delete(topic)
    },
    async ensureTopic(name) {
      const { topics, options } = await broker.load()
      const topic = topics.get(name) ?? (options.autoCreateTopics ? topics.create(name) : undefined)
      return topic && { name, partitions: topic.partitions.length }
    },
    reader: (topic, from) => new LogReader(state, topic, from),
    async group(groupId) {
      const broker = state()
      const view = broker?.groups.describe(groupId)
      return broker && view && describe(broker, view)
    },
    async groups() {
      const broker = state()
      return broker === undefined ? [] : broker.groups.list().map((view) => describe(broker, view))
    },
    settled: (options) => settled(state(), options),
    onActivity: (listener) => broker.onLoad(({ events }) => listenToAll(events, listener)),
    onEvent: (listener) => broker.onLoad(({ events }) => tell(events, listener)),
    close: async () => {},
  }
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
    for (const partition of this.#state()?.topics.get(this.#topic)?.partitions ?? []) {
      const next = this.#next.get(partition) ?? 0
      for (const batch of partition.batchesFrom(next)) {
        if (isMark(this.#from) && batch.sequence <= this.#from.sequence) continue
        for (const record of recordsOf(partition, batch)) {
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
    if (from instanceof Date) return record.timestamp >= from.getTime()
    return typeof from === 'string' || isMark(from) || record.offset >= from.offset
  }
}

function isMark(from: StartingPoint): from is Mark {
  return typeof from === 'object' && 'sequence' in from
}

function recordsOf({ topic, index }: Partition, batch: StoredBatch): StoredRecord[] {
  const { sequence, appendedAt, clientId } = batch
  return decodeRecords(batch.bytes).map((record) => ({
    topic,
    partition: index,
    ...record,
    appendedAt,
    sequence,
    clientId,
  }))
}

function describe(broker: BrokerState, view: GroupView): GroupDescription {
  const partitions = new Map<string, GroupPartition>()
  const add = (topic: string, partition: number, reader?: string): void => {
    const log = broker.topics.get(topic)?.partitions[partition]
    if (log === undefined) return
    const committed = view.offsets.get(topic)?.get(partition)?.offset
    const { logStartOffset: logStart, endOffset: logEnd } = log
    const caughtUp =
      reader === undefined ? (committed ?? 0) >= logEnd : hasCaughtUp(reader, topic, partition, committed, broker)
    partitions.set(`${topic}/${partition}`, { topic, partition, committed, logStart, logEnd, caughtUp })
  }
  for (const [topic, offsets] of view.offsets) for (const partition of offsets.keys()) add(topic, partition)
  for (const { clientId, assignment } of view.members) {
    for (const { topic, partitions } of assignment) for (const partition of partitions) add(topic, partition, clientId)
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

const eventNames = [
  'append',
  'fetch',
  'topicCreated',
  'topicDeleted',
  'join',
  'leave',
  'groupState',
  'commit',
  'activity',
] as const satisfies (keyof BrokerEventMap)[]

function listenToAll(events: BrokerState['events'], listener: () => void): () => void {
  for (const name of eventNames) events.on(name, listener)
  return () => {
    for (const name of eventNames) events.off(name, listener)
  }
}

/** The broker's events in the words of a timeline. */
function tell(events: BrokerState['events'], listener: (event: ClusterEvent) => void): () => void {
  const group = ({ groupId, ...rest }: { groupId: string }) => ({ group: groupId, ...rest })
  const unsubscriptions = [
    on('append', (event) => ({ kind: 'produced', ...event })),
    on('fetch', (event) => ({ kind: 'received', ...event })),
    on('topicCreated', (event) => ({ kind: 'topic created', ...event })),
    on('join', (event) => ({ kind: 'joined', ...event, ...group(event) })),
    on('leave', (event) => ({ kind: 'left', ...event, ...group(event) })),
    on('commit', (event) => ({ kind: 'committed', ...event, ...group(event) })),
    on('groupState', (event) =>
      event.state === 'Stable' ? { kind: 'rebalanced', ...event, ...group(event) } : undefined,
    ),
  ]
  return () => {
    for (const unsubscribe of unsubscriptions) unsubscribe()
  }

  function on<Name extends keyof BrokerEventMap>(
    name: Name,
    translate: (event: BrokerEventMap[Name][0] & object) => ClusterEvent | undefined,
  ): () => void {
    const told = (...args: unknown[]): void => {
      const event = translate(args[0] as BrokerEventMap[Name][0] & object)
      if (event !== undefined) listener(event)
    }
    events.on(name, told as never)
    return () => events.off(name, told as never)
  }
}
