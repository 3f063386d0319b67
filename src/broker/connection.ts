import { isIP, type Socket } from 'node:net'
import { now } from '../base/clock.ts'
import type { Connection } from './api.ts'
import type { BrokerEventMap } from './events.ts'
import { FrameReader } from './frames.ts'
import type { BrokerState } from './state.ts'

/** Requests that may wait behind the one that is answered; then the client isn't read from until some are done. */
const MAX_WAITING = 32

const PRODUCE = 0

/** Answers a request; the pieces of an answer are written to the client. What it throws closes the connection. */
export type Answer = (frame: Buffer, connection: ClientConnection) => Promise<Buffer[] | undefined>

/**
 * One client's connection: cuts it into requests and answers them one at a time, in order, as Kafka does
 * (kafka.network.Processor mutes a channel while a request of it is handled). What a client may make the broker hold is
 * bounded: one request half read, a few that wait, and one response that it has not taken.
 */
export class ClientConnection implements Connection {
  readonly id: number
  readonly localHost: string
  readonly localPort: number
  readonly remoteHost: string
  software: { name: string; version: string } | undefined
  readonly versions: Map<string, number> = new Map()
  /** Of the latest request, for the log. */
  clientId = ''
  readonly #socket: Socket
  readonly #broker: BrokerState
  readonly #answer: Answer
  readonly #remote: string
  readonly #frames: FrameReader
  readonly #closing: AbortController = new AbortController()
  #waiting: Buffer[] = []
  #waitingBytes = 0
  #current: Buffer | undefined
  #onNextRequest: (() => void) | undefined
  #onDrained: (() => void) | undefined
  #producing = false
  #isKnown = false

  constructor(id: number, socket: Socket, broker: BrokerState, answer: Answer) {
    this.id = id
    this.#socket = socket
    this.#broker = broker
    this.#answer = answer
    this.#frames = new FrameReader(broker.options.maxRequestBytes)
    this.localHost = isIP(broker.options.host) === 0 ? broker.options.host : plainAddress(socket.localAddress)
    this.localPort = socket.localPort ?? broker.options.port
    this.remoteHost = plainAddress(socket.remoteAddress)
    this.#remote = `${this.remoteHost}:${socket.remotePort}`
    socket.on('data', (chunk) => this.#receive(chunk))
    socket.on('drain', () => this.#onDrained?.())
    socket.on('close', () => this.#closed())
    if (socket.destroyed) this.#closed()
  }

  get closed(): AbortSignal {
    return this.#closing.signal
  }

  whenNextRequest(listener: () => void): () => void {
    if (this.#waiting.length > 0) listener()
    else this.#onNextRequest = listener
    return () => {
      this.#onNextRequest = undefined
    }
  }

  /** Notes who asks for what, by the header of a request. */
  heard(clientId: string, api: string, version: number): void {
    this.clientId = clientId
    this.versions.set(api, version)
    if (this.#isKnown) return
    this.#isKnown = true
    this.#broker.events.emit('connected', { at: now(), clientId, remote: this.#remote })
  }

  /** Ends the connection with one line that says why. */
  fail(reason: string): void {
    if (this.#socket.destroyed) return
    this.#tell(true, reason)
    this.#socket.destroy()
  }

  refused(reason: string): void {
    this.#tell(false, reason)
  }

  #tell(closed: boolean, reason: string): void {
    tellRefusal(this.#broker, { clientId: this.clientId, remote: this.#remote, closed, reason })
  }

  #receive(chunk: Buffer): void {
    try {
      for (const frame of this.#frames.push(chunk)) {
        this.#waiting.push(frame)
        this.#waitingBytes += frame.length
      }
    } catch (error) {
      this.fail((error as Error).message)
      return
    }
    this.#noteProducing()
    if (this.#tooManyWait()) this.#socket.pause()
    if (this.#waiting.length === 0) return
    if (this.#current === undefined) void this.#answerAll()
    else this.#onNextRequest?.()
  }

  async #answerAll(): Promise<void> {
    while (this.#waiting.length > 0 && !this.#socket.destroyed) {
      const frame = this.#waiting.shift()!
      this.#waitingBytes -= frame.length
      this.#current = frame
      if (this.#socket.isPaused() && !this.#tooManyWait()) this.#socket.resume()
      try {
        const response = await this.#answer(frame, this)
        if (response !== undefined && !this.#socket.destroyed && !this.#write(response)) await this.#drained()
      } catch (error) {
        this.fail(error instanceof Error ? error.message : String(error))
      }
      this.#current = undefined
      this.#noteProducing()
    }
  }

  /** Writes the pieces by one call of the system (writev). Gives whether more may be written at once. */
  #write(pieces: readonly Buffer[]): boolean {
    if (pieces.length === 1) return this.#socket.write(pieces[0]!)
    let more = true
    this.#socket.cork()
    for (const piece of pieces) more = this.#socket.write(piece)
    this.#socket.uncork()
    return more
  }

  /** Resolves when the client has taken what was written, or is gone. */
  #drained(): Promise<void> {
    return new Promise((resolve) => {
      this.#onDrained = () => {
        this.#onDrained = undefined
        resolve()
      }
    })
  }

  #tooManyWait(): boolean {
    return this.#waiting.length > MAX_WAITING || this.#waitingBytes > this.#broker.options.maxRequestBytes
  }

  #closed(): void {
    if (this.#closing.signal.aborted) return
    this.#waiting = []
    this.#broker.deliveries.closed(this)
    this.#closing.abort()
    this.#onDrained?.()
    this.#noteProducing()
    this.#broker.events.emit('activity')
  }

  /** Nothing is settled while a Produce is under way, and be it in part. */
  #noteProducing(): void {
    const producing =
      !this.#closing.signal.aborted &&
      (isProduce(this.#current) || isProduce(this.#frames.begun) || this.#waiting.some(isProduce))
    if (producing === this.#producing) return
    this.#producing = producing
    this.#broker.inFlightProduces += producing ? 1 : -1
    if (!producing) this.#broker.events.emit('activity')
  }
}

/** Says, in the log and by an event, why a client can't go on, or why its connection was closed. */
export function tellRefusal(
  { options, events }: BrokerState,
  refusal: Omit<BrokerEventMap['refused'][0], 'kind' | 'at'>,
): void {
  const { clientId, remote, closed, reason } = refusal
  const client = clientId === '' ? '' : ` (client id '${clientId}')`
  const what = closed ? 'closed the connection from' : 'refused'
  options.log(`kafka-testkit broker: ${what} ${remote}${client}: ${reason}`)
  events.emit('refused', { kind: 'refused', at: now(), ...refusal })
}

function isProduce(frame: Buffer | undefined): boolean {
  return frame !== undefined && frame.length >= 2 && frame.readInt16BE(0) === PRODUCE
}

/** An IPv4 address as it was dialled, also where the socket listens on IPv6. */
function plainAddress(address: string | undefined): string {
  return address?.replace(/^::ffff:/, '') ?? ''
}
