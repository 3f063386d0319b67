import { ownClientId } from '../base/client-ids.ts'
import { after, clearTimeout, type Moment, now, setTimeout, wallTime } from '../base/clock.ts'
import type { WorkerCluster } from '../config/worker-options.ts'
import type { Cluster, ClusterEvent, CreateTopicOptions, StoredRecord, TopicDescription } from './cluster.ts'
import { CreatedTopics } from './created-topics.ts'
import { kafkajsSecurity } from './credentials.ts'
import { problemWithExisting } from './existing-topic.ts'
import { RealClient } from './real-client.ts'
import { describeGroup } from './real-group.ts'
import { RealLogs } from './real-log.ts'
import { type RealMark, RealReader } from './real-reader.ts'
import { clearTopics, resetHeld } from './real-reset.ts'
import { realSettled } from './real-settled.ts'
import { RunNotes } from './run-notes.ts'
import { ClusterTrouble } from './trouble.ts'

/** Milliseconds between two looks, as a wait gets longer. */
const POLLS = [10, 20, 40, 80, 100] as const
/** Milliseconds that a topic may take until all its partitions have a leader. */
const LEADERS_TIMEOUT = 3000
/** Milliseconds until a topic that is being created is there. */
const CREATION_TIMEOUT = 1000
/** Of more partitions than this, where they end is not noted before each test. */
const PINNED_PARTITIONS = 2000

/**
 * A cluster of real Kafka, in a container or elsewhere: looked at from outside, so waiting is polling, an absence is
 * waited for, and who read what isn't seen. Nothing is connected until a test needs it.
 */
export function realCluster({
  kind,
  prefix,
  connection,
  notes: folder,
}: Exclude<WorkerCluster, { kind: 'embedded' }>): Cluster {
  const client = new RealClient(connection)
  const logs = new RealLogs(client)
  const created = new CreatedTopics(connection)
  /** Those that the tests created, by name; they may be deleted by now. */
  const createdAs = new Map<string, { partitions: number; config: Readonly<Record<string, string>> }>()
  const held = new Set<string>()
  const notes = folder === undefined ? undefined : new RunNotes(folder)
  const listeners = new Set<(event: ClusterEvent) => void>()

  async function topicsWithIds(): Promise<(TopicDescription & { id: string })[]> {
    const topics = await client.ask((client) => client.topics())
    return topics.map(({ name, id, leaders }) => ({ name, partitions: leaders.length, id }))
  }

  async function groupIds(): Promise<string[]> {
    return (await client.ask((client) => client.listGroups())).map(({ groupId }) => groupId)
  }

  /** Resolves with the topic once each partition has a leader: before, a produce would be refused. */
  async function topicWithLeaders(
    name: string,
    autocreateTopics: boolean,
    isCreated = false,
  ): Promise<TopicDescription | undefined> {
    const deadline = after(LEADERS_TIMEOUT)
    // While it comes to be a broker answers that it isn't there; one that doesn't create it does so for ever.
    const creation = after(autocreateTopics || isCreated ? CREATION_TIMEOUT : 0)
    for (;;) {
      const found = await client.ask((client) => client.freshTopic(name, autocreateTopics))
      if (found?.leaders.every((leader) => leader >= 0)) return { name, partitions: found.leaders.length }
      if (found === undefined && now() >= creation) return undefined
      if (now() >= deadline)
        throw new Error(`topic ${name} has partitions without a leader: a broker of the cluster is down`)
      await pause(10)
    }
  }

  const isShared = kind === 'external'
  const resetting = {
    client,
    groupIds,
    topics: topicsWithIds,
    isOwn: (name: string) => !isShared || created.has(name) || notes?.before().topics.includes(name) === false,
  }

  return {
    kind,
    prefix,
    brokers: connection.brokers,
    security: kafkajsSecurity(connection),
    deterministic: false,
    endsWithFile: false,
    isShared,
    mark() {
      // Records have the wall clock's milliseconds.
      return {
        at: Math.floor(Math.min(now(), wallTime())) as Moment,
        sequence: 0,
        own: new Map(),
        readers: new Map(),
      } satisfies RealMark
    },
    async pin(mark) {
      if (!client.isUsed) return
      try {
        const there = await topicsWithIds()
        if (there.reduce((sum, { partitions }) => sum + partitions, 0) > PINNED_PARTITIONS) return
        const names = there.map(({ name }) => name)
        const offsets = await client.ask((client) => client.endOffsets(names))
        const ends: RealMark['ends'] = new Map(
          there.map(({ name, id }) => [name, { id, ends: offsets.get(name) ?? [] }]),
        )
        Object.assign(mark, { ends })
      } catch (error) {
        // A topic went in between, or the cluster doesn't answer: the time says where to start then.
        if (!(error instanceof ClusterTrouble)) throw error
      }
    },
    topics: async () => (await topicsWithIds()).map(({ name, partitions }) => ({ name, partitions })),
    async passingTopics() {
      if (createdAs.size === 0) return []
      const { describedTopic } = await import('./answer.ts')
      return [...createdAs].map(([name, { partitions, config }]) =>
        describedTopic(name, partitions, Object.entries(config)),
      )
    },
    createTopic: async (name, options) => {
      const id = await create(name, options).catch((error) => takeExisting(error, name, options))
      if (id !== undefined) created.add(name, id)
      const there = await topicWithLeaders(name, false, true)
      if (id !== undefined && there !== undefined) {
        createdAs.set(name, { partitions: there.partitions, config: options?.config ?? {} })
      }
      return id !== undefined
    },
    async deleteTopic(name) {
      await client.ask((client) => client.deleteTopics([name]))
      created.remove(name)
    },
    clear: (names) => clearTopics(names, resetting),
    reset: () => resetHeld(held, resetting),
    hold(name) {
      if (!held.has(name)) notes?.hold(name)
      held.add(name)
    },
    ensureTopic: (name) => topicWithLeaders(name, true),
    reader: (topic, from, isolation = 'read_committed') => new RealReader(logs, { topic, from, isolation }, poll),
    group: (groupId) => describeGroup(client, groupId),
    groupIds,
    async deleteGroup(groupId) {
      await client.ask((client) => client.deleteGroup(groupId)).catch(() => {})
    },
    async groups(held = new Set()) {
      const ids = (await groupIds()).filter((id) => !isShared || held.has(id))
      const groups = await Promise.all(ids.map((id) => describeGroup(client, id)))
      return groups.filter((group) => group !== undefined)
    },
    settled: (options) => realSettled(client, options),
    onActivity: (listener) => poll(listener),
    onEvent(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    openProducer: (deadline) => client.ask((client) => client.openProducer(deadline)),
    produce: (request) => client.ask((client) => client.produce(request)),
    produced(mark, records) {
      const { own } = mark as RealMark
      for (const { topic, partition, offset } of records) {
        const key = `${topic}/${partition}`
        if (offset >= 0) own.set(key, Math.min(offset, own.get(key) ?? offset))
      }
      for (const event of eventsOf(records)) for (const listener of listeners) listener(event)
    },
    async close() {
      created.close()
      await client.close()
    },
  }

  /** Where the topic is there already, and may be. */
  async function takeExisting(error: unknown, name: string, options: CreateTopicOptions = {}): Promise<undefined> {
    if (ClusterTrouble.codeOf(error) !== 'TOPIC_ALREADY_EXISTS') throw inWords(error, name)
    const there = await topicWithLeaders(name, false)
    // It went in between.
    if (there === undefined) throw inWords(error, name)
    const problem = problemWithExisting(
      there,
      options,
      ClusterTrouble.saidOf(error) ?? `Topic '${name}' already exists.`,
    )
    if (problem !== undefined) throw problem
  }

  /** @returns Kafka's id of it. @throws ClusterTrouble when it is there already, or its name, its numbers or its config are wrong. */
  function create(name: string, options: CreateTopicOptions = {}): Promise<string> {
    return client.ask((client) => client.createTopic({ name, ...options }))
  }
}

/** What Kafka said of a topic that it didn't create. */
function inWords(error: unknown, name: string): unknown {
  const said = ClusterTrouble.saidOf(error)
  return said === undefined ? error : new Error(`Topic ${name} can't be created: ${said}`)
}

/** Calls the listener again and again. Returns what ends that. */
function poll(listener: () => void): () => void {
  let count = 0
  let timer: NodeJS.Timeout
  const next = (): void => {
    timer = setTimeout(
      () => {
        listener()
        next()
      },
      POLLS[Math.min(count++, POLLS.length - 1)],
    )
  }
  next()
  return () => clearTimeout(timer)
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds))
}

/** What the test produced, as the embedded broker would tell it: one event for the records of a partition that follow on each other. */
function eventsOf(records: readonly StoredRecord[]): ClusterEvent[] {
  const events: (ClusterEvent & { kind: 'produced' })[] = []
  for (const { topic, partition, offset, key, value } of records) {
    const bytes = (key?.length ?? 0) + (value?.length ?? 0)
    const last = events.findLast((event) => event.topic === topic && event.partition === partition)
    if (last !== undefined && last.lastOffset + 1 === offset) {
      Object.assign(last, { lastOffset: offset, bytes: last.bytes + bytes })
    } else {
      const place = { topic, partition, firstOffset: offset, lastOffset: offset }
      events.push({ kind: 'produced', at: now(), ...place, bytes, clientId: ownClientId })
    }
  }
  return events
}
