import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { type OpenBroker, openBroker } from '../../src/broker/listener.ts'
import { BatchView, decodeRecords, setBaseOffset } from '../../src/broker/log/batch.ts'
import { crc32c } from '../../src/broker/log/crc32c.ts'
import { batchOfMessageSet, messageSetOfBatch } from '../../src/broker/log/message-set.ts'
import type { BrokerOptions } from '../../src/broker/options.ts'
import { batch, Conversation } from './apis/scenarios.ts'
import { RawClient } from './raw-client.ts'

let broker: OpenBroker
let on: Conversation
let lines: string[]

async function start(options: BrokerOptions = {}): Promise<void> {
  lines = []
  broker = await openBroker({ log: (line) => lines.push(line), ...options })
  on = new Conversation(await RawClient.connect(broker.brokers[0]!))
  await on.createTopic('a')
}
beforeEach(() => start())
afterEach(() => broker.close())

async function fetched(offset: number, version = 12): Promise<Buffer> {
  const { responses } = await on.client.request('Fetch', version, {
    maxWaitMs: 0,
    minBytes: 1,
    topics: [
      { topic: on.name('a'), partitions: [{ partition: 0, fetchOffset: offset, partitionMaxBytes: 1_000_000 }] },
    ],
  })
  return responses[0]!.partitions[0]!.records!
}

const values = (bytes: Buffer) => decodeRecords(bytes).map(({ offset, value }) => [offset, String(value)])

test('a batch is stored as it came, but for its place', async () => {
  await on.produce('a', batch(['x', 'y']))
  const sent = batch(['z'], { compression: 'lz4' })
  await on.produce('a', sent)
  const stored = await fetched(2)
  expect(new BatchView(stored).baseOffset).toBe(2)
  setBaseOffset(sent, 2)
  expect(stored).toEqual(sent)
})

test.each([
  [0, 0],
  [1, 0],
  [2, 1],
] as const)(
  'Produce version %i takes message sets of magic %i, and they are read as batches',
  async (version, magic) => {
    const set = messageSetOfBatch(batch(['x', 'y']), magic)
    expect(await on.produce('a', set, { version, acks: 1 })).toMatchObject({ errorCode: 0, baseOffset: 0 })
    expect(await on.produce('a', set, { version, acks: 1 })).toMatchObject({ errorCode: 0, baseOffset: 2 })
    expect(values(await fetched(2))).toEqual([
      [2, 'x'],
      [3, 'y'],
    ])
  },
)

test.each([0, 1, 2, 3])('Fetch version %i gives message sets', async (version) => {
  await on.produce('a', batch(['x', 'y'], { compression: 'gzip' }))
  const set = await fetched(0, version)
  expect(set.readInt8(16)).toBe(version < 2 ? 0 : 1)
  expect(values(batchOfMessageSet(set)).map(([, value]) => value)).toEqual(['x', 'y'])
})

test('ListOffsets version 0 gives lists', async () => {
  await on.produce('a', batch(['x', 'y']))
  const list = async (timestamp: number) =>
    (await on.listOffset('a', timestamp, 0, { maxNumOffsets: 5 })).oldStyleOffsets
  expect(await list(-1)).toEqual([2, 0])
  expect(await list(-2)).toEqual([0])
})

test('with the time of the broker, records carry it', async () => {
  await on.createTopic('timed', { 'message.timestamp.type': 'LogAppendTime' })
  const { logAppendTimeMs } = await on.produce('timed', batch(['x', 'y']))
  expect(await on.listOffset('timed', logAppendTimeMs)).toMatchObject({ offset: 0, timestamp: logAppendTimeMs })
})

test('a batch whose records are none is kept from those who look for a time', async () => {
  const odd = batch(['x'.repeat(50)])
  odd.fill(0xff, 61)
  sealed(odd)
  expect(await on.produce('a', odd)).toMatchObject({ errorCode: 0 })
  await on.produce('a', batch(['y']))
  expect(await on.listOffset('a', 0)).toMatchObject({ errorCode: 0, offset: 1 })
})

/** With a checksum that is right. */
function sealed(bytes: Buffer): void {
  bytes.writeUInt32BE(crc32c(bytes.subarray(21)), 17)
}

test('acks 0 with an error closes the connection, since nothing else can tell', async () => {
  const client = await RawClient.connect(broker.brokers[0]!)
  void client.request('Produce', 9, {
    acks: 0,
    topicData: [{ name: 'not-there', partitionData: [{ index: 0, records: batch(['x']) }] }],
  })
  await expect.poll(() => lines).toHaveLength(1)
  expect(lines[0]).toContain(
    'Produce: acks is 0, so only this tells the producer: not-there-0: UNKNOWN_TOPIC_OR_PARTITION',
  )
})

test('a partition that is full drops its oldest records, and says so once', async () => {
  await broker.close()
  await start({ maxPartitionBytes: 10_000 })
  for (let index = 0; index < 50; index += 1) await on.produce('a', batch(['x'.repeat(1000)]))
  const { bytes, logStartOffset, endOffset } = (await broker.load()).topics.get(on.name('a'))!.partitions[0]!
  expect(bytes).toBeLessThanOrEqual(10_000)
  expect(endOffset).toBe(50)
  expect(logStartOffset).toBeGreaterThan(40)
  expect(lines).toHaveLength(1)
  expect(lines[0]).toMatch(/holds more than 10000 bytes, so its oldest records are dropped; raise maxPartitionBytes/)
  expect((await on.fetch('a', 0)).responses).toMatchObject([[{ errorCode: 1 }]])
})

test('a Fetch waits for as many bytes as it asks for', async () => {
  await broker.close()
  await start({ strict: { fetchWait: true } })
  const answer = on.fetch('a', 0, { maxWaitMs: 5_000, minBytes: 100 })
  const other = new Conversation(await RawClient.connect(broker.brokers[0]!))
  const send = () =>
    other.client.request('Produce', 9, {
      acks: 1,
      topicData: [{ name: on.name('a'), partitionData: [{ index: 0, records: batch(['x']) }] }],
    })
  await send()
  await send()
  expect((await answer).responses[0]![0]!.records).toBe(2 * batch(['x']).length)
})

test('a topic that is deleted while a Fetch waits for it is unknown', async () => {
  await broker.close()
  await start({ strict: { fetchWait: true } })
  const state = await broker.load()
  // A Fetch that waits listens for rebalances of its client's groups.
  const listeners = (): number => state.events.listenerCount('group state')
  const before = listeners()
  const answer = on.fetch('a', 0, { maxWaitMs: 60_000 })
  await vi.waitUntil(() => listeners() > before, { interval: 1 })
  state.topics.delete(state.topics.get(on.name('a'))!)
  expect((await answer).responses).toMatchObject([[{ errorCode: 3 }]])
})

test('what happens is told: topics, appends, fetches', async () => {
  const { events } = await broker.load()
  const told: unknown[] = []
  for (const name of ['topic created', 'produced', 'received', 'topic deleted'] as const) {
    events.on(name, ({ at, ...event }: { at: number }) => told.push([name, at > 1_700_000_000_000, on.plain(event)]))
  }
  await on.createTopic('b', {}, 3)
  await on.produce('a', batch(['x', 'y']))
  await on.fetch('a', 1)
  await on.client.request('DeleteTopics', 6, { topics: [{ name: on.name('a') }] })
  const place = { topic: 'topic-a', partition: 0, lastOffset: 1, bytes: batch(['x', 'y']).length, clientId: 'raw' }
  expect(told).toEqual([
    ['topic created', true, { kind: 'topic created', topic: 'topic-b', partitions: 3 }],
    ['produced', true, { kind: 'produced', ...place, sequence: 1, firstOffset: 0, records: 2 }],
    ['received', true, { kind: 'received', ...place, firstOffset: 1 }],
    ['topic deleted', true, { topic: 'topic-a' }],
  ])
})
