import { randomUUID } from 'node:crypto'
import { client, within } from '../support/client.ts'
import type { Outcome, RealKafka } from '../support/figure.ts'
import { startKafka } from '../support/real-kafka.ts'
import { median } from '../support/statistics.ts'
import { benchProject, fileTime, runTests, withPlugin } from '../support/vitest.ts'

const testFile = `import { expect, test } from 'kafka-testkit/vitest'

test('an order arrives', async ({ kafka }) => {
  await kafka.topic('orders').produce({ key: 'o-1', value: { sku: 'lamp' } })
  await expect(kafka.topic('orders')).toReceiveRecord({ key: 'o-1' })
})
`

/** A whole file "produce, expect" from nothing: the cluster's start, the clients' import, the first record. */
export default async function firstRecord(real: RealKafka): Promise<Outcome[]> {
  using project = benchProject({ 'orders.test.ts': testFile, 'vitest.config.ts': withPlugin })
  const times: number[] = []
  for (let round = 0; round < 5; round += 1) {
    const { files } = await runTests(project, 'vitest.config.ts')
    times.push(...files.map(fileTime))
  }
  const embedded = median(times)
  const name = 'a whole file "produce, expect"'
  if ('missing' in real) {
    return [
      { name: `${name}, embedded`, measured: embedded, unit: 'ms', details: {} },
      { name: `${name}, against real Kafka`, skipped: real.missing },
    ]
  }
  const realMs = await firstOfRealKafka()
  return [
    {
      name: `${name}, real Kafka (a bare process, no container) against embedded`,
      measured: realMs / embedded,
      unit: 'times',
      goal: { atLeast: 100 },
      details: { 'embedded ms': embedded, 'real Kafka ms': realMs },
    },
  ]
}

/** The same against a Kafka that was just started, by kafkajs alone. */
async function firstOfRealKafka(): Promise<number> {
  await using kafka = await startKafka()
  const begun = performance.now()
  const kafkajs = client(kafka.brokers)
  const producer = kafkajs.producer()
  await producer.connect()
  await producer.send({ topic: 'orders', messages: [{ key: 'o-1', value: 'lamp' }] })
  const consumer = kafkajs.consumer({ groupId: randomUUID() })
  await consumer.connect()
  await consumer.subscribe({ topic: 'orders', fromBeginning: true })
  const { promise, resolve } = Promise.withResolvers<void>()
  await consumer.run({ eachMessage: async () => resolve() })
  await within(60_000, 'the first record', promise)
  const first = performance.now() - begun
  await consumer.disconnect()
  await producer.disconnect()
  return kafka.startMs + first
}
