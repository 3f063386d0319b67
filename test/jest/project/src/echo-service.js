import { Kafka, logLevel } from 'kafkajs'

// Connects when it is imported, as many applications do.
const kafka = new Kafka({
  clientId: 'echo-service',
  brokers: (process.env.KAFKA_BROKERS ?? '').split(','),
  logLevel: logLevel.NOTHING,
})
const producer = kafka.producer()
const connected = producer.connect()

export async function emit(topic, key, value) {
  await connected
  await producer.send({ topic, messages: [{ key, value: JSON.stringify(value) }] })
}

/** Copies every record of a topic to another; never disconnects. */
export async function startEcho(from, to) {
  await connected
  const consumer = kafka.consumer({ groupId: `echo-${from}` })
  await consumer.connect()
  await consumer.subscribe({ topic: from, fromBeginning: true })
  await consumer.run({
    eachMessage: ({ message }) => producer.send({ topic: to, messages: [{ key: message.key, value: message.value }] }),
  })
}
