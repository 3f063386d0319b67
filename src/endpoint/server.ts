import type { Server } from 'node:http'
import { type AddressInfo, BlockList, isIP } from 'node:net'
import { createAdaptorServer } from '@hono/node-server'
import type { Observer } from '../telemetry/endpoint.ts'
import { createApp, type Endpoint } from './app.ts'
import { Arrivals } from './arrivals.ts'
import { Housekeeping } from './housekeeping.ts'
import type { Log } from './log.ts'
import { Metrics } from './metrics.ts'
import { RateLimit } from './rate-limit.ts'
import { Removal } from './removal.ts'
import { SessionCookie } from './session-cookie.ts'
import { Sessions } from './sessions.ts'
import { openStore, type Store, type StoreOptions } from './store/open.ts'
import { Streams } from './streams.ts'
import { Authenticator, createToken, hasAdminToken } from './tokens.ts'
import { Uploads } from './uploads.ts'

export interface EndpointOptions extends StoreOptions {
  host: string
  /** 0: any that is free. */
  port: number
  /** A secret that is an administrator of every project. */
  adminToken?: string | undefined
  /** Requests a minute that each token may make; 0: no limit. */
  rateLimit: number
  /** A run of which nothing was heard for so long is lost (milliseconds). */
  lostAfter: number
  /** `https://…`: the address at which browsers find it behind a proxy. */
  publicUrl?: string | undefined
  /** How often a stream of events says something at least (milliseconds). */
  heartbeat?: number | undefined
  log: Log
  /** The operator's Datadog and Sentry, where they are on. */
  observer?: Observer | undefined
}

export interface RunningEndpoint {
  url: string
  /** The secret of the first administrator, where this start made one. */
  firstToken: string | undefined
  /** Answers what is under way, then lets go of everything. */
  close(): Promise<void>
}

/** How long a request may take to arrive; a chunk is 8 MiB at most. */
const REQUEST_MS = 60_000
const HEADERS_MS = 10_000
const IDLE_MS = 120_000
/** How long a stop waits for requests that are under way. */
const STOP_MS = 10_000
/** Well below what proxies take for a dead connection. */
const HEARTBEAT_MS = 15_000
export const MOST_STREAMS = { mostOfToken: 50, most: 1000 }
const HOUSEKEEPING_MS = 60_000
const SHORTEST_ADMIN_TOKEN = 24

/**
 * Opens the store and listens.
 *
 * @throws Error when the store can't be opened, the port is taken, or the administrator's token is a short one.
 */
export async function startEndpoint(options: EndpointOptions): Promise<RunningEndpoint> {
  const { host, port, adminToken, rateLimit, lostAfter, log } = options
  if (adminToken !== undefined && adminToken.length < SHORTEST_ADMIN_TOKEN) {
    throw new Error(`the administrator's token is to have ${SHORTEST_ADMIN_TOKEN} characters or more, random ones`)
  }
  const onError = (error: Error): void => log('warn', 'database connection lost', { error: error.message })
  const store = await openStore({ ...options, onError })
  try {
    const removal = new Removal(store.database, store.bodies)
    const arrivals = new Arrivals()
    const streams = new Streams(arrivals, { heartbeat: options.heartbeat ?? HEARTBEAT_MS, ...MOST_STREAMS })
    const server = createServer({ ...store, removal, arrivals, streams }, options)
    const firstToken = adminToken === undefined ? await makeFirstToken(store) : undefined
    const url = await listenOn(server, host, port)
    if (!isLoopback(host)) log('warn', 'plain HTTP on the network', { host, hint: 'put a proxy with TLS before it' })
    const housekeeping = new Housekeeping({ ...store, removal, log }, { lostAfter, every: HOUSEKEEPING_MS })
    log('info', 'started', { store: store.database.kind, rateLimit })
    return {
      url,
      firstToken,
      close: async () => {
        streams.stop()
        await stopServer(server)
        await housekeeping.stop()
        await store.database.close()
        log('info', 'stopped')
      },
    }
  } catch (error) {
    await store.database.close()
    throw error
  }
}

/** Whether only this machine can reach what listens there. */
export function isLoopback(host: string): boolean {
  if (host === 'localhost') return true
  const loopback = new BlockList()
  loopback.addSubnet('127.0.0.0', 8, 'ipv4')
  loopback.addAddress('::1', 'ipv6')
  const family = isIP(host)
  return family !== 0 && loopback.check(host, family === 6 ? 'ipv6' : 'ipv4')
}

/** What listens to nothing yet. */
export function createServer(
  parts: Store & Pick<Endpoint, 'removal' | 'arrivals' | 'streams' | 'local'>,
  options: Pick<EndpointOptions, 'adminToken' | 'publicUrl' | 'rateLimit' | 'log' | 'observer'>,
): Server {
  const { adminToken, publicUrl, rateLimit, log, observer } = options
  const authenticator = new Authenticator(parts.database, adminToken)
  const app = createApp({
    ...parts,
    uploads: new Uploads(parts.database, parts.bodies),
    authenticator,
    sessions: new Sessions(parts.database, authenticator),
    cookie: new SessionCookie(publicUrl),
    publicUrl,
    rateLimit: new RateLimit(rateLimit),
    metrics: new Metrics(observer),
    log,
    observer,
  })
  const server = createAdaptorServer({
    fetch: app.fetch,
    overrideGlobalObjects: false,
    serverOptions: { requestTimeout: REQUEST_MS, headersTimeout: HEADERS_MS, connectionsCheckingInterval: 5000 },
  }) as Server
  // Who neither sends nor takes anything.
  server.setTimeout(IDLE_MS)
  return server
}

async function makeFirstToken({ database }: Store): Promise<string | undefined> {
  if (await hasAdminToken(database)) return undefined
  const token = { name: 'first administrator', scope: 'admin', project: null, expiresAt: null } as const
  return (await createToken(database, 'first start', token)).secret
}

/** Gives the address. */
export async function listenOn(server: Server, host: string, port: number): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  server.once('error', reject)
  server.listen(port, host, () => {
    server.off('error', reject)
    resolve()
  })
  await promise
  return urlOf(server.address() as AddressInfo)
}

function urlOf({ family, address, port }: AddressInfo): string {
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`
}

/** Answers what is under way. */
export async function stopServer(server: Server): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  server.close(() => resolve())
  server.closeIdleConnections()
  const timer = setTimeout(() => server.closeAllConnections(), STOP_MS)
  await promise
  clearTimeout(timer)
}
