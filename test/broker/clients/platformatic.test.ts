import {
  Admin,
  CompressionAlgorithms,
  Consumer,
  ListOffsetTimestamps,
  type Message,
  MessagesStreamModes,
  ProduceAcks,
  Producer,
  stringDeserializers,
  stringSerializers,
} from '@platformatic/kafka'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type OpenBroker, openBroker } from '../../../src/broker/listener.ts'

type Text = Message<string, string, string, string>

let broker: OpenBroker
let closing: { close(force?: boolean): unknown }[]

beforeEach(async () => {
  broker = await openBroker()
  closing = []
})
afterEach(async () => {
  for (const client of closing) await client.close(client instanceof Consumer)
  await broker.close()
})

function open<Client extends { close(force?: boolean): unknown }>(client: Client): Client {
  closing.push(client)
  return client
}

const options = () => ({ clientId: 'app', bootstrapBrokers: [...broker.brokers] })

const producer = (more: { idempotent?: boolean } = {}) =>
  open(new Producer({ ...options(), ...more, autocreateTopics: true, serializers: stringSerializers }))

async function consume(topic: string, count: number): Promise<Text[]> {
  const consumer = open(new Consumer({ ...options(), groupId: 'reader', deserializers: stringDeserializers }))
  const stream = await consumer.consume({ topics: [topic], mode: MessagesStreamModes.EARLIEST, autocommit: true })
  const received: Text[] = []
  for await (const message of stream) {
    received.push(message)
    if (received.length === count) break
  }
  return received
}

describe('@platformatic/kafka', () => {
  test.each(Object.values(CompressionAlgorithms))(
    'reads back what it wrote, with compression %s',
    async (compression) => {
      const { offsets } = await producer().send({
        compression,
        acks: ProduceAcks.ALL,
        messages: [
          { topic: 'orders', key: 'o-1', value: 'one', headers: { type: 'created' }, timestamp: 1_700_000_000_000n },
          { topic: 'orders', key: 'o-2', value: 'x'.repeat(10_000) },
        ],
      })
      expect(offsets).toEqual([{ topic: 'orders', partition: 0, offset: 0n }])
      const [first, second] = await consume('orders', 2)
      expect(first).toMatchObject({ key: 'o-1', value: 'one', offset: 0n, timestamp: 1_700_000_000_000n })
      expect([...first!.headers]).toEqual([['type', 'created']])
      expect(second).toMatchObject({ key: 'o-2', value: 'x'.repeat(10_000), offset: 1n })
    },
  )

  test('writes idempotently', async () => {
    const idempotent = producer({ idempotent: true })
    for (const value of ['a', 'b', 'c']) {
      await idempotent.send({ acks: ProduceAcks.ALL, messages: [{ topic: 'orders', key: 'k', value }] })
    }
    expect((await consume('orders', 3)).map(({ value }) => value)).toEqual(['a', 'b', 'c'])
  })

  test('administers topics', async () => {
    const admin = open(new Admin(options()))
    const created = await admin.createTopics({ topics: ['orders'], partitions: 2, replicas: 1 })
    expect(created).toMatchObject([{ name: 'orders', partitions: 2, replicas: 1 }])
    expect(await admin.listTopics()).toEqual(['orders'])
    const metadata = await admin.metadata({ topics: ['orders'] })
    expect(metadata.topics.get('orders')).toMatchObject({ partitionsCount: 2 })
    await admin.deleteTopics({ topics: ['orders'] })
    expect(await admin.listTopics()).toEqual([])
  })

  test('lists offsets, by time too', async () => {
    const timestamps = [1_700_000_000_000n, 1_700_000_001_000n]
    for (const timestamp of timestamps) {
      await producer().send({ messages: [{ topic: 'orders', key: 'k', value: 'v', timestamp }] })
    }
    const consumer = open(new Consumer({ ...options(), groupId: 'reader' }))
    const offsets = async (timestamp: bigint) =>
      (await consumer.listOffsets({ topics: ['orders'], timestamp })).get('orders')
    expect(await offsets(ListOffsetTimestamps.EARLIEST)).toEqual([0n])
    expect(await offsets(ListOffsetTimestamps.LATEST)).toEqual([2n])
    expect(await offsets(1_700_000_000_500n)).toEqual([1n])
  })
})
