import { once } from 'node:events'
import net from 'node:net'
import {
  type ApiName,
  apiTable,
  decodeResponse,
  type Encodable,
  encodeRequest,
  type Messages,
} from '../../src/broker/protocol/codec.ts'

/** A client that says exactly what a test wants said, to the embedded broker or to a real one. */
export class RawClient {
  readonly #socket: net.Socket
  readonly #clientId: string
  readonly #waiting: Map<number, (body: Buffer) => void> = new Map()
  #correlationId = 0
  #received: Buffer = Buffer.alloc(0)

  private constructor(socket: net.Socket, clientId: string) {
    this.#socket = socket
    this.#clientId = clientId
    socket.on('data', (bytes) => this.#receive(bytes))
    socket.on('error', () => {})
  }

  static async connect(address: string, clientId = 'raw'): Promise<RawClient> {
    const [host, port] = address.split(':')
    const socket = net.connect(Number(port), host)
    await once(socket, 'connect')
    return new RawClient(socket, clientId)
  }

  /** Writes a request, with bytes behind it if given, and resolves with its answer; never, if there is none. */
  request<Name extends ApiName>(
    name: Name,
    version: number,
    request: Encodable<Messages[Name]['request']>,
    behind: Buffer = Buffer.alloc(0),
  ): Promise<Messages[Name]['response']> {
    const { key, flexibleFrom } = apiTable(name)
    const flexible = version >= flexibleFrom
    const correlationId = this.#correlationId++
    const clientId = Buffer.from(this.#clientId)
    const header = Buffer.alloc(10)
    header.writeInt16BE(key, 0)
    header.writeInt16BE(version, 2)
    header.writeInt32BE(correlationId, 4)
    header.writeInt16BE(clientId.length, 8)
    const body = encodeRequest(name, version, request)
    const frame = Buffer.concat([header, clientId, Buffer.alloc(flexible ? 1 : 0), body, behind])
    const length = Buffer.alloc(4)
    length.writeInt32BE(frame.length)
    const answer = new Promise<Buffer>((resolve) => this.#waiting.set(correlationId, resolve))
    this.#socket.write(Buffer.concat([length, frame]))
    // Response headers of flexible versions carry (empty) tagged fields, save for ApiVersions.
    const headerEnd = flexible && name !== 'ApiVersions' ? 1 : 0
    return answer.then((bytes) => decodeResponse(name, version, bytes.subarray(headerEnd)))
  }

  async close(): Promise<void> {
    if (this.#socket.destroyed) return
    this.#socket.end()
    await once(this.#socket, 'close')
  }

  #receive(bytes: Buffer): void {
    this.#received = Buffer.concat([this.#received, bytes])
    while (this.#received.length >= 4) {
      const end = 4 + this.#received.readInt32BE(0)
      if (this.#received.length < end) return
      const correlationId = this.#received.readInt32BE(4)
      this.#waiting.get(correlationId)?.(this.#received.subarray(8, end))
      this.#waiting.delete(correlationId)
      this.#received = this.#received.subarray(end)
    }
  }
}
