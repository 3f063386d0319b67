import { createRequire } from 'node:module'
import { createConnection, type Socket } from 'node:net'
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
import { clearTimeout, setTimeout } from '../broker/clock.ts'
import type { Cluster } from '../cluster/cluster.ts'
import { ownClientId } from '../execution/event-line.ts'
import { registerCodecs } from './codecs.ts'
import type { Scope } from './scope.ts'

export type KafkaJSModule = typeof import('kafkajs')
let loaded: KafkaJSModule | undefined

/** kafkajs, loaded (50 ms) when a test first produces or asks for a client; never the application's mocked one. */
export function kafkajs(): KafkaJSModule {
  if (loaded !== undefined) return loaded
  loaded = createRequire(import.meta.url)('kafkajs') as KafkaJSModule
  silenceNegativeTimeouts()
  registerCodecs(loaded)
  return loaded
}

/**
 * kafkajs 2.2.4 schedules its request queue with `throttledUntil = -1`, and Node 24 warns of each negative timeout
 * (tulios/kafkajs#1751). The warning says nothing to who writes a test; every other one goes through.
 */
function silenceNegativeTimeouts(): void {
  const emitWarning = process.emitWarning
  process.emitWarning = function (this: unknown, ...args: unknown[]) {
    const name = typeof args[1] === 'string' ? args[1] : (args[1] as { type?: string } | undefined)?.type
    if (name === 'TimeoutNegativeWarning' && /[\\/]kafkajs[\\/]/.test(new Error().stack ?? '')) return
    Reflect.apply(emitWarning, process, args)
  } as typeof process.emitWarning
}

/** Milliseconds that a client may take to close before its sockets are cut. */
const CLOSE_TIMEOUT = 2000

/**
 * A kafkajs client for the cluster, whose consumers, producers and admins close when the test ends. It logs nothing by
 * itself; KAFKAJS_LOG_LEVEL=debug (kafkajs's own variable) or `logLevel` make it talk.
 */
export function openClient(scope: Scope, overrides: Partial<KafkaConfig> = {}): KafkaJS {
  const { Kafka, logLevel } = kafkajs()
  const sockets = new Set<Socket>()
  const client = new Kafka({
    clientId: ownClientId,
    brokers: [...scope.cluster.brokers],
    logLevel: logLevel.NOTHING,
    // With TLS kafkajs's own does.
    ...(overrides.ssl === undefined ? { socketFactory: trackedSockets(sockets) } : {}),
    ...overrides,
  })
  const { consumer, producer, admin } = client
  const closing = <T extends { disconnect(): Promise<void> }>(opened: T): T => {
    scope.onEnd(() => closeInTime(() => opened.disconnect(), sockets))
    return opened
  }
  return Object.assign(client, {
    consumer: (config: ConsumerConfig) => closing(consumer.call(client, config)),
    producer: (config?: ProducerConfig) => closing(producer.call(client, config)),
    admin: (config?: AdminConfig) => closing(admin.call(client, config)),
  })
}

type SocketFactory = NonNullable<KafkaConfig['socketFactory']>

/** Sockets that don't keep the process alive, and can be cut when a client doesn't close by itself. */
function trackedSockets(sockets: Set<Socket>): SocketFactory {
  return ({ host, port, onConnect }) => {
    const socket = createConnection({ host, port }, onConnect)
    socket.setKeepAlive(true, 60_000)
    socket.setNoDelay(true)
    socket.unref()
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    return socket
  }
}

async function closeInTime(close: () => Promise<void>, sockets: Set<Socket>): Promise<void> {
  const { promise: late, resolve } = Promise.withResolvers<void>()
  const timer = setTimeout(() => {
    for (const socket of sockets) socket.destroy()
    resolve()
  }, CLOSE_TIMEOUT)
  // What a client says while it goes down concerns no test.
  await Promise.race([close().catch(() => {}), late])
  clearTimeout(timer)
}

/** Connected clients, closed when the test ends. */
export async function openConsumer(scope: Scope, config: ConsumerConfig): Promise<Consumer> {
  const consumer = openClient(scope).consumer(config)
  await consumer.connect()
  return consumer
}

export async function openProducer(scope: Scope, config?: ProducerConfig): Promise<Producer> {
  const producer = openClient(scope).producer(config)
  await producer.connect()
  return producer
}

export async function openAdmin(scope: Scope): Promise<Admin> {
  const admin = openClient(scope).admin()
  await admin.connect()
  return admin
}

interface SharedProducer {
  producer: Promise<Producer>
  sockets: Set<Socket>
}
const shared = new Map<Cluster, Map<boolean, SharedProducer>>()

/** The producer of the produce tasks: one a cluster (and one that is idempotent), connected at its first use. */
export function sharedProducer(cluster: Cluster, idempotent: boolean): Promise<Producer> {
  const ofCluster = shared.get(cluster) ?? new Map<boolean, SharedProducer>()
  shared.set(cluster, ofCluster)
  const known = ofCluster.get(idempotent)
  if (known !== undefined) return known.producer
  const { Kafka, logLevel } = kafkajs()
  const sockets = new Set<Socket>()
  const brokers = [...cluster.brokers]
  const client = new Kafka({
    clientId: ownClientId,
    brokers,
    logLevel: logLevel.NOTHING,
    socketFactory: trackedSockets(sockets),
  })
  const opened = client.producer({ idempotent, allowAutoTopicCreation: true })
  const producer = opened.connect().then(() => opened)
  ofCluster.set(idempotent, { producer, sockets })
  producer.catch(() => ofCluster.delete(idempotent))
  return producer
}

/** Closes the producers of a cluster: at the end of its test file. */
export async function closeProducers(cluster: Cluster): Promise<void> {
  const ofCluster = shared.get(cluster)
  shared.delete(cluster)
  for (const { producer, sockets } of ofCluster?.values() ?? []) {
    await closeInTime(async () => (await producer).disconnect(), sockets)
  }
}
