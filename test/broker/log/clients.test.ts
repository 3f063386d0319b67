import { zstdCompressSync } from 'node:zlib'
import { Producer, stringSerializers } from '@platformatic/kafka'
import { lz4Compress, snappyCompress } from '@platformatic/wasm-utils'
import kafkajs from 'kafkajs'
import { afterAll, afterEach, beforeEach, expect, test } from 'vitest'
import { type OpenBroker, openBroker } from '../../../src/broker/listener.ts'
import { BatchView, decodeRecords } from '../../../src/broker/log/batch.ts'

const { CompressionCodecs, CompressionTypes, logLevel } = kafkajs

/** kafkajs brings gzip only; the others are what its users plug in. Here it only writes. */
const codec = (compress: (bytes: Buffer) => Uint8Array) => () => ({
  compress: async ({ buffer }: { buffer: Buffer }) => Buffer.from(compress(buffer)),
})
// Fast files share their modules.
const codecs = { ...CompressionCodecs }
afterAll(() => void Object.assign(CompressionCodecs, codecs))
CompressionCodecs[CompressionTypes.Snappy] = codec(snappyCompress)
CompressionCodecs[CompressionTypes.LZ4] = codec(lz4Compress)
CompressionCodecs[CompressionTypes.ZSTD] = codec(zstdCompressSync)

let broker: OpenBroker
beforeEach(async () => {
  broker = await openBroker()
})
afterEach(() => broker.close())

/** The only batch of a topic, as it came. */
async function stored(): Promise<Buffer> {
  const [batch, ...others] = (await broker.load()).topics.get('orders')!.partitions[0]!.batchesFrom(0)
  expect(others).toEqual([])
  return batch!.bytes
}

const timestamp = 1_700_000_000_000
const large = 'x'.repeat(100_000)
const expected = [
  { offset: 0, timestamp, key: Buffer.from('o-1'), value: Buffer.from('one'), headers: [['type', Buffer.from('a')]] },
  { offset: 1, timestamp: timestamp + 1, key: Buffer.from('o-2'), value: Buffer.from(large), headers: [] },
]

test.each([
  ['none', CompressionTypes.None],
  ['gzip', CompressionTypes.GZIP],
  ['snappy', CompressionTypes.Snappy],
  ['lz4', CompressionTypes.LZ4],
  ['zstd', CompressionTypes.ZSTD],
] as const)('a batch that kafkajs writes with compression %s is read', async (name, compression) => {
  const client = new kafkajs.Kafka({ brokers: [...broker.brokers], logLevel: logLevel.NOTHING })
  const producer = client.producer()
  await producer.connect()
  const messages = [
    { key: 'o-1', value: 'one', headers: { type: 'a' }, timestamp: String(timestamp) },
    { key: 'o-2', value: large, timestamp: String(timestamp + 1) },
  ]
  await producer.send({ topic: 'orders', compression, messages })
  await producer.disconnect()
  expect(new BatchView(await stored()).compression).toBe(name)
  expect(decodeRecords(await stored())).toEqual(expected)
})

test.each(['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const)(
  'a batch that @platformatic/kafka writes with compression %s is read',
  async (compression) => {
    const producer = new Producer({
      clientId: 'app',
      bootstrapBrokers: [...broker.brokers],
      serializers: stringSerializers,
      autocreateTopics: true,
    })
    const of = { topic: 'orders', partition: 0 }
    const messages = [
      { ...of, key: 'o-1', value: 'one', headers: { type: 'a' }, timestamp: BigInt(timestamp) },
      { ...of, key: 'o-2', value: large, timestamp: BigInt(timestamp + 1) },
    ]
    await producer.send({ compression, messages })
    await producer.close()
    expect(new BatchView(await stored()).compression).toBe(compression)
    expect(decodeRecords(await stored())).toEqual(expected)
  },
)
