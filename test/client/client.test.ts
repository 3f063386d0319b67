import { once } from 'node:events'
import net, { type AddressInfo } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { now } from '../../src/base/clock.ts'
import { type OpenBroker, openBroker } from '../../src/broker/listener.ts'
import { decodeRecords } from '../../src/broker/log/batch.ts'
import { compressionNames } from '../../src/broker/log/compression.ts'
import type { BrokerOptions } from '../../src/broker/options.ts'
import { decodeRequestHeader } from '../../src/broker/protocol/headers.ts'
import { Client, type ClientOptions } from '../../src/client/client.ts'
import { batchesOf, fetchRecords } from '../../src/client/fetch.ts'
import { committedOffsets, deleteGroup, describeGroup, listGroups, removeMembers } from '../../src/client/groups.ts'
import { EARLIEST, LATEST, listOffsets } from '../../src/client/offsets.ts'
import { openProducer, type ProduceRequest, produceRecords } from '../../src/client/produce.ts'
import { createTopic, deleteRecords, deleteTopics } from '../../src/client/topics.ts'
import { dial } from '../broker/wire.ts'

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

function request(client: Client, more: Partial<ProduceRequest> = {}): ProduceRequest {
  const record = (text: string) => ({
    timestamp: 1_700_000_000_000,
    key: Buffer.from(text),
    value: null,
    headers: [['a', null] as [string, null]],
  })
  const records = new Map([[0, [record('o-1'), record('o-2')]]])
  return {
    ...{ topic: 'orders', records, acks: -1, compression: 'none', producer: undefined, deadline: client.deadline() },
    ...more,
  }
}

async function keysIn(client: Client): Promise<string[]> {
  const topic = (await client.freshTopic('orders', client.deadline()))!
  const fetched = await fetchRecords(client, {
    node: topic.leaders[0]!,
    topic,
    partitions: [{ partition: 0, offset: 0 }],
  })
  return batchesOf(fetched[0]!.records).flatMap(({ bytes }) => decodeRecords(bytes).map(({ key }) => String(key)))
}

test('topics: created, described, emptied, deleted', async () => {
  const { client } = await open()
  const id = await createTopic(client, { name: 'orders', partitions: 2, config: { 'retention.ms': '1000' } })
  expect(await client.topics(client.deadline())).toEqual([{ name: 'orders', id, isInternal: false, leaders: [1, 1] }])
  await produceRecords(client, request(client))
  await deleteRecords(client, 'orders')
  expect(await listOffsets(client, ['orders'], EARLIEST)).toEqual(new Map([['orders', [2, 0]]]))
  await expect(createTopic(client, { name: 'orders' })).rejects.toMatchObject({
    code: 'TOPIC_ALREADY_EXISTS',
    said: "Topic 'orders' already exists.",
  })
  await deleteTopics(client, ['orders', 'nowhere'])
  expect(await client.freshTopic('orders', client.deadline())).toBeUndefined()
})

test.each(compressionNames)('records are read as they were produced: %s', async (compression) => {
  const { client } = await open()
  await createTopic(client, { name: 'orders', partitions: 1 })
  expect(await produceRecords(client, request(client, { compression }))).toEqual(
    new Map([[0, { baseOffset: 0, logAppendTime: -1 }]]),
  )
  expect(await keysIn(client)).toEqual(['o-1', 'o-2'])
  expect(await listOffsets(client, ['orders'], LATEST)).toEqual(new Map([['orders', [2]]]))
  expect(await listOffsets(client, ['orders'], 1_700_000_000_001)).toEqual(new Map([['orders', [-1]]]))
})

test('an idempotent producer numbers its records: what comes twice is appended once', async () => {
  const { client } = await open()
  await createTopic(client, { name: 'orders', partitions: 1 })
  const producer = await openProducer(client, client.deadline())
  const first = await produceRecords(client, request(client, { producer }))
  producer.sequences.clear()
  expect(await produceRecords(client, request(client, { producer }))).toEqual(first)
  expect(await keysIn(client)).toEqual(['o-1', 'o-2'])
})

test('with acks 0 nobody says where the records went', async () => {
  const { client } = await open()
  await createTopic(client, { name: 'orders', partitions: 1 })
  expect(await produceRecords(client, request(client, { acks: 0 }))).toEqual(
    new Map([[0, { baseOffset: -1, logAppendTime: -1 }]]),
  )
  // The connection answers in the order in which it was asked.
  expect(await keysIn(client)).toEqual(['o-1', 'o-2'])
})

test('what the broker refuses is an error with the name that Kafka has for it', async () => {
  const { client } = await open()
  await createTopic(client, { name: 'orders', partitions: 1, config: { 'cleanup.policy': 'compact' } })
  const keyless = new Map([[0, [{ timestamp: 0, key: null, value: null, headers: [] }]]])
  await expect(produceRecords(client, request(client, { records: keyless }))).rejects.toMatchObject({
    code: 'INVALID_RECORD',
    message: expect.stringMatching(
      '^orders/0 takes none of the records: .*Compacted topic cannot accept message without key',
    ),
  })
})

test('a produce to a topic that never comes ends with its deadline', async () => {
  const { client } = await open({ autoCreateTopics: false })
  await client.topics(client.deadline())
  const deadline = now() + 100
  await expect(produceRecords(client, request(client, { deadline }))).rejects.toMatchObject({
    code: 'UNKNOWN_TOPIC_OR_PARTITION',
  })
  expect(now()).toBeGreaterThanOrEqual(deadline)
})

test('groups: listed, described, their members removed, deleted', async () => {
  const { broker, client } = await open()
  await createTopic(client, { name: 'orders', partitions: 1 })
  expect(await listGroups(client)).toEqual([])
  expect(await describeGroup(client, 'billing')).toBeUndefined()
  const peer = await client.any(client.deadline())
  const member = { groupId: 'billing', generationIdOrMemberEpoch: -1, memberId: '' }
  const topics = [{ name: 'orders', partitions: [{ partitionIndex: 0, committedOffset: 5 }] }]
  await peer.request('OffsetCommit', { ...member, topics }, { deadline: client.deadline(), highest: 9 })
  expect(await listGroups(client)).toEqual(['billing'])
  expect(await describeGroup(client, 'billing')).toEqual({ state: 'Empty', members: [] })
  expect(await committedOffsets(client, 'billing')).toEqual([{ topic: 'orders', partition: 0, offset: 5 }])
  await removeMembers(client, 'billing')
  await deleteGroup(client, 'billing')
  expect(await listGroups(client)).toEqual([])
  expect(broker.loaded!.groups.list()).toEqual([])
  await expect(deleteGroup(client, 'billing')).rejects.toMatchObject({ code: 'GROUP_ID_NOT_FOUND' })
})

/** Listens as a broker would, and does with each request what `answer` says. */
async function listen(answer: (socket: net.Socket, apiKey: number) => void): Promise<string> {
  const server = net.createServer((socket) => {
    socket.on('error', () => {})
    socket.on('data', (bytes) => answer(socket, decodeRequestHeader(bytes.subarray(4)).apiKey))
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  closing.push(async () => server.close())
  return `127.0.0.1:${(server.address() as AddressInfo).port}`
}

test('a broker that cuts the connection, and one that says nothing', async () => {
  const cutting = await listen((socket) => socket.destroy())
  const cut = clientOf([cutting])
  await expect(cut.any(cut.deadline())).rejects.toMatchObject({ code: 'ECONNRESET', at: cutting })
  const silent = await listen(() => {})
  const patient = clientOf([silent], { timeout: 100 })
  await expect(patient.any(patient.deadline())).rejects.toMatchObject({ code: 'ETIMEDOUT', at: silent })
})

test('a listener of TLS, and one of another protocol', async () => {
  const secure = await listen((socket) => socket.write(Buffer.from([0x15, 3, 1, 0, 2, 2, 0x50])))
  const plain = clientOf([secure])
  await expect(plain.any(plain.deadline())).rejects.toMatchObject({ code: 'TLS_REQUIRED' })
  const web = await listen((socket) => socket.write('HTTP/1.1 400 Bad Request\r\n\r\n'))
  const astray = clientOf([web])
  await expect(astray.any(astray.deadline())).rejects.toMatchObject({ code: 'NOT_KAFKA' })
})

test('of several brokers the next is asked; a connection that was cut is opened anew', async () => {
  const { broker } = await open()
  const unused = await listen(() => {})
  const dead = unused.replace(/\d+$/, '1')
  const client = clientOf([dead, ...broker.brokers])
  await createTopic(client, { name: 'orders', partitions: 1 })
  const first = await client.any(client.deadline())
  ;(first as unknown as { close(): void }).close()
  expect(await client.topics(client.deadline())).toHaveLength(1)
  expect(await client.any(client.deadline())).not.toBe(first)
})

test('a closed client holds no connection, and asks no more', async () => {
  const { broker, client } = await open()
  const state = await broker.load()
  await client.topics(client.deadline())
  const other = await dial(broker.port)
  const closed = once(state.events, 'activity')
  await client.close()
  await closed
  other.destroy()
  await expect(client.topics(client.deadline())).rejects.toMatchObject({ code: 'ECONNRESET' })
})
