import { once } from 'node:events'
import http from 'node:http'
import tls from 'node:tls'
import { Kafka, logLevel } from 'kafkajs'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { BrokerEventMap } from '../../src/broker/events.ts'
import { type OpenBroker, openBroker } from '../../src/broker/listener.ts'
import { RawClient } from './raw-client.ts'
import { dial, request, untilClosed } from './wire.ts'

let broker: OpenBroker
let lines: string[]
let refused: BrokerEventMap['refused'][0][]

beforeEach(async () => {
  lines = []
  refused = []
  broker = await openBroker({ log: (line) => lines.push(line.replace(/(127\.0\.0\.1):\d+/, '$1:port')) })
  const { events } = await broker.load()
  events.on('refused', (event) => refused.push(event))
})

afterEach(() => broker.close())

function admin(options: { ssl?: boolean; sasl?: { mechanism: 'plain'; username: string; password: string } }) {
  const brokers = [...broker.brokers]
  const kafka = new Kafka({
    clientId: 'billing',
    brokers,
    retry: { retries: 0 },
    logLevel: logLevel.NOTHING,
    ...options,
  })
  return kafka.admin()
}

test('a client of kafkajs that speaks TLS', async () => {
  await expect(admin({ ssl: true }).connect()).rejects.toThrow()
  expect(lines).toMatchInlineSnapshot(`
    [
      "kafka-testkit broker: closed the connection from 127.0.0.1:port: the client speaks TLS, this listener doesn't: turn TLS off in its settings for this broker (security.protocol=PLAINTEXT, ssl: false)",
    ]
  `)
  expect(refused).toMatchObject([{ clientId: '', closed: true, reason: expect.stringContaining('speaks TLS') }])
})

test.each(['TLSv1.2', 'TLSv1.3'] as const)('%s, however large a request may be', async (version) => {
  await using roomy = await openBroker({ maxRequestBytes: 0x7fffffff, log: (line) => lines.push(line) })
  const socket = tls.connect({ port: roomy.port, host: roomy.host, minVersion: version, maxVersion: version })
  await once(socket, 'error')
  expect(lines).toMatchObject([expect.stringContaining("the client speaks TLS, this listener doesn't")])
})

test('a client of kafkajs that wants to authenticate', async () => {
  const sasl = { mechanism: 'plain', username: 'u', password: 'secret' } as const
  await expect(admin({ sasl }).connect()).rejects.toThrow('Request is not valid given the current SASL state')
  expect(lines).toMatchInlineSnapshot(`
    [
      "kafka-testkit broker: refused 127.0.0.1:port (client id 'billing'): the client wants to authenticate (SASL, "PLAIN"), this listener has no authentication: leave SASL out of its settings for this broker",
    ]
  `)
  expect(refused).toMatchObject([{ clientId: 'billing', remote: expect.stringMatching(/^127.*:\d+$/), closed: false }])
})

test('credentials are in no line', async () => {
  const client = await RawClient.connect(broker.brokers[0]!)
  await client.request('SaslAuthenticate', 2, { authBytes: Buffer.from('\0u\0secret') })
  await client.close()
  expect(lines).toMatchInlineSnapshot(`
    [
      "kafka-testkit broker: refused 127.0.0.1:port (client id 'raw'): the client sent SASL credentials, this listener has no authentication",
    ]
  `)
})

test.each(['GET', 'POST', 'DELETE'])('HTTP: %s', async (method) => {
  const asked = http.request({ port: broker.port, host: broker.host, path: '/subjects', method })
  asked.end()
  await once(asked, 'error')
  expect(lines).toEqual([
    "kafka-testkit broker: closed the connection from 127.0.0.1:port: the client speaks HTTP, this listener Kafka's " +
      'protocol: is the request meant for a schema registry or another service?',
  ])
})

test('APIs and versions that are not served', async () => {
  const asked: [key: number, version: number][] = [
    [29, 2],
    [50, 0],
    [68, 0],
    [76, 1],
    [4, 0],
    [1000, 0],
    [8, 0],
    [9, 0],
    [3, 99],
  ]
  for (const [key, version] of asked) {
    const socket = await dial(broker.port)
    socket.write(request(key, version, Buffer.alloc(4)))
    expect(await untilClosed(socket)).toHaveLength(0)
  }
  expect(
    lines.map((line) => line.slice('kafka-testkit broker: closed the connection from '.length)),
  ).toMatchInlineSnapshot(`
    [
      "127.0.0.1:port (client id 'raw'): DescribeAcls (API key 29, version 2) is not served: access control lists are not there yet; docs/embedded-broker.md lists what is",
      "127.0.0.1:port (client id 'raw'): DescribeUserScramCredentials (API key 50, version 0) is not served: users and tokens are not there yet; docs/embedded-broker.md lists what is",
      "127.0.0.1:port (client id 'raw'): ConsumerGroupHeartbeat (API key 68, version 0) is not served: groups of the new protocol (KIP-848) are not there yet; docs/embedded-broker.md lists what is",
      "127.0.0.1:port (client id 'raw'): ShareGroupHeartbeat (API key 76, version 1) is not served: share groups are not there yet; docs/embedded-broker.md lists what is",
      "127.0.0.1:port (client id 'raw'): LeaderAndIsr (API key 4, version 0) is not served: docs/embedded-broker.md lists what is",
      "127.0.0.1:port (client id 'raw'): API key 1000 (version 0) is not served",
      "127.0.0.1:port (client id 'raw'): OffsetCommit version 0 is not served; the versions are 2 to 9. It is of a Kafka before 0.10: let the client ask for the versions (librdkafka: api.version.request), or name a newer Kafka (kafka-python: api_version)",
      "127.0.0.1:port (client id 'raw'): OffsetFetch version 0 is not served; the versions are 1 to 9. It is of a Kafka before 0.10: let the client ask for the versions (librdkafka: api.version.request), or name a newer Kafka (kafka-python: api_version)",
      "127.0.0.1:port (client id 'raw'): Metadata version 99 is not served; the versions are 0 to 13. The client did not go by what ApiVersions answered",
    ]
  `)
  expect(new Set(refused.map(({ clientId }) => clientId))).toEqual(new Set(['raw']))
})

test('a request too short for a client id', async () => {
  const socket = await dial(broker.port)
  socket.write(Buffer.from([0, 0, 0, 8, 0, 29, 0, 0, 0, 0, 0, 0]))
  await untilClosed(socket)
  expect(lines).toMatchObject(
    [/^kafka-testkit broker: closed the connection from 127.0.0.1:port: DescribeAcls/].map((line) =>
      expect.stringMatching(line),
    ),
  )
})
