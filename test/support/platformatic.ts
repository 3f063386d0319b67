import { Consumer, type Message, MessagesStreamModes, stringDeserializers } from '@platformatic/kafka'
import type { Scope } from '../../src/kafka/scope.ts'

type StringMessage = Message<string, string, string, string>

export interface PlatformaticOptions {
  scope: Scope
  groupId?: string
  topic?: string
  /** As the client takes it; its default is `true`: it commits what it has received, be it handled or not. */
  autocommit?: boolean | number
  handle: (message: StringMessage) => unknown
}

/** A service on @platformatic/kafka: it takes one record after the other. Resolves when it has its partitions. */
export async function startPlatformatic(options: PlatformaticOptions): Promise<{ close(): Promise<void> }> {
  const { scope, groupId = 'order-service', topic = 'orders', autocommit, handle } = options
  const consumer = new Consumer({
    clientId: groupId,
    bootstrapBrokers: [...scope.cluster.brokers],
    groupId,
    retries: 0,
    deserializers: stringDeserializers,
  })
  const stream = await consumer.consume({
    topics: [topic],
    mode: MessagesStreamModes.EARLIEST,
    ...(autocommit === undefined ? {} : { autocommit }),
  })
  const work = async (): Promise<void> => {
    for await (const message of stream) await handle(message)
  }
  const closed = work().catch(() => {})
  let closing: Promise<void> | undefined
  const close = (): Promise<void> => {
    closing ??= Promise.resolve(consumer.close(true)).then(() => {})
    return closing
  }
  scope.onEnd(async () => {
    await close()
    await closed
  })
  return { close }
}
