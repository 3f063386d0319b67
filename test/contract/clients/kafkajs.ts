import { Kafka, logLevel } from 'kafkajs'
import { type Client, type ServiceOptions, variants, versionOf } from './service.ts'

/** Takes a batch, handles it, commits it, and only then fetches again. */
export const kafkajs: Client = {
  name: 'kafkajs',
  version: versionOf('kafkajs'),
  variants,
  evidence: () => 'fetch',
  async start({ brokers, groupId, input, output, variant, handle }: ServiceOptions) {
    const kafka = new Kafka({ clientId: 'service', brokers, logLevel: logLevel.NOTHING })
    const producer = kafka.producer()
    // Without retries a handler that throws takes its consumer out of the group at once.
    const retry = variant === 'crashing' ? { retries: 0, restartOnFailure: async () => false } : undefined
    const consumer = kafka.consumer({ groupId, maxWaitTimeInMs: 500, retry })
    const produce = (value: string) => producer.send({ topic: output, messages: [{ value }] })
    await Promise.all([producer.connect(), consumer.connect()])
    await consumer.subscribe({ topics: [input], fromBeginning: true })
    const autoCommit = variant !== 'manual commit' && variant !== 'no commit'
    if (variant === 'batch') {
      await consumer.run({
        eachBatch: async ({ batch }) => {
          for (const { value } of batch.messages) await handle(String(value), produce)
        },
      })
    } else {
      await consumer.run({
        autoCommit,
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
