import { Kafka, logLevel } from 'kafkajs'

// Connects when it is imported, as many applications do.
const kafka = new Kafka({
  clientId: 'echo-service',
  brokers: (process.env.KAFKA_BROKERS ?? '').split(','),
  logLevel: logLevel.NOTHING,
})
const producer = kafka.producer()
await producer.connect()

export async function emit(topic: string, key: string, value: unknown): Promise<void> {
  await producer.send({ topic, messages: [{ key, value: JSON.stringify(value) }] })
}

/** Copies every record of a topic to another; never disconnects. */
export async function startEcho(from: string, to: string, delay = 0): Promise<void> {
  const consumer = kafka.consumer({ groupId: `echo-${from}` })
  await consumer.connect()
  await consumer.subscribe({ topic: from, fromBeginning: true })
  await consumer.run({
    eachMessage: async ({ message }) => {
      if (delay > 0) await new Promise((resolve) => setTimeout(resolve, delay))
      await producer.send({ topic: to, messages: [{ key: message.key, value: message.value }] })
    },
  })
}
