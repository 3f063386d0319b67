import { randomUUID } from 'node:crypto'
import type { Kafka } from 'kafkajs'
import { client, createTopic, within } from '../support/client.ts'
import { embeddedElsewhere, embeddedHere } from '../support/embedded.ts'
import type { Outcome, RealKafka } from '../support/figure.ts'
import { interleave, median } from '../support/statistics.ts'

const batch = 500
const sizes = { '100 B': { bytes: 100, records: 60_000 }, '1 KB': { bytes: 1024, records: 30_000 } }

interface Rates {
  produce: number
  consume: number
}

/** Records a second of one kafkajs producer and one consumer, batches of 500, one partition, without compression. */
export default async function throughput(real: RealKafka): Promise<Outcome[]> {
  if ('missing' in real) return [{ name: 'kafkajs throughput, embedded against real Kafka', skipped: real.missing }]
  const here = await embeddedHere()
  const elsewhere = await embeddedElsewhere()
  try {
    const outcomes: Outcome[] = []
    for (const [size, load] of Object.entries(sizes)) {
      const rates = await interleave(
        {
          real: () => measure(client(real.brokers), load),
          elsewhere: () => measure(client(elsewhere.brokers), load),
          here: () => measure(client(here.brokers), load),
        },
        { rounds: 5, warmUp: 1 },
      )
      for (const way of ['produce', 'consume'] as const) {
        const of = (name: keyof typeof rates) => median(rates[name].map((rate) => rate[way]))
        for (const place of ['elsewhere', 'here'] as const) {
          outcomes.push({
            name: `kafkajs ${way} ${size}, broker in ${place === 'here' ? 'the same process' : 'a process of its own'}`,
            measured: of(place) / of('real'),
            unit: 'times',
            goal: { atLeast: 1 },
            details: { 'embedded records/s': of(place), 'real Kafka records/s': of('real') },
          })
        }
      }
    }
    return outcomes
  } finally {
    await elsewhere.close()
    await here.close()
  }
}

async function measure(kafka: Kafka, { bytes, records }: { bytes: number; records: number }): Promise<Rates> {
  const topic = await createTopic(kafka)
  return { produce: await produce(kafka, topic, bytes, records), consume: await consume(kafka, topic, records) }
}

export async function produce(kafka: Kafka, topic: string, bytes: number, records: number): Promise<number> {
  const producer = kafka.producer()
  await producer.connect()
  const messages = Array.from({ length: batch }, () => ({ value: Buffer.alloc(bytes, 'v') }))
  const begun = performance.now()
  for (let sent = 0; sent < records; sent += batch) await producer.send({ topic, messages })
  const seconds = (performance.now() - begun) / 1000
  await producer.disconnect()
  return records / seconds
}

/** From the first batch's arrival to the last's, so that joining the group isn't part of it. */
export async function consume(kafka: Kafka, topic: string, records: number): Promise<number> {
  const consumer = kafka.consumer({ groupId: randomUUID() })
  await consumer.connect()
  await consumer.subscribe({ topic, fromBeginning: true })
  const { promise, resolve } = Promise.withResolvers<number>()
  let seen = 0
  let counted = 0
  let begun = 0
  await consumer.run({
    eachBatch: async ({ batch }) => {
      if (begun === 0) begun = performance.now()
      else counted += batch.messages.length
      seen += batch.messages.length
      if (seen === records) resolve((counted / (performance.now() - begun)) * 1000)
    },
  })
  const rate = await within(60_000, `${records} records of ${topic}`, promise)
  await consumer.disconnect()
  return rate
}
