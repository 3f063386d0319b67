import { once } from 'node:events'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type OpenBroker, openBroker } from '../../src/broker/listener.ts'
import { batch, Conversation } from './apis/scenarios.ts'
import { RawClient } from './raw-client.ts'
import { dial, framed, request, untilClosed } from './wire.ts'

const METADATA = 3
const API_VERSIONS = 18

let broker: OpenBroker
let lines: string[]
/** Is there before and after: whatever the other clients do, it is answered. */
let other: RawClient

beforeEach(async () => {
  lines = []
  broker = await openBroker({ log: (line) => lines.push(line), maxRequestBytes: 1024 * 1024 })
  other = await RawClient.connect(broker.brokers[0]!)
  await other.request('ApiVersions', 0, {})
})
afterEach(async () => {
  await other.request('ApiVersions', 0, {})
  await other.close()
  await broker.close()
})

const metadataOfAll = request(METADATA, 1, Buffer.from([255, 255, 255, 255]))

test.each([
  [
    'a length of 2 GB',
    Buffer.from([0x7f, 0xff, 0xff, 0xff]),
    /2147483647 bytes was announced; at most 1048576 are read/,
  ],
  ['a negative length', Buffer.from([0xff, 0xff, 0xff, 0xff]), /-1 bytes was announced/],
  ['an empty request', framed(Buffer.alloc(0)), /0 bytes is too short/],
  ['an HTTP request', Buffer.from('GET / HTTP/1.1\r\nhost: localhost\r\n\r\n'), /: the client speaks HTTP, /],
  ['an unknown API', request(999, 0, Buffer.alloc(4)), /API key 999 \(version 0\) is not served/],
  ['an unknown version', request(METADATA, 99, Buffer.alloc(4)), /Metadata version 99 is not served; .* 0 to 13/],
  ['a negative version', request(METADATA, -1, Buffer.alloc(4)), /Metadata version -1 is not served/],
  ['an array of 2 billion', request(METADATA, 1, Buffer.from([0x7f, 0xff, 0xff, 0xff])), /Metadata.*topics/],
  ['a request that is cut off', request(METADATA, 1, Buffer.alloc(2)), /Metadata/],
])('%s closes the connection with one line', async (_, bytes, line) => {
  const socket = await dial(broker.port)
  socket.write(bytes)
  expect(await untilClosed(socket)).toHaveLength(0)
  expect(lines).toHaveLength(1)
  expect(lines[0]).toMatch(line)
  expect(lines[0]).toMatch(/^kafka-testkit broker: closed the connection from 127\.0\.0\.1:\d+/)
})

test('bytes behind the last field of a request are ignored, whatever the API and its version', async () => {
  const { apis } = await broker.load()
  // What a default request of these does to the connection by itself is another matter.
  const answered = apis.filter(({ name }) => name !== 'Produce')
  for (const { name, versions } of answered) {
    for (let version = versions[0]; version <= versions[1]; version += 1) {
      await other.request(name, version, {}, Buffer.from([0xff, 0xff, 0xff, 0xff]))
    }
  }
  expect(lines.filter((line) => line.includes('closed'))).toEqual([])
})

test('a version of ApiVersions that is unknown is answered in version 0, with the versions that are known', async () => {
  const socket = await dial(broker.port)
  socket.write(request(API_VERSIONS, 99, Buffer.alloc(3), 7))
  const [answer] = (await once(socket, 'data')) as [Buffer]
  // length, correlation id, UNSUPPORTED_VERSION, one API: 18 from 0 to 4
  expect([...answer]).toEqual([0, 0, 0, 16, 0, 0, 0, 7, 0, 35, 0, 0, 0, 1, 0, 18, 0, 0, 0, 4])
  socket.destroy()
  expect(lines).toEqual([])
})

test('announced lengths take no memory: a hundred requests of 100 MB that never come', async () => {
  await using roomy = await openBroker()
  const before = process.memoryUsage().arrayBuffers
  const sockets = await Promise.all(Array.from({ length: 100 }, () => dial(roomy.port)))
  for (const socket of sockets) socket.write(Buffer.concat([Buffer.from([0x06, 0x00, 0x00, 0x00]), Buffer.alloc(16)]))
  // Answered after all of those were read: the broker reads its connections in turn.
  const last = await RawClient.connect(roomy.brokers[0]!)
  for (let turn = 0; turn < 10; turn += 1) await last.request('ApiVersions', 0, {})
  // A first piece of each is allocated, 1 MiB: a fiftieth of the 10 GB.
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(200 * 1024 * 1024)
  for (const socket of sockets) socket.destroy()
  await last.close()
})

test('a request in single bytes is answered', async () => {
  const socket = await dial(broker.port)
  for (const byte of metadataOfAll) socket.write(Buffer.from([byte]))
  const [answer] = (await once(socket, 'data')) as [Buffer]
  expect(answer.readInt32BE(4)).toBe(1)
  socket.destroy()
})

test('requests in one packet are answered in their order', async () => {
  const socket = await dial(broker.port)
  const versions = (correlationId: number) => request(API_VERSIONS, 0, Buffer.alloc(0), correlationId)
  socket.end(Buffer.concat([1, 2, 3, 4, 5].map(versions)))
  const received = await untilClosed(socket)
  const ids: number[] = []
  for (let at = 0; at < received.length; at += 4 + received.readInt32BE(at)) ids.push(received.readInt32BE(at + 4))
  expect(ids).toEqual([1, 2, 3, 4, 5])
})

test('a client that vanishes in the middle of a request leaves nothing behind', async () => {
  const state = await broker.load()
  const socket = await dial(broker.port)
  const produce = request(0, 7, Buffer.alloc(500))
  const begun = new Promise<void>((resolve) => {
    const look = () => {
      if (state.inFlightProduces === 1) resolve()
      else setImmediate(look)
    }
    look()
  })
  socket.write(produce.subarray(0, 100))
  await begun
  const gone = once(state.events, 'activity')
  socket.destroy()
  await gone
  expect(state.inFlightProduces).toBe(0)
  expect(lines).toEqual([])
})

test('a client that stops reading is not read from any more, and holds one answer', async () => {
  const on = new Conversation(other)
  await on.createTopic('large', { 'max.message.bytes': '900000' })
  await on.produce('large', batch(['x'.repeat(800_000)]))
  const name = Buffer.from(on.name('large'))
  const body = Buffer.alloc(25 + 2 + name.length + 4 + 16)
  let at = body.writeInt32BE(-1, 0) // replica
  at = body.writeInt32BE(0, at) // wait
  at = body.writeInt32BE(1, at) // min bytes
  at = body.writeInt32BE(0x7fffffff, at) // max bytes
  at = body.writeInt8(0, at) // isolation
  at = body.writeInt32BE(1, at) // topics
  at = body.writeInt16BE(name.length, at)
  at += name.copy(body, at)
  at = body.writeInt32BE(1, at) // partitions
  at = body.writeInt32BE(0, at)
  at = body.writeBigInt64BE(0n, at)
  at = body.writeInt32BE(0x7fffffff, at)
  const fetch = request(1, 4, body.subarray(0, at))
  const state = await broker.load()
  let answered = 0
  state.events.on('received', () => {
    answered += 1
  })
  const socket = await dial(broker.port)
  socket.pause()
  // 10,000 answers of 800 KB would be 8 GB; the kernel takes a few MB, the broker holds one more.
  socket.write(Buffer.concat(new Array(10_000).fill(fetch)))
  // Others are answered meanwhile, and after a while only they.
  for (let quiet = 0, last = -1; quiet < 50; last = answered) {
    await other.request('ApiVersions', 0, {})
    quiet = answered === last ? quiet + 1 : 0
  }
  expect(answered).toBeGreaterThan(0)
  expect(answered).toBeLessThan(100)
  socket.destroy()
})
