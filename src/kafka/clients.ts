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
import { now } from '../broker/clock.ts'
import { ownClientId } from '../execution/event-line.ts'
import { inTime } from './in-time.ts'
import { kafkajs } from './kafkajs.ts'
import { printErrors } from './log.ts'
import type { Scope } from './scope.ts'
import { type Sockets, trackSockets } from './sockets.ts'
import { deadlineOf } from './waiting.ts'

/** Milliseconds that a client may take to close before its sockets are cut. */
const CLOSE_TIMEOUT = 2000

/** A kafkajs client for the cluster, whose consumers, producers and admins close when the test ends. */
export function openClient(scope: Scope, overrides: Partial<KafkaConfig> = {}): KafkaJS {
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
      scope.touched.add(config.groupId)
      return closing(consumer.call(client, { ...config, retry: untilOver(config.retry, () => isOver) }))
    },
    producer: (config?: ProducerConfig) => closing(producer.call(client, config)),
    admin: (config?: AdminConfig) => closing(admin.call(client, config)),
  })
}

/** A consumer that crashes starts again and again, which has to end with the test. */
function untilOver(retry: ConsumerConfig['retry'], isOver: () => boolean): ConsumerConfig['retry'] {
  const restartOnFailure = async (error: Error): Promise<boolean> =>
    !isOver() && ((await retry?.restartOnFailure?.(error)) ?? true)
  // 5 is kafkajs's own default for consumers.
  return { retries: 5, ...retry, restartOnFailure }
}

/** Closes a client; when that takes too long its sockets are cut. What it says meanwhile concerns no test. */
export async function close(client: { disconnect(): Promise<void> }, sockets: Sockets): Promise<void> {
  const closed = client.disconnect().catch(() => {})
  await inTime(closed, now() + CLOSE_TIMEOUT, () => new Error('it takes too long')).catch(() => sockets.cut())
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
  await inTime(
    client.connect(),
    deadlineOf(scope),
    () => new Error(`kafka.${what}(): no connection to ${brokers} within ${scope.defaultTimeout} ms.`),
  )
  return client
}
