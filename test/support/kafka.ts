import { Admin } from '@platformatic/kafka'
import { inject } from 'vitest'
import { type OpenBroker, openBroker } from '../../src/broker/listener.ts'
import type { BrokerOptions } from '../../src/broker/options.ts'
import type { Cluster } from '../../src/cluster/cluster.ts'
import { embeddedCluster } from '../../src/cluster/embedded.ts'
import { silenceNegativeTimeouts } from '../../src/cluster/negative-timeouts.ts'
import { realCluster } from '../../src/cluster/real.ts'
import type { WorkerCluster } from '../../src/config/worker-options.ts'
import { createKafka, type Kafka } from '../../src/kafka/kafka.ts'
import { type EarlierTest, type OpenScope, openScope, type Scope } from '../../src/kafka/scope.ts'
import { type Redaction, unredacted } from '../../src/redaction/redaction.ts'
import type { SpoolLine } from '../../src/run/recorder.ts'

/** What an adapter gives to a test: a broker of its own, and `kafka` in the scope of one attempt. */
export interface Setting extends AsyncDisposable {
  /** The embedded one; a test that looks into it runs on no real cluster. */
  readonly broker: OpenBroker
  readonly kafka: Kafka
  readonly scope: Scope
  /** What was recorded. */
  readonly lines: SpoolLine[]
  /** Ends the attempt, as when the test ends, and begins the next. */
  nextTest(): Promise<void>
}

export interface SettingOptions {
  broker?: BrokerOptions
  /** Milliseconds. Default 4000; on a real cluster 15000: a client may leave a group after five seconds only. */
  timeout?: number
  /** The runner's. Default: none. */
  testTimeout?: number
  redaction?: Partial<Redaction>
}

silenceNegativeTimeouts()

export type RealCluster = Exclude<WorkerCluster, { kind: 'embedded' }>

/** Of the run that has these tests on real Kafka, as the main process found it. */
const real = inject('real cluster') as RealCluster | undefined

/** Whether what a test is about can only be seen inside of the embedded broker. */
export const isReal: boolean = real !== undefined

export async function setUp({
  broker: options,
  timeout = isReal ? 15_000 : 4000,
  testTimeout = 0,
  redaction = {},
}: SettingOptions = {}): Promise<Setting> {
  const { broker, cluster } = await openCluster(options)
  const lines: SpoolLine[] = []
  const begun: EarlierTest[] = []
  const open = (): OpenScope => {
    const number = begun.length + 1
    const testName = number === 1 ? 'orders > a test' : `orders > test ${number}`
    const opened = openScope({
      cluster,
      testId: `test-${number}`,
      testName,
      file: 'orders.test.ts',
      attempt: 0,
      testTimeout,
      recorder: { write: (line) => lines.push(line), flush() {} },
      defaultTimeout: timeout,
      defaultWithin: 1000,
      earlier: begun,
      running: () => 1,
      redaction: () => ({ ...unredacted, ...redaction }),
    })
    begun.push(opened.scope)
    return opened
  }
  let opened = open()
  await cluster.pin?.(opened.scope.began)
  return {
    get broker() {
      if (broker === undefined) throw new Error('this test looks into the embedded broker: it needs embeddedOnly')
      return broker
    },
    kafka: createKafka({ scope: () => opened.scope }),
    get scope() {
      return opened.scope
    },
    lines,
    async nextTest() {
      await opened.end()
      opened = open()
      await cluster.pin?.(opened.scope.began)
    },
    async [Symbol.asyncDispose]() {
      await opened.end()
      await cluster.close()
    },
  }
}

/** A broker of its own; or the run's real cluster (test/real-kafka), emptied of what the test before left there. */
async function openCluster(options?: BrokerOptions): Promise<{ broker?: OpenBroker; cluster: Cluster }> {
  if (real === undefined) {
    const broker = await openBroker({ ...options, keepAlive: false })
    return { broker, cluster: embeddedCluster(broker) }
  }
  const cluster = realCluster(real)
  await emptyCluster(real.connection.brokers)
  const { partitions } = options ?? {}
  if (partitions === undefined) return { cluster }
  // What a broker gives a topic when nobody says how many is fixed there.
  const { ensureTopic } = cluster
  const ensureWide: Cluster['ensureTopic'] = async (name) => {
    const there = await cluster.topics()
    if (!there.some((topic) => topic.name === name)) await cluster.createTopic(name, { partitions })
    return ensureTopic(name)
  }
  return { cluster: { ...cluster, ensureTopic: ensureWide } }
}

/** Each test has a cluster without topics and groups, as an embedded one is. */
export async function emptyCluster(bootstrapBrokers: string[]): Promise<void> {
  const admin = new Admin({ clientId: 'suite', bootstrapBrokers, retries: 0 })
  const groups = [...(await admin.listGroups()).keys()]
  // A consumer that was busy when its test ended is a member until its session is over.
  for (const groupId of groups) {
    await admin.removeMembersFromConsumerGroup({ groupId, members: null }).catch(() => {})
  }
  if (groups.length > 0) await admin.deleteGroups({ groups })
  for (;;) {
    const topics = await admin.listTopics()
    if (topics.length === 0) break
    // One may be gone since it was listed.
    await admin.deleteTopics({ topics }).catch(() => {})
  }
  await admin.close()
}
