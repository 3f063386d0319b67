import { createSocket } from 'node:dgram'
import { EventEmitter, once } from 'node:events'
import { createServer as createHttpServer, type Server as HttpServer, type IncomingHttpHeaders } from 'node:http'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'

interface Received {
  url: string
  headers: IncomingHttpHeaders
  body: string
}

/** An HTTP server that takes what Segment and Sentry take, and keeps it. */
export interface Sink {
  port: number
  received: Received[]
  /** Resolves when this many requests have come. */
  saw(requests: number): Promise<void>
  /** The events of Segment's batches. */
  usage(): { event: string; anonymousId: string; properties: Record<string, unknown> }[]
  /** The events in Sentry's envelopes. */
  errors(): Record<string, unknown>[]
  [Symbol.asyncDispose](): Promise<void>
}

export async function startSink(): Promise<Sink> {
  const received: Received[] = []
  const server = createHttpServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const { url = '', headers } = request
      received.push({ url, headers, body: Buffer.concat(chunks).toString() })
      response.writeHead(isSegment(url, headers) || isSentry(url, headers) ? 200 : 404).end('{}')
      server.emit('taken')
    })
  })
  const port = await listen(server)
  return {
    port,
    received,
    async saw(requests) {
      while (received.length < requests) await once(server, 'taken')
    },
    usage: () => received.filter(({ url }) => url === '/v1/batch').flatMap(({ body }) => JSON.parse(body).batch),
    errors: () => received.filter(({ url }) => url !== '/v1/batch').flatMap(({ body }) => eventsOf(body)),
    [Symbol.asyncDispose]: () => close(server),
  }
}

/** https://segment.com/docs/connections/sources/catalog/libraries/server/http-api/: the write key is the user name. */
function isSegment(url: string, { authorization = '' }: IncomingHttpHeaders): boolean {
  const user = Buffer.from(authorization.replace(/^Basic /, ''), 'base64').toString()
  return url === '/v1/batch' && /^\w+:$/.test(user)
}

/** https://develop.sentry.dev/sdk/foundations/transport/authentication/ */
function isSentry(url: string, headers: IncomingHttpHeaders): boolean {
  const { pathname, searchParams } = new URL(url, 'http://localhost')
  return (
    /^\/api\/\d+\/envelope\/$/.test(pathname) &&
    searchParams.has('sentry_key') &&
    headers['content-type'] === 'application/x-sentry-envelope'
  )
}

/** https://develop.sentry.dev/sdk/foundations/envelopes/: a line of headers, then a header and a payload an item. */
function eventsOf(envelope: string): Record<string, unknown>[] {
  const [, ...items] = envelope.trimEnd().split('\n')
  return items.flatMap((text, index) =>
    index % 2 === 0 && JSON.parse(text).type === 'event' ? [JSON.parse(items[index + 1]!)] : [],
  )
}

/** A server that accepts and never answers. */
interface BlackHole {
  port: number
  /** Resolves when the client of this many requests has given up. */
  gaveUp(requests: number): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

export async function startBlackHole(): Promise<BlackHole> {
  const sockets = new Set<Socket>()
  const givenUp = new EventEmitter()
  let count = 0
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    // undici connects anew when a request is aborted, and asks nothing.
    socket.once('data', () => socket.on('close', () => givenUp.emit('one', ++count)))
  })
  return {
    port: await listen(server),
    async gaveUp(requests) {
      while (count < requests) await once(givenUp, 'one')
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      await close(server)
    },
  }
}

/** A port where nothing listens. */
export async function refusedPort(): Promise<number> {
  const server = createServer()
  const port = await listen(server)
  await close(server)
  return port
}

/** What Datadog's agent would get. */
interface Agent {
  port: number
  lines: string[]
  /** Resolves when a line comes that begins so. */
  saw(beginning: string): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

export async function startAgent(): Promise<Agent> {
  const lines: string[] = []
  const socket = createSocket('udp4')
  socket.on('message', (packet) => lines.push(...packet.toString().trimEnd().split('\n')))
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  return {
    port: socket.address().port,
    lines,
    async saw(beginning) {
      while (!lines.some((line) => line.startsWith(beginning))) await once(socket, 'message')
    },
    async [Symbol.asyncDispose]() {
      socket.close()
      await once(socket, 'close')
    },
  }
}

async function listen(server: Server | HttpServer): Promise<number> {
  const { promise, resolve } = Promise.withResolvers<void>()
  server.listen(0, '127.0.0.1', resolve)
  await promise
  return (server.address() as AddressInfo).port
}

async function close(server: Server | HttpServer): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  server.close(() => resolve())
  if ('closeAllConnections' in server) server.closeAllConnections()
  await promise
}
