import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { expect, test } from 'vitest'
import { decodeRequestHeader, encodeResponseFrame } from '../../src/broker/protocol/headers.ts'
import { realCluster } from '../../src/cluster/real.ts'

/** The mechanism AWS is an add-on of brokers that runs nowhere here: this says of one what a client must know. */
async function startAwsBroker() {
  const heard: { mechanism?: string; bytes?: Buffer } = {}
  const { promise: authenticated, resolve } = Promise.withResolvers<void>()
  const server = createServer((socket) => {
    let received = Buffer.alloc(0)
    socket.on('error', () => {})
    socket.on('data', (bytes) => {
      received = Buffer.concat([received, bytes])
      while (received.length >= 4 && received.length >= 4 + received.readInt32BE(0)) {
        const end = 4 + received.readInt32BE(0)
        answer(socket, received.subarray(4, end))
        received = received.subarray(end)
      }
    })
  })
  function answer(socket: Socket, frame: Buffer): void {
    const { apiKey, apiVersion, correlationId, body } = decodeRequestHeader(frame)
    if (apiKey === 18) {
      const apiKeys = [3, 17, 18, 36].map((key) => ({ apiKey: key, minVersion: 0, maxVersion: key === 3 ? 9 : 3 }))
      apiKeys[3]!.maxVersion = 2
      const versions = { errorCode: 0, apiKeys, throttleTimeMs: 0, supportedFeatures: [], finalizedFeatures: [] }
      const rest = { finalizedFeaturesEpoch: -1, zkMigrationReady: false }
      socket.write(
        Buffer.concat(encodeResponseFrame('ApiVersions', apiVersion, correlationId, { ...versions, ...rest })),
      )
    } else if (apiKey === 17) {
      // A string with its length in two bytes.
      heard.mechanism = body.toString('utf8', 2)
      // No error, one mechanism.
      const content = Buffer.from('00000000' + '0000' + '00000001' + '0003415753', 'hex')
      content.writeInt32BE(correlationId)
      const length = Buffer.alloc(4)
      length.writeInt32BE(content.length)
      socket.write(Buffer.concat([length, content]))
    } else if (apiKey === 36) {
      heard.bytes = body
      resolve()
      socket.destroy()
    }
  }
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return { heard, authenticated, server, address: `127.0.0.1:${(server.address() as AddressInfo).port}` }
}

test('AWS: the mechanism and its four fields, as kafkajs sends them', async () => {
  const { heard, authenticated, server, address } = await startAwsBroker()
  const cluster = realCluster({
    kind: 'external',
    prefix: '',
    connection: {
      brokers: [address],
      ssl: false,
      root: '.',
      sasl: { mechanism: 'aws', authorizationIdentity: 'AIDA', accessKeyId: 'AKIA', secretAccessKey: 's3cret' },
    },
  })
  const asked = cluster.topics().catch(() => {})
  await authenticated
  await asked
  await cluster.close()
  server.close()
  expect(heard.mechanism).toBe('AWS')
  expect(heard.bytes!.toString('latin1')).toContain('AIDA\0AKIA\0s3cret\0')
})
