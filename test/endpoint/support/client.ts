import { zstdCompressSync } from 'node:zlib'
import type { EndLine, Line, RunLine } from '../../../src/run/model.ts'
import { digest, endLine, ndjson, runLine } from './run.ts'

export interface Answer {
  status: number
  // biome-ignore lint/suspicious/noExplicitAny: what a test expects of an answer says its type.
  body: any
  headers: Headers
}

/** Speaks to an endpoint over HTTP, with one token. */
export class Client {
  readonly url: string
  readonly token: string | undefined

  constructor(url: string, token?: string) {
    this.url = url
    this.token = token
  }

  with(token: string | undefined): Client {
    return new Client(this.url, token)
  }

  async send(
    method: string,
    path: string,
    body: string | Uint8Array<ArrayBuffer> | null = null,
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    const authorization: Record<string, string> =
      this.token === undefined ? {} : { authorization: `Bearer ${this.token}` }
    const response = await fetch(`${this.url}${path}`, { method, body, headers: { ...authorization, ...headers } })
    const text = await response.text()
    const isJson = /json/.test(response.headers.get('content-type') ?? '')
    return { status: response.status, body: isJson ? JSON.parse(text) : text, headers: response.headers }
  }

  get(path: string): Promise<Answer> {
    return this.send('GET', path)
  }

  delete(path: string): Promise<Answer> {
    return this.send('DELETE', path)
  }

  put(path: string, json: unknown): Promise<Answer> {
    return this.send('PUT', path, JSON.stringify(json), { 'content-type': 'application/json' })
  }

  begin(run: RunLine, project = 'orders'): Promise<Answer> {
    return this.put(`/v1/runs/${run.id}`, { project, run })
  }

  chunk(run: string, seq: number, raw: Uint8Array, headers: Record<string, string> = {}): Promise<Answer> {
    const encoding = headers['content-encoding'] ?? 'zstd'
    const bytes = encoding === 'zstd' ? zstdCompressSync(raw) : raw
    return this.send('PUT', `/v1/runs/${run}/chunks/${seq}`, bytes as Uint8Array<ArrayBuffer>, {
      'content-type': 'application/x-ndjson',
      'content-encoding': encoding,
      'content-digest': digest(bytes),
      ...headers,
    })
  }

  complete(run: string, chunks: readonly Uint8Array[]): Promise<Answer> {
    return this.put(`/v1/runs/${run}/complete`, { chunks: chunks.length, digest: digest(...chunks) })
  }

  /** A whole run: each of `parts` is a chunk. */
  async upload(
    parts: readonly (readonly Line[])[],
    run: RunLine = runLine(),
    project = 'orders',
    end: EndLine = endLine(parts.flat()),
  ): Promise<RunLine> {
    const chunks = parts.map((lines, index) => ndjson(index === parts.length - 1 ? [...lines, end] : lines))
    const answers = [await this.begin(run, project)]
    for (const [seq, raw] of chunks.entries()) answers.push(await this.chunk(run.id, seq, raw))
    answers.push(await this.complete(run.id, chunks))
    const wrong = answers.find(({ status }) => status >= 300)
    if (wrong !== undefined) throw new Error(`upload failed: ${JSON.stringify(wrong.body)}`)
    return run
  }
}
