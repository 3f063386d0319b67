import { once } from 'node:events'
import net, { type AddressInfo } from 'node:net'
import { afterEach, expect, test, vi } from 'vitest'
import { after, now } from '../../src/base/clock.ts'
import { type OpenBroker, openBroker } from '../../src/broker/listener.ts'
import { compressionNames } from '../../src/broker/log/compression.ts'
import type { BrokerOptions } from '../../src/broker/options.ts'
import type { ApiName, Encodable, Messages } from '../../src/broker/protocol/codec.ts'
import { decodeRequestHeader, encodeResponseFrame, type RequestHeader } from '../../src/broker/protocol/headers.ts'
import { Brokers, type ClientOptions } from '../../src/client/brokers.ts'
import { Client } from '../../src/client/client.ts'
import type { BrokerConnection } from '../../src/client/connection.ts'
import type { ProduceRequest } from '../../src/client/produce.ts'
import { dial } from '../broker/wire.ts'

type Answer<Name extends ApiName> = Encodable<Messages[Name]['response']>

const closing: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

async function open(
  options: BrokerOptions = {},
  clientOptions: Partial<ClientOptions> = {},
): Promise<{ broker: OpenBroker; client: Client }> {
  const broker = await openBroker({ keepAlive: false, ...options })
  const client = clientOf([...broker.brokers], clientOptions)
  closing.push(() => broker.close())
  return { broker, client }
}

function clientOf(brokers: string[], options: Partial<ClientOptions> = {}): Client {
  const client = new Client({ clientId: 'tests', brokers, ...options })
  closing.push(() => client.close())
  return client
}

function request(more: Partial<ProduceRequest> = {}): ProduceRequest {
  const record = (text: string) => ({
    timestamp: 1_700_000_000_000,
    key: Buffer.from(text),
    value: null,
    headers: [['a', null] as [string, null]],
  })
  const records = new Map([[0, [record('o-1'), record('o-2')]]])
  return {
    topic: 'orders',
    records,
    acks: -1,
    compression: 'none',
    producer: undefined,
    deadline: after(5000),
    ...more,
  }
}

function brokersOf(addresses: string[]): Brokers {
  const brokers = new Brokers({ clientId: 'tests', brokers: addresses })
  closing.push(() => brokers.close())
  return brokers
}

async function keysIn(client: Client): Promise<string[]> {
  const topic = (await client.topic('orders'))!
  const [fetched] = await client.fetch({
    node: topic.leaders[0]!,
    topic,
    committedOnly: true,
    partitions: [{ partition: 0, offset: 0 }],
  })
  expect(fetched).toMatchObject({ partition: 0, next: fetched!.records.length, end: fetched!.records.length })
  return fetched!.records.map(({ key }) => String(key))
}

test('topics: created, described, emptied, deleted', async () => {
  const { client } = await open()
  const id = await client.createTopic({ name: 'orders', partitions: 2, config: { 'retention.ms': '1000' } })
  expect(await client.topics()).toEqual([{ name: 'orders', id, leaders: [1, 1] }])
  await client.produce(request())
  await client.deleteRecords('orders')
  expect(await client.startOffsets(['orders'])).toEqual(new Map([['orders', [2, 0]]]))
  await expect(client.createTopic({ name: 'orders' })).rejects.toMatchObject({
    code: 'TOPIC_ALREADY_EXISTS',
    said: "Topic 'orders' already exists.",
  })
  await client.deleteTopics(['orders', 'nowhere'])
  expect(await client.freshTopic('orders')).toBeUndefined()
})

test.each(compressionNames)('records are read as they were produced: %s', async (compression) => {
  const { client } = await open()
  await client.createTopic({ name: 'orders', partitions: 1 })
  expect(await client.produce(request({ compression }))).toEqual(new Map([[0, { baseOffset: 0, logAppendTime: -1 }]]))
  expect(await keysIn(client)).toEqual(['o-1', 'o-2'])
  expect(await client.endOffsets(['orders'])).toEqual(new Map([['orders', [2]]]))
  expect(await client.offsetsAt(['orders'], 1_700_000_000_001)).toEqual(new Map([['orders', [-1]]]))
})

test('an idempotent producer numbers its records: what comes twice is appended once', async () => {
  const { client } = await open()
  await client.createTopic({ name: 'orders', partitions: 1 })
  const producer = await client.openProducer(after(5000))
  const first = await client.produce(request({ producer }))
  producer.sequences.clear()
  expect(await client.produce(request({ producer }))).toEqual(first)
  expect(await keysIn(client)).toEqual(['o-1', 'o-2'])
})

test('with acks 0 nobody says where the records went', async () => {
  const { client } = await open()
  await client.createTopic({ name: 'orders', partitions: 1 })
  expect(await client.produce(request({ acks: 0 }))).toEqual(new Map([[0, { baseOffset: -1, logAppendTime: -1 }]]))
  // The connection answers in the order in which it was asked.
  expect(await keysIn(client)).toEqual(['o-1', 'o-2'])
})

test('what the broker refuses is an error with the name that Kafka has for it', async () => {
  const { client } = await open()
  await client.createTopic({ name: 'orders', partitions: 1, config: { 'cleanup.policy': 'compact' } })
  const keyless = new Map([[0, [{ timestamp: 0, key: null, value: null, headers: [] }]]])
  await expect(client.produce(request({ records: keyless }))).rejects.toMatchObject({
    code: 'INVALID_RECORD',
    message: expect.stringMatching(
      '^orders/0 takes none of the records: .*Compacted topic cannot accept message without key',
    ),
  })
})

test('a produce to a topic that never comes ends with its deadline', async () => {
  const { client } = await open({ autoCreateTopics: false })
  await client.topics()
  const deadline = after(100)
  await expect(client.produce(request({ deadline }))).rejects.toMatchObject({
    code: 'UNKNOWN_TOPIC_OR_PARTITION',
  })
  // Node's timers count whole milliseconds, so the last wait may end one early.
  expect(now()).toBeGreaterThan(deadline - 2)
})

test('groups: listed, described, their members removed, deleted', async () => {
  const { broker, client } = await open()
  await client.createTopic({ name: 'orders', partitions: 1 })
  expect(await client.listGroups()).toEqual([])
  expect(await client.describeGroup('billing')).toBeUndefined()
  const brokers = brokersOf([...broker.brokers])
  const peer = await brokers.any(brokers.deadline())
  const member = { groupId: 'billing', generationIdOrMemberEpoch: -1, memberId: '' }
  const topics = [{ name: 'orders', partitions: [{ partitionIndex: 0, committedOffset: 5 }] }]
  await peer.request('OffsetCommit', { ...member, topics }, { deadline: brokers.deadline(), highest: 9 })
  expect(await client.listGroups()).toEqual([{ groupId: 'billing', state: 'Empty' }])
  expect(await client.describeGroup('billing')).toEqual({ state: 'Empty', members: [] })
  expect(await client.committedOffsets('billing')).toEqual([{ topic: 'orders', partition: 0, offset: 5 }])
  await client.removeMembers('billing')
  await client.deleteGroup('billing')
  expect(await client.listGroups()).toEqual([])
  expect(broker.loaded!.groups.list()).toEqual([])
  await expect(client.deleteGroup('billing')).rejects.toMatchObject({ code: 'GROUP_ID_NOT_FOUND' })
})

/** Listens as a broker would, and does with each request what `answer` says. */
async function listen(answer: (socket: net.Socket, header: RequestHeader) => void): Promise<string> {
  const server = net.createServer((socket) => {
    socket.on('error', () => {})
    socket.on('data', (bytes) => answer(socket, decodeRequestHeader(bytes.subarray(4))))
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  closing.push(async () => server.close())
  return `127.0.0.1:${(server.address() as AddressInfo).port}`
}

test('a broker that cuts the connection, and one that says nothing', async () => {
  const cutting = await listen((socket) => socket.destroy())
  const cut = clientOf([cutting])
  await expect(cut.cluster()).rejects.toMatchObject({ code: 'ECONNRESET', at: cutting })
  const silent = await listen(() => {})
  const patient = clientOf([silent], { timeout: 100 })
  await expect(patient.cluster()).rejects.toMatchObject({ code: 'ETIMEDOUT', at: silent })
})

test('a listener of TLS, and one of another protocol', async () => {
  const secure = await listen((socket) => socket.write(Buffer.from([0x15, 3, 1, 0, 2, 2, 0x50])))
  const plain = clientOf([secure])
  await expect(plain.cluster()).rejects.toMatchObject({ code: 'TLS_REQUIRED' })
  const web = await listen((socket) => socket.write('HTTP/1.1 400 Bad Request\r\n\r\n'))
  const astray = clientOf([web])
  await expect(astray.cluster()).rejects.toMatchObject({ code: 'NOT_KAFKA' })
})

test('of several brokers the next is asked; a connection that was cut is opened anew', async () => {
  const { broker } = await open()
  const brokers = brokersOf(['127.0.0.1:1', ...broker.brokers])
  const first = (await brokers.any(brokers.deadline())) as BrokerConnection
  first.close()
  expect(await brokers.topics(brokers.deadline())).toEqual([])
  expect(await brokers.any(brokers.deadline())).not.toBe(first)
})

test('a session that ends is followed by another one, before a request meets its end', async () => {
  const sockets = new Set<net.Socket>()
  const respond = <Name extends ApiName>(header: RequestHeader, name: Name, response: Answer<Name>) =>
    encodeResponseFrame(name, header.apiVersion, header.correlationId, response)
  const address = await listen((socket, header) => {
    sockets.add(socket)
    const [metadata, handshake, versions, authenticate] = [3, 17, 18, 36]
    const apiKeys = [metadata, handshake, authenticate].map((apiKey) => ({ apiKey, minVersion: 1, maxVersion: 1 }))
    const frames = {
      [versions!]: () => respond(header, 'ApiVersions', { apiKeys }),
      [handshake!]: () => respond(header, 'SaslHandshake', { mechanisms: ['PLAIN'] }),
      [authenticate!]: () => respond(header, 'SaslAuthenticate', { sessionLifetimeMs: 1 }),
      [metadata!]: () => respond(header, 'Metadata', { controllerId: 1 }),
    }[header.apiKey]!()
    for (const frame of frames) socket.write(frame)
  })
  const client = clientOf([address], { sasl: { mechanism: 'plain', username: 'ann', password: 'secret' } })
  for (const sessions of [1, 2]) {
    expect(await client.cluster()).toMatchObject({ controllerId: 1 })
    expect(sockets.size).toBe(sessions)
    const ended = after(1)
    await vi.waitUntil(() => now() > ended)
  }
  const [first] = sockets
  if (!first!.closed) await once(first!, 'close')
})

test('a closed client holds no connection, and asks no more', async () => {
  const { broker, client } = await open()
  const state = await broker.load()
  await client.topics()
  const other = await dial(broker.port)
  const closed = once(state.events, 'activity')
  await client.close()
  await closed
  other.destroy()
  await expect(client.topics()).rejects.toMatchObject({ code: 'ECONNRESET' })
})
