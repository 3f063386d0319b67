import type {
  Admin,
  AdminConfig,
  Consumer,
  ConsumerConfig,
  KafkaConfig,
  Kafka as KafkaJS,
  Producer,
  ProducerConfig,
} from 'kafkajs'
import { ownClientId } from '../base/client-ids.ts'
import { after } from '../base/clock.ts'
import { inTime } from '../base/in-time.ts'
import { type Sockets, trackSockets } from '../cluster/sockets.ts'
import { anything, checkOptions, type OptionKind, text } from '../config/options.ts'
import { kafkajs } from './kafkajs.ts'
import { printErrors } from './log.ts'
import type { Scope } from './scope.ts'
import { deadlineOf, within } from './waiting.ts'

/** Milliseconds that a client may take to close before its sockets are cut. */
const CLOSE_TIMEOUT = 2000
/**
 * Milliseconds that a consumer sleeps where it has nothing to fetch, because all is paused or it has no partition; kafkajs
 * takes the longest wait of a Fetch for it, 5 s, and can't be closed meanwhile. The embedded broker's waits are shorter.
 */
const SLEEP = 500

const clientOptions = optionsOf<KafkaConfig>({
  brokers: anything,
  ssl: anything,
  sasl: anything,
  clientId: anything,
  connectionTimeout: anything,
  authenticationTimeout: anything,
  reauthenticationThreshold: anything,
  requestTimeout: anything,
  enforceRequestTimeout: anything,
  retry: anything,
  socketFactory: anything,
  logLevel: anything,
  logCreator: anything,
})
const producerOptions = optionsOf<ProducerConfig>({
  createPartitioner: anything,
  retry: anything,
  metadataMaxAge: anything,
  allowAutoTopicCreation: anything,
  idempotent: anything,
  transactionalId: anything,
  transactionTimeout: anything,
  maxInFlightRequests: anything,
})
const consumerOptions = optionsOf<ConsumerConfig>({
  groupId: text,
  partitionAssigners: anything,
  metadataMaxAge: anything,
  sessionTimeout: anything,
  rebalanceTimeout: anything,
  heartbeatInterval: anything,
  maxBytesPerPartition: anything,
  minBytes: anything,
  maxBytes: anything,
  maxWaitTimeInMs: anything,
  retry: anything,
  allowAutoTopicCreation: anything,
  maxInFlightRequests: anything,
  readUncommitted: anything,
  rackId: anything,
})

/** kafkajs takes any name in its configs and says nothing; every one that its types have must be here. */
function optionsOf<Config>(known: Record<keyof Config & string, OptionKind>): Record<string, OptionKind> {
  return known
}

/** A kafkajs client for the cluster, whose consumers, producers and admins close when the test ends. */
export function openClient(scope: Scope, overrides: Partial<KafkaConfig> = {}): KafkaJS {
  checkOptions('kafka.client()', overrides, clientOptions)
  const { Kafka, logLevel } = kafkajs()
  const sockets = trackSockets(overrides.socketFactory)
  let isOver = false
  scope.onEnd(() => {
    isOver = true
  })
  const quiet = overrides.logLevel === undefined && overrides.logCreator === undefined
  const client = new Kafka({
    clientId: ownClientId,
    brokers: [...scope.cluster.brokers],
    ...scope.cluster.security,
    ...(quiet ? { logLevel: logLevel.ERROR, logCreator: printErrors(() => isOver) } : {}),
    ...overrides,
    socketFactory: sockets.factory,
  })
  const { consumer, producer, admin } = client
  const closing = <T extends { disconnect(): Promise<void> }>(opened: T): T => {
    scope.onEnd(() => {
      isOver = true
      return close(opened, sockets)
    })
    return opened
  }
  return Object.assign(client, {
    consumer(config: ConsumerConfig) {
      checkOptions('kafka.consumer()', config, consumerOptions)
      scope.touch(config.groupId)
      const isEmbedded = scope.cluster.deterministic
      const opened = consumer.call(client, {
        ...(isEmbedded ? { maxWaitTimeInMs: SLEEP } : {}),
        ...config,
        retry: untilOver(config.retry, () => isOver),
      })
      return closing(isEmbedded ? opened : subscribingToMissing(opened, scope))
    },
    producer(config?: ProducerConfig) {
      checkOptions('kafka.producer()', config, producerOptions)
      return closing(producer.call(client, config))
    },
    admin: (config?: AdminConfig) => closing(admin.call(client, config)),
  })
}

/** kafkajs fails on a topic that a real cluster creates only when it is asked for it: so it is asked before. */
function subscribingToMissing(consumer: Consumer, { cluster }: Scope): Consumer {
  const { subscribe } = consumer
  consumer.subscribe = async (subscription) => {
    const named = 'topics' in subscription ? subscription.topics : [subscription.topic]
    for (const topic of named) if (typeof topic === 'string') await cluster.ensureTopic(topic)
    return subscribe(subscription)
  }
  return consumer
}

/** A consumer that crashes starts again and again, which has to end with the test. */
function untilOver(retry: ConsumerConfig['retry'], isOver: () => boolean): ConsumerConfig['retry'] {
  const restartOnFailure = async (error: Error): Promise<boolean> =>
    !isOver() && ((await retry?.restartOnFailure?.(error)) ?? true)
  // 5 is kafkajs's own default for consumers.
  return { retries: 5, ...retry, restartOnFailure }
}

/** Closes a client; when that takes too long its sockets are cut. What it says meanwhile concerns no test. */
async function close(client: { disconnect(): Promise<void> }, sockets: Sockets): Promise<void> {
  const closed = client.disconnect().catch(() => {})
  await inTime(closed, after(CLOSE_TIMEOUT), () => new Error('it takes too long')).catch(() => sockets.cut())
}

/** A connected consumer, closed when the test ends. */
export function openConsumer(scope: Scope, config: ConsumerConfig): Promise<Consumer> {
  return connect(scope, 'consumer', openClient(scope).consumer(config))
}

/** A connected producer, closed when the test ends. */
export function openProducer(scope: Scope, config?: ProducerConfig): Promise<Producer> {
  return connect(scope, 'producer', openClient(scope).producer(config))
}

/** A connected admin, closed when the test ends. */
export function openAdmin(scope: Scope): Promise<Admin> {
  return connect(scope, 'admin', openClient(scope).admin())
}

async function connect<T extends { connect(): Promise<void> }>(scope: Scope, what: string, client: T): Promise<T> {
  const brokers = scope.cluster.brokers.join(',')
  const deadline = deadlineOf(scope)
  const late = (): Error => new Error(`kafka.${what}(): no connection to ${brokers} ${within(scope, deadline)}.`)
  await inTime(client.connect(), deadline, late)
  return client
}
