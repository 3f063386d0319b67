import { expect, test } from 'vitest'
import { json } from '../../src/serdes/json.ts'
import { isReal, setUp } from '../support/kafka.ts'

test('one record returns where it went, many return a list', async () => {
  await using setting = await setUp()
  const topic = setting.kafka.topic('orders')
  const first = await topic.produce({ key: 'o-1', value: { sku: 'lamp' } })
  expect(first).toEqual({ topic: 'orders', partition: 0, offset: 0, timestamp: expect.any(Date) })
  const more = await topic.produce([{ value: 'a' }, { value: Buffer.from([0xff, 0]) }, { key: 'o-1', value: null }])
  expect(more.map(({ offset }) => offset)).toEqual([1, 2, 3])
  expect(await topic.records()).toEqual([
    expect.objectContaining({ key: 'o-1', value: { sku: 'lamp' }, offset: 0 }),
    expect.objectContaining({ key: null, value: 'a' }),
    expect.objectContaining({ value: Buffer.from([0xff, 0]) }),
    expect.objectContaining({ key: 'o-1', value: null }),
  ])
})

test('headers hold text, bytes, nothing and repeated names; partition and timestamp are kept', async () => {
  await using setting = await setUp({ broker: { partitions: 3 } })
  const topic = setting.kafka.topic('orders')
  const timestamp = new Date('2026-01-02T03:04:05.678Z')
  const headers = { type: 'created', trace: Buffer.from([0xff]), tag: ['a', null, 'b'], empty: '', none: null }
  const produced = await topic.produce({ value: 'x', partition: 2, timestamp, headers })
  expect(produced).toEqual({ topic: 'orders', partition: 2, offset: 0, timestamp })
  const [record] = await topic.records()
  expect(record).toEqual({
    topic: 'orders',
    partition: 2,
    offset: 0,
    timestamp,
    key: null,
    value: 'x',
    headers: { type: 'created', trace: Buffer.from([0xff]), tag: ['a', null, 'b'], empty: '', none: null },
  })
  expect(record!.raw.headers.filter(([name]) => name === 'tag')).toEqual([
    ['tag', Buffer.from('a')],
    ['tag', null],
    ['tag', Buffer.from('b')],
  ])
  await expect(topic.receive({ headers: { none: null, tag: ['a', null, 'b'] } })).resolves.toEqual(record)
  const asMember = await topic.consume({ group: 'reader', from: 'beginning', take: 1 })
  expect(asMember).toEqual([record])
  const stored = setting.lines.filter((line) => line.type === 'record').map((line) => line.headers)
  const content = (data: string) => ({ encoding: 'utf8', bytes: data.length, truncated: false, data })
  for (const of of stored) {
    expect(of.filter(({ name }) => name === 'tag' || name === 'none')).toEqual([
      { name: 'tag', value: content('a') },
      { name: 'tag', value: null },
      { name: 'tag', value: content('b') },
      { name: 'none', value: null },
    ])
  }
  expect(stored).toHaveLength(4)
})

test('the offset of each record is known, however they spread over partitions and requests', async () => {
  await using setting = await setUp({ broker: { partitions: 4 } })
  const topic = setting.kafka.topic('orders')
  const inputs = Array.from({ length: 2500 }, (_, index) => ({ key: `k-${index % 37}`, value: { index } }))
  const produced = await topic.produce(inputs)
  const records = await topic.records()
  expect(records).toHaveLength(2500)
  const at = new Map(records.map((record) => [`${record.partition}@${record.offset}`, record.value]))
  for (const [index, { partition, offset }] of produced.entries()) {
    expect(at.get(`${partition}@${offset}`)).toEqual({ index })
  }
  expect(new Set(produced.map(({ partition }) => partition)).size).toBe(4)
})

test('an asynchronous iterable is produced as it comes', async () => {
  await using setting = await setUp()
  async function* orders() {
    yield { key: 'a', value: 1 }
    yield { key: 'b', value: 2 }
  }
  expect(await setting.kafka.topic('orders').produce(orders())).toHaveLength(2)
  expect(await setting.kafka.topic('orders').produce([])).toEqual([])
})

test.each(['gzip', 'snappy', 'lz4', 'zstd'] as const)('%s compresses, and is read back', async (compression) => {
  await using setting = await setUp()
  const topic = setting.kafka.topic('orders')
  const value = 'lamp '.repeat(1000)
  await topic.produce([{ value }, { value: 'other' }], { compression })
  expect((await topic.records()).map((record) => record.value)).toEqual([value, 'other'])
  expect((await topic.consume({ take: 2, group: 'g' })).map((record) => record.value)).toEqual([value, 'other'])
})

test('an application that registered no codec still fails', async () => {
  await using setting = await setUp()
  await setting.kafka.topic('orders').produce({ value: 'x' }, { compression: 'lz4' })
  const { CompressionTypes, logLevel } = await import('kafkajs')
  const producer = setting.kafka.client({ logLevel: logLevel.NOTHING }).producer()
  await producer.connect()
  const send = producer.send({ topic: 'orders', compression: CompressionTypes.LZ4, messages: [{ value: 'x' }] })
  await expect(send).rejects.toThrow('LZ4 compression not implemented')
})

test('acks 0 and 1, and an idempotent producer', async () => {
  await using setting = await setUp()
  const topic = setting.kafka.topic('orders')
  expect(await topic.produce({ value: 'first' }, { acks: 0 })).toMatchObject({ offset: -1 })
  await topic.receive({ value: 'first' })
  expect(await topic.produce({ value: 'second' }, { acks: 1 })).toMatchObject({ offset: 1 })
  expect(await topic.produce([{ value: '3' }, { value: '4' }], { idempotent: true })).toHaveLength(2)
  expect(await topic.produce([{ value: '5' }], { idempotent: true })).toMatchObject([{ offset: 4 }])
  await expect(topic.produce({ value: 'x' }, { idempotent: true, acks: 1 })).rejects.toThrow('needs acks: -1')
})

test('a topic that grew takes records in its new partitions', async () => {
  await using setting = await setUp()
  const topic = setting.kafka.topic('orders')
  await topic.produce({ value: 'x' })
  const admin = await setting.kafka.admin()
  await admin.createPartitions({ topicPartitions: [{ topic: 'orders', count: 3 }] })
  expect(await topic.produce({ value: 'y', partition: 2 })).toMatchObject({ partition: 2, offset: 0 })
})

test.each([
  [{ value: 'x', partition: 3 }, 'record 0 has partition 3, the topic has 1 partition, 0'],
  [{ valeu: 'x' }, 'record 0 has a field "valeu", did you mean "value"?'],
  [{ key: 'x' }, 'record 0 has no value; a tombstone has value: null'],
  ['x', 'is "x"; pass { key, value }'],
  [{ value: 'x', timestamp: new Date('never') }, 'a valid Date or milliseconds are wanted'],
  [{ value: 'x', partition: -1 }, 'has partition -1'],
  [{ value: 'x', headers: { a: 3 } }, 'has 3 in header "a"; text, bytes or null are wanted'],
  [{ value: () => {} }, `serde "auto" can't write the value`],
])('%j is refused', async (input, message) => {
  await using setting = await setUp()
  await expect(setting.kafka.topic('orders').produce([input] as never)).rejects.toThrow(message)
})

test('an unknown or wrong option is refused, naming the nearest right one', async () => {
  await using setting = await setUp()
  const topic = setting.kafka.topic('orders')
  await expect(topic.produce({ value: 1 }, { compresion: 'gzip' } as never)).rejects.toThrow('"compression"')
  await expect(topic.produce({ value: 1 }, { compression: 'brotli' } as never)).rejects.toThrow('"snappy"')
})

test.skipIf(isReal)('without automatic creation a missing topic is an error that says what to do', async () => {
  await using setting = await setUp({ broker: { autoCreateTopics: false } })
  await expect(setting.kafka.topic('orders').produce({ value: 1 })).rejects.toThrow("kafka.createTopic('orders')")
})

test('a serde may be asynchronous, and its error names the record', async () => {
  await using setting = await setUp()
  const serde = {
    name: 'registry',
    serialize: async (value: number) => {
      if (value === 13) throw new Error('13 is no number')
      return Buffer.from([value])
    },
    deserialize: async (bytes: Buffer) => bytes[0]!,
  }
  const topic = setting.kafka.topic('numbers', { value: serde })
  await topic.produce({ value: 7 })
  expect((await topic.receive({ value: 7 })).value).toBe(7)
  await expect(topic.produce([{ value: 1 }, { value: 13 }])).rejects.toThrow(
    `produce to numbers: record 1: serde "registry" can't write the value: 13 is no number`,
  )
})

test('what is produced is recorded: the task with its sums, and each record', async () => {
  await using setting = await setUp()
  await setting.kafka.topic('orders', { value: json() }).produce([{ key: 'k', value: 'ab' }])
  const task = setting.lines.find((line) => line.type === 'task')
  expect(task).toMatchObject({ kind: 'produce', topic: 'orders', status: 'passed', records: 1, bytes: 5, error: null })
  expect(setting.lines.find((line) => line.type === 'record')).toMatchObject({
    direction: 'produced',
    topic: 'orders',
    partition: 0,
    offset: 0,
    task: (task as { id: string }).id,
    key: { data: 'k' },
    value: { data: '"ab"' },
    serde: { key: 'auto', value: 'json' },
  })
})
