import { gunzipSync, gzipSync, zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import { lz4Compress, lz4Decompress, snappyCompress, snappyDecompress } from '@platformatic/wasm-utils'
import kafkajs, { type Kafka, type KafkaMessage, type PartitionAssigner } from 'kafkajs'
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type OpenBroker, openBroker } from '../../../src/broker/listener.ts'

const { CompressionCodecs, CompressionTypes, ConfigResourceTypes, logLevel } = kafkajs

/** kafkajs brings gzip only; the others are what its users plug in. */
const codec = (compress: (bytes: Buffer) => Uint8Array, decompress: (bytes: Buffer) => Uint8Array) => () => ({
  compress: async ({ buffer }: { buffer: Buffer }) => Buffer.from(compress(buffer)),
  decompress: async (buffer: Buffer) => Buffer.from(decompress(buffer)),
})
// Fast files share their modules.
const codecs = { ...CompressionCodecs }
afterAll(() => void Object.assign(CompressionCodecs, codecs))
CompressionCodecs[CompressionTypes.GZIP] = codec(gzipSync, gunzipSync)
CompressionCodecs[CompressionTypes.ZSTD] = codec(zstdCompressSync, zstdDecompressSync)
CompressionCodecs[CompressionTypes.Snappy] = codec(snappyCompress, snappyDecompress)
CompressionCodecs[CompressionTypes.LZ4] = codec(lz4Compress, lz4Decompress)

let broker: OpenBroker
let kafka: Kafka

beforeEach(async () => {
  broker = await openBroker()
  kafka = new kafkajs.Kafka({ brokers: [...broker.brokers], clientId: 'app', logLevel: logLevel.NOTHING })
})
afterEach(() => broker.close())

/** Reads a topic from its beginning until `count` records are there. */
async function consume(
  topic: string,
  count: number,
  groupId = 'reader',
): Promise<(KafkaMessage & { partition: number })[]> {
  // While it has no offset, kafkajs waits for this time instead of fetching.
  const consumer = kafka.consumer({ groupId, maxWaitTimeInMs: 100 })
  await consumer.connect()
  await consumer.subscribe({ topic, fromBeginning: true })
  const received: (KafkaMessage & { partition: number })[] = []
  await new Promise<void>((resolve) => {
    void consumer.run({
      eachMessage: async ({ message, partition }) => {
        received.push({ ...message, partition })
        if (received.length === count) resolve()
      },
    })
  })
  await consumer.disconnect()
  return received
}

describe('kafkajs', () => {
  test.each([
    ['none', CompressionTypes.None],
    ['gzip', CompressionTypes.GZIP],
    ['snappy', CompressionTypes.Snappy],
    ['lz4', CompressionTypes.LZ4],
    ['zstd', CompressionTypes.ZSTD],
  ])('reads back what it wrote, with compression %s', async (_, compression) => {
    const producer = kafka.producer()
    await producer.connect()
    const [answer] = await producer.send({
      topic: 'orders',
      compression,
      messages: [
        { key: 'o-1', value: 'one', headers: { type: 'created', more: ['a', 'b'] }, timestamp: '1700000000000' },
        { key: null, value: null },
        { value: Buffer.alloc(100_000, 'x') },
      ],
    })
    await producer.disconnect()
    expect(answer).toMatchObject({ topicName: 'orders', partition: 0, errorCode: 0, baseOffset: '0' })

    const [first, second, third] = await consume('orders', 3)
    expect(first).toMatchObject({ offset: '0', timestamp: '1700000000000', key: Buffer.from('o-1') })
    expect(first!.headers).toEqual({ type: Buffer.from('created'), more: [Buffer.from('a'), Buffer.from('b')] })
    expect(second).toMatchObject({ offset: '1', key: null, value: null })
    expect(third!.value).toEqual(Buffer.alloc(100_000, 'x'))
  })

  test('writes idempotently', async () => {
    const producer = kafka.producer({ idempotent: true, maxInFlightRequests: 1 })
    await producer.connect()
    for (const value of ['a', 'b', 'c']) await producer.send({ topic: 'orders', messages: [{ value }] })
    await producer.disconnect()
    expect((await consume('orders', 3)).map(({ value }) => String(value))).toEqual(['a', 'b', 'c'])
  })

  test('writes without waiting for an answer (acks 0)', async () => {
    const producer = kafka.producer()
    await producer.connect()
    await producer.send({ topic: 'orders', acks: 0, messages: [{ value: 'a' }] })
    expect(await consume('orders', 1)).toHaveLength(1)
    await producer.disconnect()
  })

  test('reads a record that is larger than it asks for', async () => {
    const consumer = kafka.consumer({ groupId: 'small', maxBytesPerPartition: 10, maxBytes: 10 })
    const producer = kafka.producer()
    await Promise.all([producer.connect(), consumer.connect()])
    await producer.send({ topic: 'orders', messages: [{ value: 'x'.repeat(50_000) }] })
    await consumer.subscribe({ topic: 'orders', fromBeginning: true })
    const size = await new Promise((resolve) => {
      void consumer.run({ eachMessage: async ({ message }) => resolve(message.value?.length) })
    })
    expect(size).toBe(50_000)
    await Promise.all([producer.disconnect(), consumer.disconnect()])
  })

  test('goes back to the beginning when its offset is gone', async () => {
    const admin = kafka.admin()
    const producer = kafka.producer()
    await Promise.all([admin.connect(), producer.connect()])
    await producer.send({ topic: 'orders', messages: [{ value: 'a' }, { value: 'b' }, { value: 'c' }] })
    await producer.send({ topic: 'orders', messages: [{ value: 'd' }] })
    // What admin.setOffsets does, which takes 5 s: kafkajs runs a whole consumer for it.
    const { groups, topics } = await broker.load()
    await admin.fetchTopicOffsets('orders')
    const [partition] = topics.get('orders')!.partitions
    groups.findOrCreate('reader').offsets.commit(partition!, { offset: 0, leaderEpoch: -1, metadata: '' }, 'test')
    await admin.deleteTopicRecords({ topic: 'orders', partitions: [{ partition: 0, offset: '2' }] })
    expect((await consume('orders', 2)).map(({ offset }) => offset)).toEqual(['2', '3'])
    await Promise.all([admin.disconnect(), producer.disconnect()])
  })

  test('administers topics', async () => {
    const admin = kafka.admin()
    await admin.connect()
    expect(
      await admin.createTopics({
        topics: [{ topic: 'orders', numPartitions: 2, configEntries: [{ name: 'retention.ms', value: '5000' }] }],
      }),
    ).toBe(true)
    expect(await admin.createTopics({ topics: [{ topic: 'orders' }] })).toBe(false)
    expect(await admin.listTopics()).toEqual(['orders'])
    await admin.createPartitions({ topicPartitions: [{ topic: 'orders', count: 3 }] })
    const { topics } = await admin.fetchTopicMetadata({ topics: ['orders'] })
    expect(topics[0]!.partitions.map(({ partitionId, leader }) => [partitionId, leader])).toEqual([
      [0, 1],
      [1, 1],
      [2, 1],
    ])
    expect(await admin.fetchTopicOffsets('orders')).toHaveLength(3)
    const resource = { type: ConfigResourceTypes.TOPIC, name: 'orders' }
    await admin.alterConfigs({
      validateOnly: false,
      resources: [{ ...resource, configEntries: [{ name: 'cleanup.policy', value: 'compact' }] }],
    })
    const { resources } = await admin.describeConfigs({
      includeSynonyms: true,
      resources: [{ ...resource, configNames: ['cleanup.policy', 'retention.ms'] }],
    })
    const entries = resources[0]!.configEntries
    expect(Object.fromEntries(entries.map(({ configName, configValue }) => [configName, configValue]))).toEqual({
      'cleanup.policy': 'compact',
      'retention.ms': '604800000',
    })
    await admin.deleteTopics({ topics: ['orders'] })
    expect(await admin.listTopics()).toEqual([])
    expect(await admin.describeCluster()).toMatchObject({
      controller: 1,
      brokers: [{ nodeId: 1, host: '127.0.0.1', port: broker.port }],
    })
    await admin.disconnect()
  })

  test('finds offsets by time', async () => {
    const admin = kafka.admin()
    const producer = kafka.producer()
    await Promise.all([admin.connect(), producer.connect()])
    for (const timestamp of ['1700000000000', '1700000001000', '1700000002000']) {
      await producer.send({ topic: 'orders', messages: [{ value: 'x', timestamp }] })
    }
    expect(await admin.fetchTopicOffsetsByTimestamp('orders', 1_700_000_000_500)).toEqual([
      { partition: 0, offset: '1' },
    ])
    expect(await admin.fetchTopicOffsetsByTimestamp('orders', 1_800_000_000_000)).toEqual([
      { partition: 0, offset: '3' },
    ])
    await Promise.all([admin.disconnect(), producer.disconnect()])
  })

  test('a waiting consumer takes a record when it comes', async () => {
    const producer = kafka.producer()
    await producer.connect()
    await producer.send({ topic: 'orders', messages: [{ value: 'a' }] })
    const received = consume('orders', 2)
    const state = await broker.load()
    await new Promise<void>((resolve) => state.events.once('received', () => resolve()))
    await producer.send({ topic: 'orders', messages: [{ value: 'b' }] })
    expect((await received).map(({ value }) => String(value))).toEqual(['a', 'b'])
    await producer.disconnect()
  })

  test('a second member joins without waiting for a heartbeat, and nothing is read twice', async () => {
    const admin = kafka.admin()
    const producer = kafka.producer()
    await Promise.all([admin.connect(), producer.connect()])
    await admin.createTopics({ topics: [{ topic: 'orders', numPartitions: 2 }] })
    const received: string[] = []
    const notice = Promise.withResolvers<void>()
    const start = async () => {
      const consumer = kafka.consumer({ groupId: 'orders' })
      await consumer.connect()
      await consumer.subscribe({ topic: 'orders', fromBeginning: true })
      const joined = new Promise<void>((resolve) => consumer.on('consumer.group_join', () => resolve()))
      await consumer.run({
        eachMessage: async ({ message }) => {
          received.push(String(message.value))
          if (received.length === 20) notice.resolve()
        },
      })
      await joined
      return consumer
    }
    const send = (from: number) =>
      producer.send({
        topic: 'orders',
        messages: Array.from({ length: 10 }, (_, index) => ({ value: String(from + index), partition: index % 2 })),
      })
    const first = await start()
    await send(0)
    const second = await start()
    await send(10)
    await notice.promise
    expect(new Set(received).size).toBe(20)
    const state = await broker.load()
    expect(state.groups.describe('orders')?.members).toHaveLength(2)
    await Promise.all([admin, producer, first, second].map((client) => client.disconnect()))
    expect(received).toHaveLength(20)
  })

  test('members of other groups are not disturbed by a rebalance', async () => {
    const state = await broker.load()
    state.topics.create('orders', { partitions: 2 })
    const join = async (groupId: string) => {
      const consumer = kafka.consumer({ groupId, heartbeatInterval: 100 })
      await consumer.connect()
      await consumer.subscribe({ topic: 'orders' })
      const joined = new Promise<void>((resolve) => consumer.on('consumer.group_join', () => resolve()))
      await consumer.run({ eachMessage: async () => {} })
      await joined
      return consumer
    }
    const bystander = await join('bystanders')
    const first = await join('payments')
    const generation = state.groups.describe('bystanders')!.generation
    const second = join('payments')
    // It has the same client id and partitions as the group that rebalances, so kafkajs's own heartbeat tells of it.
    await new Promise<void>((resolve) => {
      state.events.on('group state', ({ group: groupId, state: name, members }) => {
        if (groupId === 'payments' && name === 'Stable' && members === 2) resolve()
      })
    })
    expect(state.groups.describe('bystanders')!.generation).toBe(generation)
    await Promise.all([bystander, first, await second].map((consumer) => consumer.disconnect()))
  })

  test('members with an assignor of their own join and leave without waiting for a heartbeat', async () => {
    const state = await broker.load()
    state.topics.create('replies', { partitions: 2 })
    // As NestJS's clients do (helpers/kafka-reply-partition-assigner.js): version 1, with what version 0 has.
    const assigner: PartitionAssigner = (config) => ({
      ...kafkajs.PartitionAssigners.roundRobin(config),
      name: 'NestReplyPartitionAssigner',
      version: 1,
      protocol: ({ topics }) => ({
        name: 'NestReplyPartitionAssigner',
        metadata: kafkajs.AssignerProtocol.MemberMetadata.encode({ version: 1, topics, userData: Buffer.from('{}') }),
      }),
    })
    const stable = (members: number) =>
      new Promise<void>((resolve) => {
        const onState = (event: { state: string; members: number }) => {
          if (event.state !== 'Stable' || event.members !== members) return
          state.events.off('group state', onState)
          resolve()
        }
        state.events.on('group state', onState)
      })
    const join = async () => {
      const times = { heartbeatInterval: 60_000, sessionTimeout: 120_000 }
      const consumer = kafka.consumer({ groupId: 'replies-client', partitionAssigners: [assigner], ...times })
      await consumer.connect()
      await consumer.subscribe({ topic: 'replies' })
      await consumer.run({ eachMessage: async () => {} })
      return consumer
    }
    const alone = stable(1)
    const first = await join()
    await alone
    const both = stable(2)
    const second = await join()
    await both
    const subscriptions = state.groups.describe('replies-client')!.members.map(({ subscription }) => subscription)
    expect(subscriptions).toEqual([['replies'], ['replies']])
    const aloneAgain = stable(1)
    await second.disconnect()
    await aloneAgain
    await first.disconnect()
  })
})
