import { once } from 'node:events'
import { createConnection, isIP, type Socket } from 'node:net'
import { ownClientId } from '../base/client-ids.ts'
import { setTimeout } from '../base/clock.ts'
import { apiTable, decodeResponse, encodeRequest } from '../broker/protocol/codec.ts'
import type { Connection } from '../config/connection.ts'
import { tlsOptions } from './credentials.ts'
import { ClusterTrouble, troubleWith } from './trouble.ts'

export interface Dialled {
  /** How many APIs it has. */
  apis: number
  /** "4.1", where the broker tells its metadata version. */
  release: string | undefined
}

/** Of ApiVersions: the first version whose answer has the cluster's features. */
const VERSION = 3

/**
 * Connects to one broker, by TLS where the config says so, and asks for its API versions: which it answers before it
 * wants credentials.
 *
 * @throws ClusterTrouble
 */
export async function dial(address: string, connection: Connection, timeout: number): Promise<Dialled> {
  let socket: Socket | undefined
  const { promise: late, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => {
    reject(Object.assign(new Error('timed out'), { code: 'ETIMEDOUT' }))
    socket?.destroy()
  }, timeout)
  late.catch(() => {})
  try {
    socket = await open(address, connection)
    await Promise.race([once(socket, connection.ssl ? 'secureConnect' : 'connect'), late])
    return readVersions(await Promise.race([ask(socket, apiVersionsRequest()), late]))
  } catch (error) {
    throw troubleWith(error, { ...connection, brokers: [address] })
  } finally {
    clearTimeout(timer)
    socket?.destroy()
  }
}

async function open(address: string, { ssl, root }: Connection): Promise<Socket> {
  const colon = address.lastIndexOf(':')
  const host = address.slice(0, colon).replace(/^\[(.*)\]$/, '$1')
  const port = Number(address.slice(colon + 1))
  if (ssl === false) return createConnection({ host, port })
  const tls = await import('node:tls')
  return tls.connect({ host, port, ...(isIP(host) === 0 ? { servername: host } : {}), ...tlsOptions(ssl, root) })
}

function apiVersionsRequest(): Buffer {
  const { key } = apiTable('ApiVersions')
  const header = Buffer.alloc(10)
  header.writeInt16BE(key, 0)
  header.writeInt16BE(VERSION, 2)
  header.writeInt32BE(1, 4)
  header.writeInt16BE(ownClientId.length, 8)
  const body = encodeRequest('ApiVersions', VERSION, { clientSoftwareName: ownClientId, clientSoftwareVersion: '1' })
  // Behind the client id: no tagged fields.
  const frame = Buffer.concat([header, Buffer.from(ownClientId), Buffer.alloc(1), body])
  const length = Buffer.alloc(4)
  length.writeInt32BE(frame.length)
  return Buffer.concat([length, frame])
}

/** Resolves with the body of the answer, without its length and correlation id. */
async function ask(socket: Socket, request: Buffer): Promise<Buffer> {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>()
  let received = Buffer.alloc(0)
  socket.on('data', (bytes) => {
    received = Buffer.concat([received, bytes])
    // The first byte of a TLS alert (RFC 8446, 5.1): no Kafka answer is so long.
    if (received[0] === 0x15) reject(new Error('TLS is required'))
    else if (received.length >= 4 && received.length >= 4 + received.readInt32BE(0)) resolve(received.subarray(8))
  })
  socket.on('error', reject)
  socket.on('close', () => reject(Object.assign(new Error('closed connection'), { code: 'ECONNRESET' })))
  socket.write(request)
  return promise
}

/** UNSUPPORTED_VERSION, of a broker before 2.4: it answers in version 0. */
const UNSUPPORTED_VERSION = 35

function readVersions(body: Buffer): Dialled {
  try {
    const version = body.readInt16BE(0) === UNSUPPORTED_VERSION ? 0 : VERSION
    const { apiKeys, finalizedFeatures } = decodeResponse('ApiVersions', version, body)
    const level = finalizedFeatures.find(({ name }) => name === 'metadata.version')?.maxVersionLevel
    return { apis: apiKeys.length, release: level === undefined ? undefined : releaseOf(level) }
  } catch {
    throw new ClusterTrouble('What listens there does not speak the protocol of Kafka: is it the right port?')
  }
}

/** The last metadata version of each release (org.apache.kafka.server.common.MetadataVersion). */
const releases: readonly (readonly [level: number, release: string])[] = [
  ...([
    [3, '3.2'],
    [7, '3.3'],
    [8, '3.4'],
    [11, '3.5'],
    [14, '3.6'],
    [19, '3.7'],
  ] as const),
  ...([
    [20, '3.8'],
    [21, '3.9'],
    [25, '4.0'],
    [27, '4.1'],
  ] as const),
]

function releaseOf(level: number): string {
  return releases.find(([last]) => level <= last)?.[1] ?? 'newer than 4.1'
}
