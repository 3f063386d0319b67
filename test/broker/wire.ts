import { once } from 'node:events'
import net from 'node:net'

/** A socket to write any bytes to. */
export async function dial(port: number): Promise<net.Socket> {
  const socket = net.connect(port, '127.0.0.1')
  await once(socket, 'connect')
  return socket.on('error', () => {})
}

/** Resolves when the other side has closed; what came until then is given. */
export async function untilClosed(socket: net.Socket): Promise<Buffer> {
  const received: Buffer[] = []
  socket.on('data', (bytes) => received.push(bytes))
  if (!socket.destroyed) await once(socket, 'close')
  return Buffer.concat(received)
}

/** A frame with its length in front. */
export function framed(body: Buffer): Buffer {
  const length = Buffer.alloc(4)
  length.writeInt32BE(body.length)
  return Buffer.concat([length, body])
}

/** A request with header version 1. */
export function request(apiKey: number, apiVersion: number, body: Buffer, correlationId = 1, clientId = 'raw'): Buffer {
  const header = Buffer.alloc(10 + clientId.length)
  header.writeInt16BE(apiKey, 0)
  header.writeInt16BE(apiVersion, 2)
  header.writeInt32BE(correlationId, 4)
  header.writeInt16BE(clientId.length, 8)
  header.write(clientId, 10)
  return framed(Buffer.concat([header, body]))
}
