import { expect, test, vi } from 'vitest'
import { openBroker } from '../../src/broker/listener.ts'
import { RawClient } from './raw-client.ts'
import { dial, untilClosed } from './wire.ts'

test('its code is loaded by the first connection, not by the start', async () => {
  await using broker = await openBroker()
  expect(broker.loaded).toBeUndefined()
  const client = await RawClient.connect(broker.brokers[0]!)
  await client.request('ApiVersions', 0, {})
  expect(broker.loaded).toBe(await broker.load())
  await client.close()
})

test('close ends every connection and frees the port', async () => {
  const broker = await openBroker()
  const socket = await dial(broker.port)
  const closed = untilClosed(socket)
  await broker.close()
  await closed
  const again = await openBroker({ port: broker.port })
  expect(again.port).toBe(broker.port)
  await again.close()
  await again.close()
})

test('a waiting Fetch and a waiting JoinGroup end with their connection', async () => {
  await using broker = await openBroker({ strict: { fetchWait: true } })
  const state = await broker.load()
  state.topics.create('orders')
  const client = await RawClient.connect(broker.brokers[0]!)
  // A Fetch that waits listens for rebalances of its client's groups.
  const listeners = (): number => state.events.listenerCount('group state')
  const before = listeners()
  void client.request('Fetch', 11, {
    maxWaitMs: 60_000,
    minBytes: 1,
    topics: [{ topic: 'orders', partitions: [{ partition: 0, fetchOffset: 0, partitionMaxBytes: 1000 }] }],
  })
  await vi.waitUntil(() => listeners() > before, { interval: 1 })
  void client.close()
  await vi.waitUntil(() => listeners() === before, { interval: 1 })
})

test('a waiting Fetch is answered when another request comes behind it', async () => {
  await using broker = await openBroker({ maxFetchWaitMs: 60_000 })
  const state = await broker.load()
  state.topics.create('orders')
  const client = await RawClient.connect(broker.brokers[0]!)
  const fetch = (correlated: number) =>
    client.request('Fetch', 11, {
      maxWaitMs: 60_000,
      minBytes: correlated,
      topics: [{ topic: 'orders', partitions: [{ partition: 0, fetchOffset: 0, partitionMaxBytes: 1000 }] }],
    })
  const waiting = [fetch(1), fetch(1), fetch(1)]
  const behind = client.request('ApiVersions', 0, {})
  await Promise.all([...waiting, behind])
  await client.close()
})

test('one connection more than allowed is closed', async () => {
  await using broker = await openBroker({ maxConnections: 1 })
  const first = await RawClient.connect(broker.brokers[0]!)
  await first.request('ApiVersions', 0, {})
  await untilClosed(await dial(broker.port))
  await first.request('ApiVersions', 0, {})
  await first.close()
})

test('an address that others can reach is warned about', async () => {
  const lines: string[] = []
  await using broker = await openBroker({ host: '0.0.0.0', log: (line) => lines.push(line) })
  expect(lines).toEqual([
    'kafka-testkit broker: listens on 0.0.0.0, where others can reach it, and has no authentication',
  ])
  const client = await RawClient.connect(broker.brokers[0]!)
  const { brokers } = await client.request('Metadata', 12, { topics: [] })
  expect(brokers).toMatchObject([{ nodeId: 1, host: '127.0.0.1', port: broker.port }])
  await client.close()
})

test('the node has the id that it is given', async () => {
  await using broker = await openBroker({ nodeId: 0 })
  const client = await RawClient.connect(broker.brokers[0]!)
  const { brokers, controllerId } = await client.request('Metadata', 7, { topics: [{ name: 'a' }] })
  const { topics } = await client.request('Metadata', 7, { topics: [{ name: 'a' }] })
  expect([brokers[0]!.nodeId, controllerId, topics[0]!.partitions[0]!.leaderId]).toEqual([0, 0, 0])
  const { results } = await client.request('DescribeConfigs', 4, {
    resources: [{ resourceType: 4, resourceName: '0', configurationKeys: ['node.id', 'broker.id'] }],
  })
  expect(results[0]!.configs.map(({ value }) => value)).toEqual(['0', '0'])
  await client.close()
})

test('the address that a client dialled is the one that it is told', async () => {
  await using broker = await openBroker({ host: 'localhost' })
  const client = await RawClient.connect(broker.brokers[0]!)
  const { brokers } = await client.request('Metadata', 12, { topics: [] })
  expect(brokers).toMatchObject([{ host: 'localhost', port: broker.port }])
  await client.close()
})

test.each([
  [{ prot: 9092 }, `startBroker: there is no option "prot", did you mean "port"?`],
  [{ autoCreateTopic: true }, `startBroker: there is no option "autoCreateTopic", did you mean "autoCreateTopics"?`],
  [{ colour: 'red' }, /there is no option "colour", the options are host, port, /],
  [{ port: '9092' }, `startBroker: option 'port' must be a number, not "9092".`],
  [{ port: 70_000 }, "startBroker: option 'port' must be an integer from 0 to 65535, not 70000."],
  [{ nodeId: -1 }, "startBroker: option 'nodeId' must be an integer from 0 to 2147483647, not -1."],
  [{ partitions: 0 }, "startBroker: option 'partitions' must be an integer from 1 to 10000, not 0."],
])('%o is refused', async (options, message) => {
  await expect(openBroker(options as object)).rejects.toThrow(message)
})

test('a port that is taken is an error', async () => {
  await using broker = await openBroker()
  await expect(openBroker({ port: broker.port })).rejects.toThrow(/EADDRINUSE/)
})
