import { randomUUID } from 'node:crypto'
import type { Admin, Consumer, ConsumerConfig, KafkaConfig, Kafka as KafkaJS, Producer, ProducerConfig } from 'kafkajs'
import { now } from '../base/clock.ts'
import { inTime } from '../base/in-time.ts'
import { checkOptions, duration, flag, type OptionKind, oneOf, positive } from '../config/options.ts'
import { topicConfig } from '../config/topics.ts'
import type { Serde } from '../serdes/serde.ts'
import { busy } from './busy.ts'
import { begunBy } from './caller.ts'
import { openAdmin, openClient, openConsumer, openProducer } from './clients.ts'
import { type Group, GroupHandle } from './group.ts'
import { noteLogs } from './logged.ts'
import type { Scope } from './scope.ts'
import { untilSettled } from './settling.ts'
import { runTask } from './task.ts'
import { type Topic, TopicHandle } from './topic.ts'
import { deadlineOf, within } from './waiting.ts'

export interface TopicOptions<K, V> {
  key?: Serde<K>
  value?: Serde<V>
}

export interface NewTopicOptions<K = unknown, V = unknown> extends TopicOptions<K, V> {
  partitions?: number
  replicas?: number
  config?: Readonly<Record<string, string>>
  /** What becomes of a topic of that name that is there already: `use` takes it as it is. Default `fail`. */
  ifExists?: 'fail' | 'use'
}

export interface SettledOptions {
  /** Milliseconds without an event after which the cluster counts as settled. Default 10. */
  quiet?: number
  /** Waits so many milliseconds instead, where it can't be known that nothing is left to happen. */
  within?: number
  /** Work outside of the cluster that has to end first: what the application still has under way. */
  also?: PromiseLike<unknown> | readonly PromiseLike<unknown>[]
  /** Milliseconds until all that must have happened. Default: the config's `timeout`. */
  timeout?: number
}

export interface RedactSwitches {
  /** Keys, values and header values of records. */
  records?: boolean
  /** What checks compared. */
  checks?: boolean
}

/** Everything that a test holds of Kafka. */
export interface Kafka {
  /** Addresses as clients take them; in `process.env.KAFKA_BROKERS` too, before the test file's imports run. */
  readonly brokers: string[]
  /** The name of the environment that the config chose. */
  readonly environment: string | null
  /** The values of the environment. */
  readonly variables: Readonly<Record<string, string>>
  /** A handle; nothing is asked of the cluster. */
  topic<K = unknown, V = unknown>(name: string, options?: TopicOptions<K, V>): Topic<K, V>
  /**
   * Creates a topic and returns its handle; without a name one that no other test has.
   *
   * @throws Error when it exists already (unless `ifExists` is `use`) or its config is wrong.
   */
  createTopic<K = unknown, V = unknown>(name?: string, options?: NewTopicOptions<K, V>): Promise<Topic<K, V>>
  group(id: string): Group
  /**
   * Forgets all records and the positions of all groups, so that the next test begins as the first did; topics stay,
   * clients stay connected and groups keep their members. Offsets go on counting, as Kafka's do when records are
   * deleted. Real clusters: of the topics and groups that the tests of the file hold; a group that has members keeps
   * its position, behind which there is nothing any more.
   *
   * @throws Error for a topic of an external cluster that was there before the run, and for one that is compacted.
   * @example
   * beforeEach(() => kafka.reset())
   */
  reset(): Promise<void>
  /**
   * A name for a topic or a consumer group that no other test and no other run has. It begins with the cluster's
   * `prefix`; a group of that name is deleted when the test ends.
   */
  uniqueName(): string
  /** A kafkajs client for the cluster; what it opens closes when the test ends. */
  client(overrides?: Partial<KafkaConfig>): KafkaJS
  /** A connected kafkajs producer, closed when the test ends. */
  producer(config?: ProducerConfig): Promise<Producer>
  /** A connected kafkajs consumer, closed when the test ends. */
  consumer(config: ConsumerConfig): Promise<Consumer>
  /** A connected kafkajs admin, closed when the test ends. */
  admin(): Promise<Admin>
  /**
   * Resolves when nothing is left to happen: no produce in flight, each record that a service was sent handled, no group
   * behind or rebalancing, and a short quiet.
   *
   * @throws Error when it doesn't come to rest in time, naming what is still busy; and what `also` rejects with.
   * @example
   * await kafka.settled({ also: outbox.flush() })
   */
  settled(options?: SettledOptions): Promise<void>
  /**
   * Marks work that the cluster doesn't see (a timer, an outbox): until it ends nothing counts as settled, neither for
   * `.not` and counts nor for `kafka.settled()`. Returns what the work returns, and throws what it throws.
   *
   * @example
   * await kafka.busy(() => outbox.publishAll())
   */
  busy<T>(work: () => T | Promise<T>): Promise<T>
  /**
   * Redacts more than the config does, from now on: in a test for the rest of it, in a `beforeEach` for each test of its
   * block, outside of tests (`beforeAll`) for the rest of the file. What is redacted already stays so.
   *
   * @throws TypeError for an unknown switch, naming the nearest right one.
   * @example
   * kafka.redact({ records: true })
   */
  redact(what?: 'all' | RedactSwitches): void
}

export interface KafkaOptions {
  /** The test that it belongs to, asked for at each use. */
  scope: () => Scope
  environment?: () => { name: string | null; variables: Readonly<Record<string, string>> }
}

export function createKafka({ scope, environment }: KafkaOptions): Kafka {
  const kafka: Kafka = {
    get brokers() {
      return [...scope().cluster.brokers]
    },
    get environment() {
      return environment?.().name ?? null
    },
    get variables() {
      return environment?.().variables ?? {}
    },
    topic(name, options) {
      checkName('topic', name)
      checkOptions(`kafka.topic('${name}')`, options, { key: serde, value: serde })
      scope().touch(name)
      learnTags(scope(), name, options)
      return new TopicHandle(name, scope, options)
    },
    createTopic(name, options) {
      return begunBy(kafka.createTopic, () => createTopic(scope, name, options))
    },
    uniqueName() {
      const current = scope()
      const name = uniqueName(current)
      const { cluster } = current
      current.onEnd(() => cluster.deleteGroup(name))
      return name
    },
    async reset() {
      const current = scope()
      await runTask(current, { kind: 'reset', topic: '*' }, async () => {
        await noteLogs(current)
        await current.cluster.reset()
      })
    },
    group(id) {
      checkName('group', id)
      scope().touch(id)
      return new GroupHandle(id, scope)
    },
    client: (overrides) => openClient(scope(), overrides),
    producer: (config) => begunBy(kafka.producer, () => openProducer(scope(), config)),
    consumer: (config) => begunBy(kafka.consumer, () => openConsumer(scope(), config)),
    admin: () => begunBy(kafka.admin, () => openAdmin(scope())),
    redact(what = 'all') {
      if (what !== 'all') checkOptions('kafka.redact()', what, { records: flag, checks: flag })
      scope().redact(what === 'all' ? { records: true, checks: true } : what)
    },
    settled(options) {
      return begunBy(kafka.settled, () => settled(scope(), options))
    },
    busy(work) {
      if (typeof work !== 'function') throw new TypeError(`kafka.busy(): a function that does the work is wanted`)
      return busy(scope().cluster, work)
    },
  }
  return kafka
}

async function createTopic<K, V>(
  scope: () => Scope,
  name: string = uniqueName(scope()),
  options: NewTopicOptions<K, V> = {},
): Promise<Topic<K, V>> {
  checkName('topic', name)
  checkOptions(`kafka.createTopic('${name}')`, options, newTopicOptions)
  const { key, value, ...rest } = options
  const current = scope()
  current.touch(name)
  learnTags(current, name, options)
  const { cluster } = current
  const isNew = await runTask(current, { kind: 'create topic', topic: name }, () => cluster.createTopic(name, rest))
  if (isNew && !cluster.endsWithFile) {
    current.onEnd(() => cluster.deleteTopic(name))
  }
  return new TopicHandle(name, scope, { key, value })
}

async function settled(scope: Scope, options: SettledOptions = {}): Promise<void> {
  checkOptions('kafka.settled()', options, { quiet: duration, within: duration, also: promises, timeout: duration })
  const { quiet, timeout } = options
  const deadline = deadlineOf(scope, timeout)
  const late = within(scope, deadline, timeout)
  const also = Promise.all([options.also ?? []].flat())
  await inTime(also, deadline, () => new Error(`kafka.settled(): what \`also\` waits for is not done ${late}`))
  // A fixed time is waited for whatever the timeout is.
  const wait =
    options.within === undefined
      ? { quiet, deadline }
      : { within: options.within, deadline: deadlineOf(scope, Number.POSITIVE_INFINITY) }
  const began = now()
  const result = await untilSettled(scope, wait)
  if (result.settled) return noteUnknown(scope, result.notes, began)
  const hint = result.hint === undefined ? '' : `\n${result.hint}`
  throw new Error(`kafka.settled(): not at rest ${late}: ${result.waitingFor.join('; ')}${hint}`)
}

/** What a rest that counts as one could not know stands in the history, as that of a check does. */
function noteUnknown({ recorder, testId: test, attempt, began }: Scope, notes: string[], at: number): void {
  if (notes.length === 0) return
  recorder.write({
    type: 'check',
    test,
    attempt,
    matcher: 'settled',
    negated: false,
    subject: 'kafka',
    verdict: 'passed',
    at: at - began.at,
    duration: now() - at,
    expected: null,
    actual: null,
    message: null,
    closest: null,
    paths: [],
    notes,
  })
}

const promises: OptionKind = {
  wanted: 'a promise, or a list of them',
  holds: (value) => [value].flat().every((one) => typeof (one as Partial<PromiseLike<unknown>>)?.then === 'function'),
}

const serde: OptionKind = {
  wanted: 'a serde { serialize, deserialize } (json() with its brackets)',
  holds: (value) => {
    const { serialize, deserialize } = (value ?? {}) as Partial<Serde<unknown>>
    return typeof serialize === 'function' && typeof deserialize === 'function'
  },
}

const newTopicOptions = {
  key: serde,
  value: serde,
  partitions: positive,
  replicas: positive,
  config: topicConfig,
  ifExists: oneOf('fail', 'use'),
}

function checkName(what: string, name: unknown): void {
  if (typeof name !== 'string' || name === '') {
    throw new TypeError(`kafka.${what}(): its name is ${JSON.stringify(name) ?? name}, a string is wanted`)
  }
}

/** For rules that select by a tag of the schema. */
function learnTags({ redaction: { rules } }: Scope, topic: string, serdes: TopicOptions<unknown, unknown> = {}): void {
  rules?.learn(topic, 'key', serdes.key?.tags)
  rules?.learn(topic, 'value', serdes.value?.tags)
}

/** A name that says which test it is of, and that no other has. */
function uniqueName({ testName, cluster }: Scope): string {
  const words = testName
    .replaceAll(/[^A-Za-z0-9._-]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 60)
  return `${cluster.prefix}${words === '' ? 'topic' : words}-${randomUUID().slice(0, 8)}`
}
