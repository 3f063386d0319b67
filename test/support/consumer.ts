import type { ConsumerConfig } from 'kafkajs'
import type { Kafka } from '../../src/kafka/kafka.ts'

/** A consumer as an application has it; each record waits at a gate, so that a test decides when it is handled. */
export interface Application {
  /** Resolves when the next record has come to the handler. */
  busy(): Promise<string>
  /** Lets the record that waits, and all that follow, through. */
  release(): void
  disconnect(): Promise<void>
}

export interface ApplicationOptions extends Partial<ConsumerConfig> {
  topic?: string
  clientId?: string
  autoCommit?: boolean
  /** Whether records wait. Default: no. */
  gated?: boolean
  /** What is done with each record. */
  handle?: (value: string) => unknown
}

/** Starts it, and resolves when it has its partitions. */
export async function startApplication(kafka: Kafka, options: ApplicationOptions = {}): Promise<Application> {
  const { topic = 'orders', clientId = 'order-service', autoCommit, gated = false, handle, ...config } = options
  const consumer = kafka.client({ clientId }).consumer({ groupId: 'order-service', ...config })
  const gate = Promise.withResolvers<void>()
  let arrived = Promise.withResolvers<string>()
  if (!gated) gate.resolve()
  await consumer.connect()
  await consumer.subscribe({ topic, fromBeginning: true })
  const joined = new Promise<void>((resolve) => consumer.on(consumer.events.GROUP_JOIN, () => resolve()))
  await consumer.run({
    autoCommit,
    eachMessage: async ({ message }) => {
      arrived.resolve(String(message.value))
      await gate.promise
      await handle?.(String(message.value))
    },
  })
  await joined
  return {
    async busy() {
      const value = await arrived.promise
      arrived = Promise.withResolvers()
      return value
    },
    release: gate.resolve,
    disconnect: () => consumer.disconnect(),
  }
}
