import { createServer } from 'node:net'
import { Consumer } from '@platformatic/kafka'
import fc from 'fast-check'
import { Kafka, logLevel } from 'kafkajs'
import { describe, expect, test } from 'vitest'
import {
  type ApiName,
  apiTable,
  decodeRequest,
  decodeResponse,
  encodeRequest,
  encodeResponse,
  ProtocolError,
} from '../../../src/broker/protocol/codec.ts'
import { decodeRequestHeader, encodeResponseFrame } from '../../../src/broker/protocol/headers.ts'
import { apiTables } from '../../../src/broker/protocol/tables.gen.ts'
import { messages, seed } from './messages.ts'

const names = apiTables.map(([name]) => name as ApiName)

describe.each(names)('%s', (name) => {
  const { versions, ...table } = apiTable(name)
  const all = Array.from({ length: versions[1] - versions[0] + 1 }, (_, index) => versions[0] + index)

  test.each(all)(`version %i reads what it wrote (seed ${seed})`, (version) => {
    fc.assert(
      fc.property(
        messages(JSON.parse(table.request), version),
        messages(JSON.parse(table.response), version),
        (request, response) => {
          const bytes = encodeRequest(name, version, request)
          expect(decodeRequest(name, version, bytes)).toMatchObject(request)
          expect(decodeRequest(name, version, Buffer.concat([bytes, Buffer.alloc(4)]))).toMatchObject(request)
          expect(decodeResponse(name, version, encodeResponse(name, version, response))).toMatchObject(response)
        },
      ),
      { seed, numRuns: 10 },
    )
  })

  test('every cut of a message is an error of the protocol, and nothing is allocated for lengths that it only claims', () => {
    const version = versions[1]
    fc.assert(
      fc.property(messages(JSON.parse(table.request), version), (request) => {
        const bytes = encodeRequest(name, version, request)
        for (let end = 0; end < bytes.length; end++) {
          expect(() => decodeRequest(name, version, bytes.subarray(0, end))).toThrow(ProtocolError)
        }
      }),
      { seed, numRuns: 2 },
    )
  })
})

test('bytes behind the last field of a request are ignored; in an answer they are an error that names the message', () => {
  const request = Buffer.concat([encodeRequest('Heartbeat', 0, { groupId: 'g' }), Buffer.from([1])])
  expect(decodeRequest('Heartbeat', 0, request)).toMatchObject({ groupId: 'g' })
  const response = Buffer.concat([encodeResponse('Heartbeat', 0, { errorCode: 0 }), Buffer.from([1])])
  expect(() => decodeResponse('Heartbeat', 0, response)).toThrow('Heartbeat response version 0: 1 bytes are left over')
})

test('an array that claims two billion elements is refused where it stands', () => {
  const bytes = Buffer.from([0x7f, 0xff, 0xff, 0xff])
  expect(() => decodeRequest('Metadata', 0, bytes)).toThrow(
    'Metadata request version 0: topics: an array of 2147483647',
  )
})

/** The first frames that a client sends to whoever listens; ApiVersions is answered so that more follow. */
async function capture(dial: (address: string) => Promise<unknown>): Promise<Buffer[]> {
  const frames: Buffer[] = []
  const { promise: enough, resolve } = Promise.withResolvers<void>()
  const server = createServer((socket) => {
    let pending = Buffer.alloc(0)
    socket.on('error', () => {})
    socket.on('data', (chunk) => {
      pending = Buffer.concat([pending, chunk])
      while (pending.length >= 4 && pending.length >= 4 + pending.readInt32BE(0)) {
        const frame = Buffer.from(pending.subarray(4, 4 + pending.readInt32BE(0)))
        pending = pending.subarray(4 + frame.length)
        frames.push(frame)
        const { apiVersion, correlationId, apiKey } = decodeRequestHeader(frame)
        if (apiKey !== 18) return resolve()
        const apiKeys = names.map((name) => {
          const { key, versions } = apiTable(name)
          return { apiKey: key, minVersion: versions[0], maxVersion: versions[1] }
        })
        socket.write(Buffer.concat(encodeResponseFrame('ApiVersions', apiVersion, correlationId, { apiKeys })))
      }
    })
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const { port } = server.address() as { port: number }
  const dialled = dial(`127.0.0.1:${port}`).catch(() => {})
  await enough
  server.close()
  void dialled
  return frames
}

test('what kafkajs sends is read', async () => {
  const frames = await capture(async (address) => {
    const kafka = new Kafka({ clientId: 'me', brokers: [address], logLevel: logLevel.NOTHING, retry: { retries: 0 } })
    await kafka.admin().fetchTopicMetadata({ topics: ['orders'] })
    const admin = kafka.admin()
    await admin.connect()
    await admin.fetchTopicMetadata({ topics: ['orders'] })
  })
  const headers = frames.map(decodeRequestHeader)
  expect(headers[0]).toMatchObject({ apiKey: 18, apiVersion: 2, clientId: 'me' })
  expect(decodeRequest('ApiVersions', 2, headers[0]!.body)).toBeTypeOf('object')
  const metadata = headers.find(({ apiKey }) => apiKey === 3)!
  expect(metadata.apiVersion).toBe(6)
  expect(decodeRequest('Metadata', 6, metadata.body)).toHaveProperty('topics')
})

test('what @platformatic/kafka sends is read', async () => {
  const frames = await capture(async (address) => {
    const consumer = new Consumer({ clientId: 'me', groupId: 'g', bootstrapBrokers: [address], retries: 0 })
    await consumer.metadata({ topics: ['orders'] }).finally(() => consumer.close(true))
  })
  const headers = frames.map(decodeRequestHeader)
  const versions = headers.find(({ apiKey }) => apiKey === 18)!
  expect(decodeRequest('ApiVersions', versions.apiVersion, versions.body).clientSoftwareName).toContain('platformatic')
  const metadata = headers.find(({ apiKey }) => apiKey === 3)!
  expect(decodeRequest('Metadata', metadata.apiVersion, metadata.body).topics).toMatchObject([{ name: 'orders' }])
})
