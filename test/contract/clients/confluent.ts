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
      producer(config?: { kafkaJS: { transactionalId: string } }): Producer
      consumer(config: { kafkaJS: ConsumerConfig }): kafkajs.Consumer
    }
    logLevel: { NOTHING: kafkajs.logLevel }
  }
}

type Producer = Omit<kafkajs.Producer, 'transaction'> & { transaction(): Promise<Transaction> }

/** The consumer stands where kafkajs has its group. */
type Transaction = Omit<kafkajs.Transaction, 'sendOffsets'> & {
  sendOffsets(offsets: kafkajs.Offsets & { consumer: kafkajs.Consumer }): Promise<void>
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
    const isTransactional = variant === 'transactional'
    const producer = kafka.producer(isTransactional ? { kafkaJS: { transactionalId: groupId } } : undefined)
    const autoCommit = variant !== 'manual commit' && !isTransactional && variant !== 'no commit'
    // One variant has librdkafka's own 5 s, the others what a test would set.
    const autoCommitInterval = variant === 'pass-through' ? 5000 : 100
    const consumer = kafka.consumer({ kafkaJS: { groupId, fromBeginning: true, autoCommit, autoCommitInterval } })
    const messagesOf = (value: string) => ({ topic: output, messages: [{ value }] })
    const produce = (value: string) => producer.send(messagesOf(value))
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
          const done = { partition, offset: String(Number(offset) + 1) }
          if (isTransactional) {
            const transaction = await producer.transaction()
            await handle(String(value), (value) => transaction.send(messagesOf(value)))
            await transaction.sendOffsets({ consumer, topics: [{ topic, partitions: [done] }] })
            await transaction.commit()
            return
          }
          await handle(String(value), produce)
          if (variant === 'manual commit') await consumer.commitOffsets([{ topic, ...done }])
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
