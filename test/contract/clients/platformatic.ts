import { once } from 'node:events'
import {
  Consumer,
  type Message,
  type MessagesStream,
  MessagesStreamFallbackModes,
  MessagesStreamModes,
  Producer,
  stringDeserializers,
  stringSerializers,
} from '@platformatic/kafka'
import { type Client, type ServiceOptions, type Variant, variants, versionOf } from './service.ts'

type Stream = MessagesStream<string, string, string, string>
type Received = Message<string, string, string, string>

const commitsWhatIsHandled: readonly Variant[] = ['manual commit', 'transactional', 'crashing']

/** Fetches ahead into its buffer. Its `autocommit` commits what it has fetched, handled or not. */
export const platformatic: Client = {
  name: '@platformatic/kafka',
  version: versionOf('@platformatic/kafka'),
  variants,
  evidence: (variant) => (commitsWhatIsHandled.includes(variant) ? 'commit' : undefined),
  async start({ brokers: bootstrapBrokers, groupId, input, output, variant, handle }: ServiceOptions) {
    const isTransactional = variant === 'transactional'
    const producer = new Producer({
      clientId: 'service',
      bootstrapBrokers,
      serializers: stringSerializers,
      ...(isTransactional && { idempotent: true, transactionalId: groupId }),
    })
    const consumer = new Consumer({
      clientId: 'service',
      bootstrapBrokers,
      groupId,
      deserializers: stringDeserializers,
    })
    const commits = variant === 'manual commit' || variant === 'crashing'
    const stream = await consumer.consume({
      topics: [input],
      mode: MessagesStreamModes.COMMITTED,
      fallbackMode: MessagesStreamFallbackModes.EARLIEST,
      maxWaitTime: 500,
      autocommit: !commits && !isTransactional && variant !== 'no commit',
    })
    const take = async (message: Received) => {
      if (isTransactional) {
        const transaction = await producer.beginTransaction()
        await transaction.addConsumer(consumer)
        await handle(message.value, (value) => transaction.send({ messages: [{ topic: output, value }] }))
        await transaction.addOffset(message)
        await transaction.commit()
        return
      }
      await handle(message.value, (value) => producer.send({ messages: [{ topic: output, value }] }))
      if (commits) await message.commit()
    }
    // What a handler throws ends the service, as it ends an application that doesn't catch it.
    const work = (variant === 'batch' ? takeBatches(stream, take) : takeAll(stream, take)).catch(() =>
      consumer.close(true),
    )
    return {
      groupId,
      async stop() {
        await consumer.close(true)
        await Promise.all([producer.close(), work])
      },
    }
  },
}

async function takeAll(stream: Stream, take: (message: Received) => Promise<void>): Promise<void> {
  for await (const message of stream) await take(message)
}

/** All that the buffer has at a time. */
async function takeBatches(stream: Stream, take: (message: Received) => Promise<void>): Promise<void> {
  const closed = once(stream, 'close')
  while (!stream.destroyed) {
    const batch: Received[] = []
    for (let next = stream.read(); next !== null; next = stream.read()) batch.push(next)
    for (const message of batch) await take(message)
    if (batch.length === 0) await Promise.race([once(stream, 'readable'), closed])
  }
}
