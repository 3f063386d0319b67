import { expect, test } from 'vitest'
import type { ClusterEvent, Mark, StartingPoint } from '../../src/cluster/cluster.ts'
import { startApplication } from '../support/consumer.ts'
import { type Setting, setUp } from '../support/kafka.ts'

async function read({ scope }: Setting, topic: string, from: StartingPoint): Promise<unknown[]> {
  const records = await scope.cluster.reader(topic, from).read()
  return records.map(({ partition, offset, value }) => [partition, offset, String(value)])
}

test('to take a mark, to read and to watch loads nothing', async () => {
  await using setting = await setUp()
  const { cluster } = setting.scope
  expect(cluster.mark()).toEqual({ at: expect.any(Number), sequence: 0 })
  cluster.onActivity(() => {})()
  expect(await cluster.topics()).toEqual([])
  expect(await cluster.groups()).toEqual([])
  expect(await cluster.group('none')).toBeUndefined()
  expect(await read(setting, 'orders', 'beginning')).toEqual([])
  expect(setting.broker.loaded).toBeUndefined()
})

test('a reader starts at a mark, the beginning, a time or an offset, and goes on from there', async () => {
  await using setting = await setUp()
  const { kafka, scope } = setting
  const orders = await kafka.createTopic('orders', { partitions: 2 })
  await orders.produce([
    { value: 'a', partition: 0, timestamp: new Date(1000) },
    { value: 'b', partition: 1, timestamp: new Date(2000) },
  ])
  const mark: Mark = scope.cluster.mark()
  const reader = scope.cluster.reader('orders', mark)
  expect(await reader.read()).toEqual([])
  await orders.produce({ value: 'c', partition: 0, timestamp: new Date(3000) })
  expect(await reader.read()).toMatchObject([
    { topic: 'orders', partition: 0, offset: 1, value: Buffer.from('c'), timestamp: 3000, clientId: 'kafka-testkit' },
  ])
  expect(await reader.read()).toEqual([])

  const all = [
    [0, 0, 'a'],
    [1, 0, 'b'],
    [0, 1, 'c'],
  ]
  expect(await read(setting, 'orders', 'beginning')).toEqual(all)
  expect(await read(setting, 'orders', mark)).toEqual(all.slice(2))
  expect(await read(setting, 'orders', new Date(2000))).toEqual(all.slice(1))
  expect(await read(setting, 'orders', { offset: 1 })).toEqual(all.slice(2))
})

test('records come in the order of their arrival, over all partitions', async () => {
  await using setting = await setUp()
  const orders = await setting.kafka.createTopic('orders', { partitions: 3 })
  for (const partition of [2, 0, 1, 2]) await orders.produce({ value: `to ${partition}`, partition })
  const values = (await setting.scope.cluster.reader('orders', 'beginning').read()).map(({ value }) => String(value))
  expect(values).toEqual(['to 2', 'to 0', 'to 1', 'to 2'])
})

test('records of a compressed batch are read as others', async () => {
  await using setting = await setUp()
  await setting.kafka.topic('orders').produce([{ value: 'a' }, { value: 'b' }], { compression: 'zstd' })
  expect(await read(setting, 'orders', 'beginning')).toEqual([
    [0, 0, 'a'],
    [0, 1, 'b'],
  ])
})

test('a topic that was deleted and made anew is read from its new beginning', async () => {
  await using setting = await setUp()
  const { kafka, scope } = setting
  const reader = scope.cluster.reader('orders', 'beginning')
  await kafka.topic('orders').produce([{ value: 'a' }, { value: 'b' }])
  expect(await reader.read()).toHaveLength(2)
  await scope.cluster.deleteTopic('orders')
  expect(await reader.read()).toEqual([])
  await kafka.topic('orders').produce({ value: 'c' })
  expect(await reader.read()).toMatchObject([{ offset: 0, value: Buffer.from('c') }])
})

test('what was read by one and is deleted since is read by nobody more', async () => {
  await using setting = await setUp()
  const { kafka } = setting
  const orders = await kafka.createTopic('orders', { partitions: 2 })
  await orders.produce(['a', 'b', 'c'].map((value) => ({ value, partition: 0 })))
  await orders.produce({ value: 'd', partition: 1 })
  expect(await read(setting, 'orders', 'beginning')).toHaveLength(4)
  setting.broker.loaded?.topics.get('orders')?.partitions[0]?.deleteRecordsBefore(2)
  const left = [
    [0, 2, 'c'],
    [1, 0, 'd'],
  ]
  expect(await read(setting, 'orders', 'beginning')).toEqual(left)
  await orders.produce({ value: 'e', partition: 0 })
  expect(await read(setting, 'orders', 'beginning')).toEqual([...left, [0, 3, 'e']])
})

test('what happens is told in order, and to nobody who has unsubscribed', async () => {
  await using setting = await setUp()
  const { kafka, scope } = setting
  const events: ClusterEvent[] = []
  const unsubscribe = scope.cluster.onEvent((event) => events.push(event))
  const application = await startApplication(kafka)
  await kafka.topic('orders').produce({ value: 'a' })
  await kafka.settled()
  await application.disconnect()
  expect(events.map(({ kind }) => kind)).toEqual([
    'topic created',
    'joined',
    'rebalanced',
    'produced',
    'received',
    'committed',
    'left',
  ])
  expect(events[1]).toMatchObject({ group: 'order-service', clientId: 'order-service', members: 1 })
  expect(events[5]).toMatchObject({ group: 'order-service', topic: 'orders', partition: 0, offset: 1 })
  unsubscribe()
  await kafka.topic('orders').produce({ value: 'b' })
  expect(events).toHaveLength(7)
})

test('a group is shown with its members, its partitions and how far it is', async () => {
  await using setting = await setUp()
  const { kafka, scope } = setting
  const orders = await kafka.createTopic('orders', { partitions: 2 })
  const application = await startApplication(kafka)
  await orders.produce([
    { value: 'a', partition: 0 },
    { value: 'b', partition: 0 },
  ])
  await kafka.settled()
  const here = { topic: 'orders', logStart: 0 }
  const description = {
    groupId: 'order-service',
    state: 'Stable',
    members: [{ clientId: 'order-service', assignment: [{ topic: 'orders', partitions: [0, 1] }] }],
    partitions: [
      { ...here, partition: 0, committed: 2, logEnd: 2, caughtUp: true },
      { ...here, partition: 1, committed: undefined, logEnd: 0, caughtUp: true },
    ],
  }
  expect(await scope.cluster.group('order-service')).toMatchObject(description)
  expect(await scope.cluster.groups()).toMatchObject([description])

  await application.disconnect()
  await orders.produce({ value: 'c', partition: 0 })
  expect(await scope.cluster.group('order-service')).toMatchObject({
    state: 'Empty',
    members: [],
    partitions: [{ ...here, partition: 0, committed: 2, logEnd: 3, caughtUp: false }],
  })
})

test('a topic is refused as Kafka refuses it', async () => {
  await using setting = await setUp()
  const { cluster } = setting.scope
  await cluster.createTopic('orders', { partitions: 3, config: { 'cleanup.policy': 'compact' } })
  expect(await cluster.topics()).toEqual([{ name: 'orders', partitions: 3 }])
  await expect(cluster.createTopic('orders')).rejects.toThrow("Topic 'orders' already exists.")
  await expect(cluster.createTopic('new orders')).rejects.toThrow('Topic name is invalid')
  await expect(cluster.createTopic('more', { replicas: 3 })).rejects.toThrow('only 1 broker(s) are registered')
  await expect(cluster.createTopic('more', { config: { 'cleanup.policy': 'shred' } })).rejects.toThrow('cleanup.policy')
  await expect(cluster.ensureTopic('new orders')).rejects.toThrow('Topic name is invalid')
})

test('several produces at once may be the first of a topic', async () => {
  await using setting = await setUp()
  const { cluster } = setting.scope
  const all = await Promise.all(Array.from({ length: 5 }, () => cluster.ensureTopic('orders')))
  expect(all).toEqual(all.map(() => ({ name: 'orders', partitions: 1 })))
})
