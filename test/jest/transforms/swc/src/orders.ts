import { Kafka, logLevel } from 'kafkajs'

const kafka = new Kafka({ brokers: (process.env.KAFKA_BROKERS ?? '').split(','), logLevel: logLevel.NOTHING })

export async function order(sku: string): Promise<void> {
  const producer = kafka.producer()
  await producer.connect()
  await producer.send({ topic: 'orders', messages: [{ key: sku, value: JSON.stringify({ sku }) }] })
  await producer.disconnect()
}
