import { createRequire } from 'node:module'
import { join } from 'node:path'
import type * as kafkajs from 'kafkajs'
import { confluentFolder } from '../../../scripts/confluent-kafka-javascript.ts'
import { type Client, type ServiceOptions, variants, versionOf } from './service.ts'

const name = '@confluentinc/kafka-javascript'

/** What is used of it: an interface like that of kafkajs over librdkafka. */
interface Confluent {
  KafkaJS: {
    Kafka: new (config: {
      kafkaJS: kafkajs.KafkaConfig
    }) => {
      producer(): kafkajs.Producer
      consumer(config: { kafkaJS: ConsumerConfig }): kafkajs.Consumer
    }
    logLevel: { NOTHING: kafkajs.logLevel }
  }
}

interface ConsumerConfig {
  groupId: string
  fromBeginning: boolean
  autoCommit: boolean
  /** Milliseconds. */
  autoCommitInterval: number
}

/** Fetches ahead; what it commits by the clock is what was handled. */
export const confluent: Client = {
  name,
  ...installed(),
  variants,
  evidence: () => 'commit',
  async start({ brokers, groupId, input, output, variant, handle }: ServiceOptions) {
    const { KafkaJS } = load()
    const kafka = new KafkaJS.Kafka({ kafkaJS: { clientId: 'service', brokers, logLevel: KafkaJS.logLevel.NOTHING } })
    const producer = kafka.producer()
    const autoCommit = variant !== 'manual commit' && variant !== 'no commit'
    // One variant has librdkafka's own 5 s, the others what a test would set.
    const autoCommitInterval = variant === 'pass-through' ? 5000 : 100
    const consumer = kafka.consumer({ kafkaJS: { groupId, fromBeginning: true, autoCommit, autoCommitInterval } })
    const produce = (value: string) => producer.send({ topic: output, messages: [{ value }] })
    await Promise.all([producer.connect(), consumer.connect()])
    await consumer.subscribe({ topics: [input] })
    if (variant === 'batch') {
      await consumer.run({
        eachBatch: async ({ batch }) => {
          for (const { value } of batch.messages) await handle(String(value), produce)
        },
      })
    } else {
      await consumer.run({
        eachMessage: async ({ topic, partition, message: { offset, value } }) => {
          await handle(String(value), produce)
          if (variant !== 'manual commit') return
          await consumer.commitOffsets([{ topic, partition, offset: String(Number(offset) + 1) }])
        },
      })
    }
    return { groupId, stop: () => Promise.all([consumer.disconnect(), producer.disconnect()]) }
  },
}

function installed(): Pick<Client, 'version' | 'missing'> {
  try {
    load()
    return { version: versionOf(name, join(confluentFolder, 'package.json')) }
  } catch {
    return { version: 'missing', missing: 'npm run install:clients' }
  }
}

function load(): Confluent {
  return createRequire(join(confluentFolder, 'package.json'))(name) as Confluent
}
