import net, { type AddressInfo, type ListenOptions, type Server as NetServer, type Socket } from 'node:net'
import type { Broker } from './broker.ts'
import { type BrokerOptions, type BrokerSettings, brokerSettings, isLoopback, reachable } from './options.ts'
import type { Server } from './server.ts'
import type { BrokerState } from './state.ts'

/** The same as the rest of the product has it, which looks inside. */
export interface OpenBroker extends Broker {
  /** What the broker knows, once somebody has connected or `load` was called. */
  readonly loaded: BrokerState | undefined
  /** Loads the broker's code, which else waits for the first connection. */
  load(): Promise<BrokerState>
  /** Calls `watch` once the code is loaded, at once where it is; what that returns is called by the unsubscription. */
  onLoad(watch: (state: BrokerState) => () => void): () => void
}

/** Opens a socket; the code behind it loads with the first connection. @throws as `startBroker` does. */
export async function openBroker(options: BrokerOptions = {}): Promise<OpenBroker> {
  const settings = brokerSettings(options)
  if (!isLoopback(settings.host)) {
    settings.log(
      `kafka-testkit broker: listens on ${settings.host}, where others can reach it, and has no authentication`,
    )
  }
  const listener = new Listener(settings)
  await listener.listen()
  return listener
}

class Listener implements OpenBroker {
  readonly host: string
  port = 0
  readonly #settings: BrokerSettings
  readonly #sockets: Set<Socket> = new Set()
  readonly #listening: NetServer
  #loading: Promise<Server> | undefined
  #server: Server | undefined
  #isClosed = false
  readonly #watchers: Set<(state: BrokerState) => void> = new Set()

  constructor(settings: BrokerSettings) {
    this.#settings = settings
    this.host = reachable(settings.host)
    this.#listening = net.createServer({ noDelay: true }, (socket) => this.#accept(socket))
    this.#listening.maxConnections = settings.maxConnections
  }

  get brokers(): readonly string[] {
    return [`${this.host.includes(':') ? `[${this.host}]` : this.host}:${this.port}`]
  }

  get loaded(): BrokerState | undefined {
    return this.#server?.state
  }

  async listen(): Promise<void> {
    const { host, port, keepAlive, log } = this.#settings
    await new Promise<void>((resolve, reject) => {
      this.#listening.once('error', reject)
      this.#listening.listen(endpoint(host, port), resolve)
    })
    this.#listening.removeAllListeners('error')
    // Out of file descriptors: that connection fails, the others go on.
    this.#listening.on('error', (error) => log(`kafka-testkit broker: ${error.message}`))
    this.port = (this.#listening.address() as AddressInfo).port
    if (!keepAlive) this.#listening.unref()
  }

  async load(): Promise<BrokerState> {
    if (this.#isClosed) throw new Error('the embedded broker is closed')
    return (await this.#load()).state
  }

  onLoad(watch: (state: BrokerState) => () => void): () => void {
    let unwatch: (() => void) | undefined
    const loaded = (state: BrokerState): void => {
      unwatch = watch(state)
    }
    if (this.loaded === undefined) this.#watchers.add(loaded)
    else loaded(this.loaded)
    return () => {
      this.#watchers.delete(loaded)
      unwatch?.()
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true
    const stopped = new Promise<void>((resolve) => this.#listening.close(() => resolve()))
    for (const socket of this.#sockets) socket.destroy()
    await stopped
    const server = await this.#loading?.catch(() => undefined)
    server?.close()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  #load(): Promise<Server> {
    this.#loading ??= import('./server.ts').then(({ Server }) => {
      this.#server = new Server({ ...this.#settings, port: this.port })
      for (const watch of this.#watchers) watch(this.#server.state)
      this.#watchers.clear()
      return this.#server
    })
    return this.#loading
  }

  #accept(socket: Socket): void {
    this.#sockets.add(socket)
    socket.on('close', () => this.#sockets.delete(socket))
    // A client may vanish at any moment; 'close' follows.
    socket.on('error', () => {})
    if (!this.#settings.keepAlive) socket.unref()
    if (this.#server !== undefined) {
      this.#server.serve(socket)
      return
    }
    this.#load().then(
      (server) => server.serve(socket),
      (error: Error) => {
        this.#settings.log(`kafka-testkit broker: it can't start: ${error.message}`)
        socket.destroy()
      },
    )
  }
}

/**
 * `net.BoundSocket` (Node 24) binds an address at once. `listen({ host })` takes the way of a name: it loads the resolver
 * and compiles an expression for IPv6 addresses, which was 6 of the 8 ms until a broker listened, in every test file.
 */
function endpoint(host: string, port: number): ListenOptions {
  const plain = 'BoundSocket' in net && net.isIPv4(host)
  return plain ? { handle: new net.BoundSocket({ host, port }) } : { host, port }
}
