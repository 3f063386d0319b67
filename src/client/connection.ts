import { createConnection, isIP, type Socket } from 'node:net'
import type { ConnectionOptions as TlsOptions } from 'node:tls'
import { after, clearTimeout, type Moment, NEVER, now, setTimeout } from '../base/clock.ts'
import { FrameReader } from '../broker/frames.ts'
import { type ApiName, apiTable, type Encodable, type Messages } from '../broker/protocol/codec.ts'
import { errorName } from '../broker/protocol/errors.ts'
import { decodeResponseFrame, encodeRequestFrame } from '../broker/protocol/headers.ts'
import { ClientError, checkAnswer } from './errors.ts'
import type { Asked, Peer } from './peer.ts'
import { authenticate, type Sasl } from './sasl.ts'

export interface ConnectionOptions {
  clientId: string
  /** Connects by TLS. */
  tls?: TlsOptions | undefined
  sasl?: Sasl | undefined
}

interface Pending {
  readonly name: ApiName
  readonly version: number
  readonly timer: NodeJS.Timeout
  resolve(response: unknown): void
  reject(error: ClientError): void
}

/** What a broker says of itself before it wants credentials. */
export type ApiVersions = Messages['ApiVersions']['response']

const API_VERSIONS = 3
const UNSUPPORTED_VERSION = 35
/** No answer is as long: how much of records is wanted is said by each Fetch. Text of another protocol reads as more. */
const MAX_FRAME_BYTES = 2 ** 30
/** Of more milliseconds Node makes one. */
const LONGEST_TIMER = 2 ** 31 - 1

/**
 * A connection to one broker: requests go out at once, each with a number by which its answer is known. It keeps the
 * process alive only while an answer is awaited. A request that isn't answered in time ends it, with all others.
 */
export class BrokerConnection implements Peer {
  readonly address: string
  readonly #clientId: string
  readonly #socket: Socket
  readonly #frames: FrameReader = new FrameReader(MAX_FRAME_BYTES, tlsAlert)
  readonly #pending: Map<number, Pending> = new Map()
  #versions: ApiVersions | undefined
  #count = 0
  #failure: ClientError | undefined
  #isRetired = false
  /** When the broker wants to be authenticated to anew (KIP-368): another connection takes its place then. */
  #expiresAt: Moment = NEVER

  private constructor(address: string, clientId: string, socket: Socket) {
    this.address = address
    this.#clientId = clientId
    this.#socket = socket
    socket.setNoDelay(true)
    socket.on('data', (chunk) => this.#receive(chunk))
    socket.on('error', (error: NodeJS.ErrnoException) =>
      this.#fail(this.#error(error.message, error.code ?? 'ECONNRESET', error)),
    )
    socket.on('close', () => this.#fail(this.#error('closed connection', 'ECONNRESET')))
    socket.unref()
  }

  /** Connects, asks for the API versions and authenticates. @throws ClientError */
  static async open(address: string, options: ConnectionOptions, deadline: Moment): Promise<BrokerConnection> {
    const connection = await BrokerConnection.dial(address, options, deadline)
    try {
      if (options.sasl !== undefined) await connection.#authenticate(options.sasl, deadline)
      return connection
    } catch (error) {
      connection.close()
      throw error
    }
  }

  /** The same without credentials: only ApiVersions is answered then. @throws ClientError */
  static async dial(
    address: string,
    { clientId, tls }: Omit<ConnectionOptions, 'sasl'>,
    deadline: Moment,
  ): Promise<BrokerConnection> {
    const connection = new BrokerConnection(address, clientId, openSocket(address, tls))
    try {
      await connection.#askVersions(deadline)
      return connection
    } catch (error) {
      connection.close()
      throw error
    }
  }

  get isUsable(): boolean {
    return this.#failure === undefined && now() < this.#expiresAt
  }

  get apiVersions(): ApiVersions {
    return this.#versions!
  }

  versionOf(name: ApiName, highest: number = Number.POSITIVE_INFINITY): number | undefined {
    const {
      key,
      versions: [low, high],
    } = apiTable(name)
    const there = this.#versions?.apiKeys.find(({ apiKey }) => apiKey === key)
    if (there === undefined) return undefined
    const version = Math.min(high, there.maxVersion, highest)
    return version < Math.max(low, there.minVersion) ? undefined : version
  }

  request<Name extends ApiName>(
    name: Name,
    request: Encodable<Messages[Name]['request']>,
    asked: Asked,
  ): Promise<Messages[Name]['response']> {
    const version = this.versionOf(name, asked.highest)
    if (version !== undefined) return this.#ask(name, version, request, asked)
    const words = `it doesn't have the API ${name}, or in no version that is known here`
    return Promise.reject(this.#error(words, 'UNSUPPORTED_VERSION'))
  }

  /** Closes it once all that was asked is answered: another one has taken its place. */
  retire(): void {
    this.#isRetired = true
    if (this.#pending.size === 0) this.close()
  }

  close(): void {
    this.#fail(this.#error('closed connection', 'ECONNRESET'))
  }

  #ask<Name extends ApiName>(
    name: Name,
    version: number,
    request: Encodable<Messages[Name]['request']>,
    { deadline, isUnanswered = false }: Asked,
  ): Promise<Messages[Name]['response']> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure)
    this.#count += 1
    const correlationId = this.#count
    const pieces = encodeRequestFrame(name, { version, correlationId, clientId: this.#clientId }, request)
    const { promise, resolve, reject } = Promise.withResolvers<unknown>()
    const wait = Math.min(Math.max(0, deadline - now()), LONGEST_TIMER)
    const timer = setTimeout(() => this.#fail(this.#error('timed out', 'ETIMEDOUT')), wait)
    this.#pending.set(correlationId, { name, version, timer, resolve, reject })
    if (this.#pending.size === 1) this.#socket.ref()
    this.#socket.cork()
    for (const piece of pieces.slice(0, -1)) this.#socket.write(piece)
    this.#socket.write(pieces.at(-1)!, () => {
      if (isUnanswered) this.#settle(correlationId)?.resolve(undefined)
    })
    this.#socket.uncork()
    return promise as Promise<Messages[Name]['response']>
  }

  /** Takes a request out of those that wait. */
  #settle(correlationId: number): Pending | undefined {
    const pending = this.#pending.get(correlationId)
    if (pending === undefined) return undefined
    clearTimeout(pending.timer)
    this.#pending.delete(correlationId)
    if (this.#pending.size === 0) {
      this.#socket.unref()
      if (this.#isRetired) this.close()
    }
    return pending
  }

  #receive(chunk: Buffer): void {
    try {
      for (const frame of this.#frames.push(chunk)) {
        const correlationId = frame.readInt32BE(0)
        const pending = this.#pending.get(correlationId)
        if (pending === undefined) throw new Error(`an answer to request ${correlationId}, which waits for none`)
        const response = decode(pending, frame)
        this.#settle(correlationId)?.resolve(response)
      }
    } catch (error) {
      const { message } = error as Error
      this.#fail(this.#error(message, message === TLS_REQUIRED ? 'TLS_REQUIRED' : 'NOT_KAFKA', error))
    }
  }

  #fail(failure: ClientError): void {
    if (this.#failure !== undefined) return
    this.#failure = failure
    for (const correlationId of [...this.#pending.keys()]) this.#settle(correlationId)?.reject(failure)
    this.#socket.destroy()
  }

  async #askVersions(deadline: Moment): Promise<void> {
    const software = { clientSoftwareName: this.#clientId, clientSoftwareVersion: '1' }
    const answer = await this.#ask('ApiVersions', API_VERSIONS, software, { deadline })
    // One before 2.4 says in version 0 which versions of this API it has.
    const versions =
      answer.errorCode === UNSUPPORTED_VERSION ? await this.#ask('ApiVersions', 0, {}, { deadline }) : answer
    checkAnswer(versions.errorCode, { at: this.address })
    this.#versions = versions
  }

  async #authenticate(sasl: Sasl, deadline: Moment): Promise<void> {
    const handshake = { mechanism: sasl.mechanism.toUpperCase() }
    const { errorCode, mechanisms } = await this.request('SaslHandshake', handshake, { deadline })
    if (errorCode !== 0) {
      const words = `mechanism is not supported; there are ${mechanisms.join(', ')}`
      throw this.#error(words, errorName(errorCode))
    }
    await authenticate(sasl, async (authBytes) => {
      const answer = await this.request('SaslAuthenticate', { authBytes }, { deadline })
      checkAnswer(answer.errorCode, { at: this.address, said: answer.errorMessage })
      // A tenth before: a request must not meet the end.
      if (answer.sessionLifetimeMs > 0) this.#expiresAt = after(answer.sessionLifetimeMs * 0.9)
      return answer.authBytes
    })
  }

  #error(message: string, code: string, cause?: unknown): ClientError {
    return new ClientError(message, { code, at: this.address, cause })
  }
}

function decode({ name, version }: Pending, frame: Buffer): unknown {
  const isOld = name === 'ApiVersions' && frame.length >= 6 && frame.readInt16BE(4) === UNSUPPORTED_VERSION
  return decodeResponseFrame(name, isOld ? 0 : version, frame)
}

const TLS_REQUIRED = 'TLS is required'

/** An alert is how a TLS listener answers what isn't TLS (RFC 8446, 5.1): no answer of Kafka is so long. */
function tlsAlert(firstBytes: Buffer): string | undefined {
  return firstBytes[0] === 0x15 && firstBytes[1] === 3 ? TLS_REQUIRED : undefined
}

function openSocket(address: string, tls: TlsOptions | undefined): Socket {
  const colon = address.lastIndexOf(':')
  const host = address.slice(0, colon).replace(/^\[(.*)\]$/, '$1')
  const port = Number(address.slice(colon + 1))
  if (tls === undefined) return createConnection({ host, port })
  // Loaded where it is needed: node:tls costs a test file 3 ms.
  const { connect } = process.getBuiltinModule('node:tls')
  return connect({ host, port, ...(isIP(host) === 0 ? { servername: host } : {}), ...tls })
}
