import { Kafka, logLevel } from 'kafkajs'

// Connects when it is imported, which only ES modules may wait for.
const kafka = new Kafka({ brokers: process.env.KAFKA_BROKERS.split(','), logLevel: logLevel.NOTHING })

const producer = kafka.producer()
await producer.connect()

export async function order(sku) {
  await producer.send({ topic: 'orders', messages: [{ key: sku, value: JSON.stringify({ sku }) }] })
}
