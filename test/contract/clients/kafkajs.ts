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
    const producer = kafka.producer(
      variant === 'transactional' ? { transactionalId: groupId, idempotent: true, maxInFlightRequests: 1 } : {},
    )
    // Without retries a handler that throws takes its consumer out of the group at once.
    const retry = variant === 'crashing' ? { retries: 0, restartOnFailure: async () => false } : undefined
    const consumer = kafka.consumer({ groupId, maxWaitTimeInMs: 500, retry })
    const messagesOf = (value: string) => ({ topic: output, messages: [{ value }] })
    const produce = (value: string) => producer.send(messagesOf(value))
    await Promise.all([producer.connect(), consumer.connect()])
    await consumer.subscribe({ topics: [input], fromBeginning: true })
    const autoCommit = variant !== 'manual commit' && variant !== 'transactional' && variant !== 'no commit'
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
          const done = { partition, offset: String(Number(offset) + 1) }
          if (variant === 'transactional') {
            const transaction = await producer.transaction()
            await handle(String(value), (value) => transaction.send(messagesOf(value)))
            await transaction.sendOffsets({ consumerGroupId: groupId, topics: [{ topic, partitions: [done] }] })
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
