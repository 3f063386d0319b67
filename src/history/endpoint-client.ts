import { createHash } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { REDACTED } from '../redaction/redaction.ts'
import { HttpConnections, type HttpResponse } from './http.ts'

/** Why an upload stopped, in words for the one line that says so. */
export class UploadProblem extends Error {
  /** Whether the same may well work a little later: nobody has refused it. */
  readonly passing: boolean

  constructor(message: string, { passing, cause }: { passing: boolean; cause?: unknown }) {
    super(message, { cause })
    this.passing = passing
  }
}

export interface Answer {
  status: number
  /** Its content type, without parameters. */
  type: string
  text: string
  /** Null where it is no JSON, as that of a proxy or a login page: then no endpoint has answered. */
  body: Record<string, unknown> | null
}

export interface Body {
  bytes: Uint8Array
  headers: Record<string, string>
}

/** Milliseconds between the tries of one request. */
const PAUSES: readonly number[] = [200, 600, 1800]
/** Nobody waits longer than this for a busy endpoint: the run can be pushed later. */
const MOST_PAUSE = 60_000
const TRY_AGAIN: readonly number[] = [429, 502, 503, 504]
const MOST_ANSWER_BYTES = 4 * 1024 * 1024

/**
 * HTTP to the endpoint: each request is tried again while nothing but time is needed, up to a deadline for all of them.
 * No redirect is followed, so that the token goes to no other host.
 */
export class EndpointClient {
  readonly #base: string
  readonly #connections: HttpConnections
  readonly #token: string
  readonly #patience: number
  readonly #end = new AbortController()
  /** Aborts when the deadline is set: whoever pauses looks at it. */
  readonly #hurry = new AbortController()
  #deadline: { at: number; milliseconds: number } | undefined
  #timer: NodeJS.Timeout | undefined

  /** `patience`: milliseconds that one request may take. */
  constructor({ url, token, patience }: { url: string; token: string; patience: number }) {
    this.#base = url.replace(/\/+$/, '')
    this.#connections = new HttpConnections(this.#base, MOST_ANSWER_BYTES)
    this.#token = token
    this.#patience = patience
  }

  /** From now on everything together may take so long. */
  setDeadline(milliseconds: number): void {
    this.#deadline = { at: performance.now() + milliseconds, milliseconds }
    this.#timer = setTimeout(() => this.#end.abort(), milliseconds)
    this.#hurry.abort()
  }

  close(): void {
    clearTimeout(this.#timer)
    this.#end.abort()
    this.#connections.close()
  }

  /**
   * Asks until it is answered by something else than "later".
   *
   * @throws UploadProblem when it isn't, or the answer is a redirect.
   */
  async request(method: 'GET' | 'PUT', path: string, body?: Body): Promise<Answer> {
    for (let tries = 0; ; tries++) {
      const { answer, problem, wait } = await this.#try(method, path, body)
      if (answer !== undefined) return answer
      const milliseconds = wait ?? PAUSES[tries] ?? 0
      if (!problem.passing || tries >= PAUSES.length || milliseconds > MOST_PAUSE) throw problem
      await this.#pause(milliseconds, problem)
    }
  }

  async putJson(path: string, value: unknown): Promise<Answer> {
    const headers = { 'content-type': 'application/json' }
    return await this.request('PUT', path, { bytes: Buffer.from(JSON.stringify(value)), headers })
  }

  /** The problem that a refusal is. */
  refusal(answer: Answer, what: string): UploadProblem {
    const { status, body } = answer
    if (body === null) return this.foreign(answer, what)
    const why = [body.title, body.detail].filter((part) => typeof part === 'string' && part !== '').join(': ')
    const hint = body.title === 'redaction required' ? REDACT_HINT : HINTS[status]
    const parts = [`${this.#base} answered ${status} to ${what}`, why === '' ? '' : `: ${this.#printable(why, 200)}`]
    return new UploadProblem(`${parts.join('')}${hint === undefined ? '' : ` (${hint})`}`, { passing: false })
  }

  /** The problem that an answer of somebody else is: nobody has refused the run, so it may well be taken later. */
  foreign({ status, type, text }: Answer, what: string): UploadProblem {
    const said = [type === '' ? 'no content type' : this.#printable(type, 80), `"${this.#printable(text, 80)}"`]
    const parts = [`${this.#base} answered ${status} to ${what}`, `not as an endpoint of kafka-testkit does`]
    return new UploadProblem(`${parts.join(', ')} (${said.join(', ')})`, { passing: true })
  }

  /** What somebody else's server said, on one line that can't steer a terminal; the token may have come back in it. */
  #printable(text: string, most: number): string {
    return printable(text.replaceAll(this.#token, REDACTED)).trim().slice(0, most)
  }

  async #try(
    method: 'GET' | 'PUT',
    path: string,
    body: Body | undefined,
  ): Promise<{ answer: Answer; problem?: undefined; wait?: undefined } | Trouble> {
    try {
      const response = await this.#connections.ask(new URL(`${this.#base}${path}`), {
        method,
        headers: { authorization: `Bearer ${this.#token}`, accept: 'application/json', ...body?.headers },
        body: body?.bytes,
        signal: AbortSignal.any([this.#end.signal, AbortSignal.timeout(this.#patience)]),
      })
      return this.#judge(response, `${method} ${path}`)
    } catch (error) {
      return { problem: this.#failure(error) }
    }
  }

  #judge(
    { status, headers, text }: HttpResponse,
    what: string,
  ): { answer: Answer; problem?: undefined; wait?: undefined } | Trouble {
    const type = String(headers['content-type'] ?? '')
      .split(';')[0]!
      .trim()
      .toLowerCase()
    const answer = { status, type, text, body: JSON_TYPES.includes(type) ? parse(text) : null }
    if (TRY_AGAIN.includes(status)) {
      const problem = new UploadProblem(this.refusal(answer, what).message, { passing: true })
      const wait = retryAfter(headers['retry-after'])
      return wait === undefined ? { problem } : { problem, wait }
    }
    if (status >= 300 && status < 400) {
      const to = `${this.#base} answered ${status}, it redirects, which is not followed: the token goes to no other address`
      return { problem: new UploadProblem(to, { passing: false }) }
    }
    return { answer }
  }

  #failure(error: unknown): UploadProblem {
    if (this.#end.signal.aborted && this.#deadline !== undefined) return this.#late()
    const { code, name, message } = rootOf(error)
    const timedOut = name === 'TimeoutError' || /TIMEOUT/.test(code ?? '')
    const why = timedOut ? `no answer within ${this.#patience / 1000} s` : (code ?? printable(message))
    return new UploadProblem(`${this.#base} can't be reached (${why})`, { passing: true, cause: error })
  }

  #late(): UploadProblem {
    return new UploadProblem(`${this.#base} took longer than ${this.#deadline!.milliseconds / 1000} s`, {
      passing: true,
    })
  }

  /** @throws UploadProblem at once when the deadline comes before the end of the pause. */
  async #pause(milliseconds: number, problem: UploadProblem): Promise<void> {
    const until = performance.now() + milliseconds
    if (this.#deadline === undefined) {
      await pause(milliseconds, undefined, { signal: this.#hurry.signal }).catch(() => undefined)
    }
    if (this.#deadline !== undefined && until > this.#deadline.at) throw problem
    const rest = until - performance.now()
    if (rest > 0) await pause(rest, undefined, { signal: this.#end.signal }).catch(() => undefined)
    if (this.#end.signal.aborted) throw problem
  }
}

interface Trouble {
  answer?: undefined
  problem: UploadProblem
  /** Milliseconds after which the server wants to be asked again. */
  wait?: number
}

/** What an endpoint answers in, without and with trouble. */
const JSON_TYPES: readonly string[] = ['application/json', 'application/problem+json']

/** The title is part of the wire. */
const REDACT_HINT = 'push --redact all leaves the data out'
const HINTS: Readonly<Record<number, string>> = {
  401: 'is KAFKA_TESTKIT_TOKEN right?',
  403: 'the token of KAFKA_TESTKIT_TOKEN has no right to it',
  404: 'is the URL that of an endpoint of kafka-testkit?',
}

/** As `Content-Digest` (RFC 9530) has it. */
export function digestOf(bytes: Uint8Array): string {
  return `sha-256=:${createHash('sha256').update(bytes).digest('base64')}:`
}

/** Seconds, or a date (RFC 9110, 10.2.3), as milliseconds from now. */
function retryAfter(header: string | string[] | undefined): number | undefined {
  if (typeof header !== 'string') return undefined
  if (/^\d+$/.test(header)) return Number(header) * 1000
  const date = Date.parse(header)
  return Number.isNaN(date) ? undefined : Math.max(0, date - Date.now())
}

function parse(text: string): Record<string, unknown> | null {
  try {
    const value = JSON.parse(text) as unknown
    return typeof value === 'object' && !Array.isArray(value) ? (value as Record<string, unknown> | null) : null
  } catch {
    return null
  }
}

/** Node hides the reason of a failed connection in causes and, where a name has several addresses, in `errors`. */
function rootOf(error: unknown): { code?: string | undefined; name: string; message: string } {
  let root = error as Error & { code?: string; errors?: Error[] }
  for (let depth = 0; depth < 5; depth++) {
    const next = root.cause instanceof Error ? root.cause : root.errors?.[0]
    if (next === undefined) break
    root = next as typeof root
  }
  return { code: root.code, name: root.name, message: root.message }
}

function printable(text: string): string {
  return text.replaceAll(/[^\p{L}\p{N}\p{P}\p{S}]+/gu, ' ')
}
