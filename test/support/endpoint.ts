import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gunzipSync, zstdDecompressSync } from 'node:zlib'
import type { RunLine } from '../../src/run/model.ts'

/** What an endpoint has of a run. */
interface ReceivedRun {
  project: string
  run: RunLine
  chunks: Map<number, { digest: string; raw: Buffer; encoding: string }>
  complete: boolean
}

export interface Request {
  method: string
  /** `run`, `chunk`, `complete` or `chunks`. */
  what: string
  /** How many of its kind there were, with it. */
  count: number
  bytes: Buffer
  incoming: IncomingMessage
}

/** Answers in the endpoint's place, or leaves it to it by `false`. */
export type Fault = (request: Request, response: ServerResponse) => boolean | Promise<boolean>

/** An endpoint of the wire, in memory, in which faults can be put. It takes the token "secret". */
export class TestEndpoint {
  readonly runs: Map<string, ReceivedRun> = new Map()
  /** `PUT chunk 201`, in their order. */
  readonly log: string[] = []
  fault: Fault | undefined
  /** Sees the first bytes of each body, and may break the connection. */
  onBody: ((incoming: IncomingMessage) => void) | undefined
  readonly #server: Server
  readonly #counts = new Map<string, number>()
  #port = 0

  constructor() {
    this.#server = createServer((incoming, response) => void this.#answer(incoming, response))
  }

  static async start(): Promise<TestEndpoint> {
    const endpoint = new TestEndpoint()
    await endpoint.listen()
    return endpoint
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`
  }

  get listening(): boolean {
    return this.#server.listening
  }

  /** Where it listened before, if it did. */
  async listen(): Promise<void> {
    this.#server.listen(this.#port, '127.0.0.1')
    await once(this.#server, 'listening')
    this.#port = (this.#server.address() as AddressInfo).port
  }

  /** Every connection is cut, as by a kill. */
  async close(): Promise<void> {
    if (!this.#server.listening) return
    this.#server.close()
    this.#server.closeAllConnections()
    await once(this.#server, 'close')
  }

  /** No faults from now on. */
  heal(): void {
    this.fault = undefined
    this.onBody = undefined
    this.#counts.clear()
    this.log.length = 0
  }

  /** The lines of a run that is complete. */
  linesOf(id: string): unknown[] {
    if (!this.runs.get(id)!.complete) throw new Error(`run ${id} isn't complete`)
    return this.partOf(id)
  }

  /** The lines of a run that arrived so far. */
  partOf(id: string): unknown[] {
    const { run, chunks } = this.runs.get(id)!
    return [run, ...parseLines(raw(chunks))]
  }

  async #answer(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const parts: Buffer[] = []
    try {
      for await (const part of incoming) {
        this.onBody?.(incoming)
        parts.push(part as Buffer)
      }
    } catch {
      return
    }
    const [, , , id = '', what = 'run', seq] = (incoming.url ?? '').split('/')
    const kind = seq === undefined ? what : 'chunk'
    const count = (this.#counts.get(kind) ?? 0) + 1
    this.#counts.set(kind, count)
    const request = { method: incoming.method!, what: kind, count, bytes: Buffer.concat(parts), incoming }
    if ((await this.fault?.(request, response)) === true) {
      this.log.push(`${request.method} ${kind} fault`)
      return
    }
    const [status, body] = this.#handle(request, id, Number(seq))
    this.log.push(`${request.method} ${kind} ${status}`)
    response.writeHead(status, { 'content-type': status < 400 ? 'application/json' : 'application/problem+json' })
    response.end(JSON.stringify(body))
  }

  #handle({ what, method, bytes, incoming }: Request, id: string, seq: number): [status: number, body: object] {
    if (incoming.headers.authorization !== 'Bearer secret') return [401, { title: 'who are you?' }]
    const known = this.runs.get(id)
    if (what === 'run') return this.#begin(id, bytes)
    if (known === undefined) return [404, { title: 'no such run' }]
    if (what === 'chunk') return putChunk(known, seq, bytes, incoming)
    if (method === 'GET') {
      const chunks = [...known.chunks].map(([seq, { digest }]) => ({ seq, digest }))
      return [200, { id, complete: known.complete, chunks }]
    }
    const { chunks, digest } = JSON.parse(bytes.toString()) as { chunks: number; digest: string }
    const missing = Array.from({ length: chunks }, (_, seq) => seq).filter((seq) => !known.chunks.has(seq))
    if (missing.length > 0) return [409, { title: 'chunks missing', missing }]
    if (digestOf(raw(known.chunks)) !== digest) return [422, { title: 'digest differs' }]
    known.complete = true
    return [200, { id, state: 'complete', digest }]
  }

  #begin(id: string, bytes: Buffer): [status: number, body: object] {
    const { project, run } = JSON.parse(bytes.toString()) as { project: string; run: RunLine }
    const known = this.runs.get(id)
    if (known === undefined) this.runs.set(id, { project, run, chunks: new Map(), complete: false })
    else if (JSON.stringify(known.run) !== JSON.stringify(run)) return [409, { title: 'another run' }]
    return [known === undefined ? 201 : 200, { id, state: known?.complete ? 'complete' : 'running', digest: null }]
  }
}

function putChunk(
  { run: { id }, chunks, complete }: ReceivedRun,
  seq: number,
  bytes: Buffer,
  { headers }: IncomingMessage,
): [status: number, body: object] {
  const digest = digestOf(bytes)
  if (headers['content-digest'] !== digest) return [400, { title: 'digest differs' }]
  const known = chunks.get(seq)
  const taken = { id, state: complete ? 'complete' : 'running', digest }
  if (known !== undefined) return known.digest === digest ? [200, taken] : [409, { title: 'another chunk' }]
  const encoding = headers['content-encoding'] ?? 'identity'
  const decoded = encoding === 'zstd' ? zstdDecompressSync(bytes) : encoding === 'gzip' ? gunzipSync(bytes) : bytes
  if (decoded.length > 8 * 1024 * 1024) return [413, { title: 'chunk too large' }]
  chunks.set(seq, { digest, raw: decoded, encoding })
  return [201, taken]
}

function raw(chunks: ReceivedRun['chunks']): Buffer {
  return Buffer.concat([...chunks].sort(([a], [b]) => a - b).map(([, chunk]) => chunk.raw))
}

function digestOf(bytes: Buffer): string {
  return `sha-256=:${createHash('sha256').update(bytes).digest('base64')}:`
}

export function parseLines(text: Buffer | string): unknown[] {
  return text
    .toString()
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as unknown)
}
