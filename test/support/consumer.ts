import { type Consumer, type ConsumerConfig, logLevel } from 'kafkajs'
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

export interface PassThroughOptions extends Partial<ConsumerConfig> {
  from?: string
  fromBeginning?: boolean
  to: string
  /** The value of what is written for a record, under its key. */
  answer?: (value: string) => unknown
  headers?: Record<string, string>
  clientId?: string
}

/** A service that writes a record for each that it reads, by kafkajs as an application has it. */
export async function startPassThrough(kafka: Kafka, options: PassThroughOptions): Promise<Consumer> {
  const { from = 'orders', fromBeginning = true, to, answer = JSON.parse, headers = {}, ...rest } = options
  const { clientId = 'order-service', groupId = 'order-service', ...config } = rest
  const client = kafka.client({ clientId, logLevel: logLevel.NOTHING })
  const producer = client.producer()
  const consumer = client.consumer({ groupId, ...config })
  await Promise.all([producer.connect(), consumer.connect()])
  await consumer.subscribe({ topic: from, fromBeginning })
  const joined = new Promise<void>((resolve) => consumer.on(consumer.events.GROUP_JOIN, () => resolve()))
  await consumer.run({
    async eachMessage({ message: { key, value } }) {
      const answered = JSON.stringify(await answer(String(value)))
      await producer.send({ topic: to, messages: [{ key, value: answered, headers }] })
    },
  })
  await joined
  return consumer
}
