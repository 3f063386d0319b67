import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { createAdaptorServer } from '@hono/node-server'
import type { Observer } from '../telemetry/endpoint.ts'
import { createApp, type Endpoint } from './app.ts'
import type { Log } from './log.ts'
import { FileBodies } from './store/files.ts'
import { migrate } from './store/migrations.ts'
import { openSqlite } from './store/sqlite.ts'
import { Authenticator, createToken, hasAdminToken } from './tokens.ts'
import { Uploads } from './uploads.ts'

export interface EndpointOptions {
  /** Where everything is kept. */
  folder: string
  host: string
  /** 0: any that is free. */
  port: number
  adminToken?: string | undefined
  log: Log
  observer?: Observer | undefined
}

export interface RunningEndpoint {
  url: string
  /** The secret of the first administrator, where this start made one. */
  firstToken: string | undefined
  close(): Promise<void>
}

/** How long a request may take to arrive; a chunk is 8 MiB at most. */
const REQUEST_MS = 60_000
const HEADERS_MS = 10_000
/** How long a stop waits for requests that are under way. */
const STOP_MS = 10_000

/** Opens the store and listens. */
export async function startEndpoint(options: EndpointOptions): Promise<RunningEndpoint> {
  const { folder, host, port, adminToken, log, observer } = options
  const database = await openSqlite(join(folder, 'endpoint.db'))
  const bodies = new FileBodies(join(folder, 'chunks'))
  await migrate(database)
  const firstToken = adminToken === undefined ? await makeFirstToken(database) : undefined
  const authenticator = new Authenticator(database, adminToken)
  const endpoint: Endpoint = { database, bodies, uploads: new Uploads(database, bodies), authenticator, log, observer }
  const app = createApp(endpoint)
  const server = createAdaptorServer({
    fetch: app.fetch,
    overrideGlobalObjects: false,
    serverOptions: { requestTimeout: REQUEST_MS, headersTimeout: HEADERS_MS, connectionsCheckingInterval: 5000 },
  }) as Server
  await listen(server, host, port)
  return {
    url: urlOf(server.address() as AddressInfo),
    firstToken,
    close: async () => {
      await stop(server)
      await database.close()
    },
  }
}

async function makeFirstToken(database: Endpoint['database']): Promise<string | undefined> {
  if (await hasAdminToken(database)) return undefined
  const token = { name: 'first administrator', scope: 'admin', project: null, expiresAt: null } as const
  return (await createToken(database, 'first start', token)).secret
}

function listen(server: Server, host: string, port: number): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  server.once('error', reject)
  server.listen(port, host, () => {
    server.off('error', reject)
    resolve()
  })
  return promise
}

function urlOf({ family, address, port }: AddressInfo): string {
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`
}

async function stop(server: Server): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  server.close(() => resolve())
  server.closeIdleConnections()
  const timer = setTimeout(() => server.closeAllConnections(), STOP_MS)
  await promise
  clearTimeout(timer)
}
