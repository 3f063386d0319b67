import { randomUUID } from 'node:crypto'
import type { Consumer, Kafka } from 'kafkajs'
import { client, createTopic, within } from '../support/client.ts'
import { embeddedElsewhere } from '../support/embedded.ts'
import type { Outcome, RealKafka } from '../support/figure.ts'
import { interleave, median } from '../support/statistics.ts'

interface Times {
  join: number
  disconnect: number
}

const names = { join: 'second kafkajs consumer joins an idle group', disconnect: 'idle kafkajs consumer disconnects' }

/** What a test waits for when consumers come and go: with real Kafka, for the end of a long poll. */
export default async function group(real: RealKafka): Promise<Outcome[]> {
  const embedded = await embeddedElsewhere()
  try {
    const subjects: Record<string, () => Promise<Times>> = { embedded: () => measure(client(embedded.brokers)) }
    if ('brokers' in real) subjects.real = () => measure(client(real.brokers))
    const times = await interleave(subjects, { rounds: 5, warmUp: 1 })
    return (['join', 'disconnect'] as const).map((what): Outcome => {
      const of = (name: string) => median((times[name] ?? []).map((time) => time[what]))
      if ('missing' in real) return { name: names[what], measured: of('embedded'), unit: 'ms', details: {} }
      return {
        name: `${names[what]}, real Kafka against embedded`,
        measured: of('real') / of('embedded'),
        unit: 'times',
        details: { 'embedded ms': of('embedded'), 'real Kafka ms': of('real') },
      }
    })
  } finally {
    await embedded.close()
  }
}

async function measure(kafka: Kafka): Promise<Times> {
  const topic = await createTopic(kafka)
  const groupId = randomUUID()
  const first = await join(kafka, groupId, topic)
  await idle(first)
  const begun = performance.now()
  const second = await join(kafka, groupId, topic)
  const joined = performance.now()
  await idle(second)
  const leaving = performance.now()
  await second.disconnect()
  const left = performance.now()
  await first.disconnect()
  return { join: joined - begun, disconnect: left - leaving }
}

async function join(kafka: Kafka, groupId: string, topic: string): Promise<Consumer> {
  const consumer = kafka.consumer({ groupId })
  await consumer.connect()
  await consumer.subscribe({ topic })
  const { promise, resolve } = Promise.withResolvers<void>()
  const stop = consumer.on(consumer.events.GROUP_JOIN, () => resolve())
  await consumer.run({ eachMessage: async () => {} })
  await within(60_000, 'the group', promise)
  stop()
  return consumer
}

/** Resolves when the consumer has begun a fetch that nothing answers before its time is up. */
async function idle(consumer: Consumer): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const stop = consumer.on(consumer.events.FETCH_START, () => resolve())
  await within(60_000, 'the next fetch', promise)
  stop()
}
