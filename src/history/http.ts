import { Agent as HttpAgent, type IncomingHttpHeaders, type IncomingMessage, request as requestHttp } from 'node:http'
import { Agent as HttpsAgent, request as requestHttps } from 'node:https'
import { isLoopback } from '../config/endpoint.ts'

export interface HttpRequest {
  method: 'GET' | 'PUT'
  headers: Readonly<Record<string, string>>
  body: Uint8Array | undefined
  signal: AbortSignal
}

export interface HttpResponse {
  status: number
  headers: IncomingHttpHeaders
  text: string
}

/** Connections to one server. A redirect is an answer like any other. */
export class HttpConnections {
  readonly #agent: HttpAgent
  readonly #request: typeof requestHttp
  readonly #mostBytes: number

  /** Proxies are those of the usual environment variables; none is between us and this machine. */
  constructor(url: string, mostBytes: number) {
    const options = isLoopback(url) ? { keepAlive: true } : { keepAlive: true, proxyEnv: process.env }
    const secure = new URL(url).protocol === 'https:'
    this.#agent = secure ? new HttpsAgent(options) : new HttpAgent(options)
    this.#request = secure ? requestHttps : requestHttp
    this.#mostBytes = mostBytes
  }

  /** @throws Error where there is no answer, or half of one, or one that is too large. */
  async ask(url: URL, { method, headers, body, signal }: HttpRequest): Promise<HttpResponse> {
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const sent = this.#request(url, { method, headers, signal, agent: this.#agent }, resolve)
      // Stays for errors behind the answer's head too, which reading the answer throws as well.
      sent.on('error', reject)
      sent.end(body)
    })
    return { status: response.statusCode!, headers: response.headers, text: await this.#read(response) }
  }

  async #read(response: IncomingMessage): Promise<string> {
    const parts: Buffer[] = []
    let bytes = 0
    for await (const part of response as AsyncIterable<Buffer>) {
      parts.push(part)
      bytes += part.length
      if (bytes > this.#mostBytes) throw new Error(`an answer of more than ${this.#mostBytes} bytes`)
    }
    return Buffer.concat(parts).toString()
  }

  close(): void {
    this.#agent.destroy()
  }
}
