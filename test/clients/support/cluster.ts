import { randomUUID } from 'node:crypto'
import { type Admin, type ITopicConfig, Kafka, logLevel, type Message } from 'kafkajs'
import { openBroker } from '../../../src/broker/listener.ts'
import type { BrokerOptions } from '../../../src/broker/options.ts'

const real = process.env.KAFKA_TESTKIT_REAL_BROKERS

/**
 * Whether the scenarios run against Apache Kafka, to hold them to the truth: KAFKA_TESTKIT_REAL_BROKERS=host:port, or
 * =start to have one started.
 */
export const isReal: boolean = real !== undefined

/** The cluster that a file's clients talk to. */
export interface Cluster extends AsyncDisposable {
  /** `host:port` */
  readonly brokers: string
  readonly admin: Admin
  /** Creates a topic of a name that no other test has. */
  createTopic(options?: Omit<ITopicConfig, 'topic'>): Promise<string>
  produce(topic: string, messages: Message[]): Promise<void>
  /** Where each partition ends. */
  offsets(topic: string): Promise<number[]>
  describeGroup(groupId: string): Promise<{ state: string; members: string[] }>
  /** Produces a record `at <timestamp>` for each timestamp, to partition 0. */
  produceAt(topic: string, timestamps: readonly number[]): Promise<void>
}

export async function openCluster(options: BrokerOptions = {}): Promise<Cluster> {
  const broker = real === undefined ? await openBroker(options) : undefined
  const brokers = real ?? `${broker?.host}:${broker?.port}`
  const kafka = new Kafka({ brokers: [brokers], clientId: 'clients-suite', logLevel: logLevel.NOTHING })
  const admin = kafka.admin()
  await admin.connect()
  const produce: Cluster['produce'] = async (topic, messages) => {
    const producer = kafka.producer()
    await producer.connect()
    await producer.send({ topic, messages })
    await producer.disconnect()
  }
  return {
    brokers,
    admin,
    async createTopic(options = {}) {
      const topic = unique('topic')
      await admin.createTopics({ topics: [{ topic, ...options }], waitForLeaders: true })
      return topic
    },
    produce,
    produceAt: (topic, timestamps) =>
      produce(
        topic,
        timestamps.map((at) => ({ value: `at ${at}`, timestamp: String(at), partition: 0 })),
      ),
    async offsets(topic) {
      return (await admin.fetchTopicOffsets(topic)).map(({ high }) => Number(high))
    },
    async describeGroup(groupId) {
      const { groups } = await admin.describeGroups([groupId])
      return { state: groups[0]!.state, members: groups[0]!.members.map(({ memberId }) => memberId).sort() }
    },
    async [Symbol.asyncDispose]() {
      await admin.disconnect()
      await broker?.close()
    },
  }
}

export function unique(name: string): string {
  return `${name}-${randomUUID().slice(0, 8)}`
}
