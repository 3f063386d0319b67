import { randomUUID } from 'node:crypto'
import type { Kafka } from 'kafkajs'
import { client, createTopic, within } from '../support/client.ts'
import { embeddedElsewhere, embeddedHere } from '../support/embedded.ts'
import type { Outcome, RealKafka } from '../support/figure.ts'
import { startKfake } from '../support/kfake.ts'
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
  const kfake = await startKfake()
  try {
    const outcomes: Outcome[] = []
    for (const [size, load] of Object.entries(sizes)) {
      const subjects: Record<string, () => Promise<Rates>> = {
        'real Kafka': () => measure(client(real.brokers), load),
        elsewhere: () => measure(client(elsewhere.brokers), load),
        here: () => measure(client(here.brokers), load),
      }
      if (kfake !== undefined) subjects.kfake = () => measure(client(kfake.brokers), load)
      const rates = await interleave(subjects, { rounds: 5, warmUp: 1 })
      for (const way of ['produce', 'consume'] as const) {
        const rate = (name: string) => median((rates[name] ?? []).map((one) => one[way]))
        outcomes.push(
          against(
            `${way} ${size}, broker in a process of its own`,
            rate('elsewhere'),
            'real Kafka',
            rate('real Kafka'),
          ),
          against(`${way} ${size}, broker in the same process`, rate('here'), 'real Kafka', rate('real Kafka')),
        )
        if (kfake !== undefined) {
          outcomes.push(against(`${way} ${size}, against kfake`, rate('elsewhere'), 'kfake', rate('kfake')))
        }
      }
    }
    return outcomes
  } finally {
    await kfake?.[Symbol.asyncDispose]()
    await elsewhere.close()
    await here.close()
  }
}

function against(what: string, embedded: number, other: string, compared: number): Outcome {
  return {
    name: `kafkajs ${what}`,
    measured: embedded / compared,
    unit: 'times',
    goal: { atLeast: 1 },
    details: { 'embedded records/s': embedded, [`${other} records/s`]: compared },
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
