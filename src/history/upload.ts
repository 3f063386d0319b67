import { createHash } from 'node:crypto'
import { promisify } from 'node:util'
import zlib from 'node:zlib'
import type { RunLine } from '../run/model.ts'
import { type Answer, digestOf, type EndpointClient, UploadProblem } from './endpoint-client.ts'

/** Bytes of NDJSON in a chunk; an endpoint takes 8 MiB. A line that is longer has a chunk of its own. */
const CHUNK_BYTES = 4 * 1024 * 1024

/**
 * What can be done with a chunk on its way, the best first; the next is tried where the endpoint knows one not.
 * zstd is looked for when it is needed: a Node without it can load this, and be told that it is too old (`checkNode`).
 */
const encodings: { name: string; encode: (bytes: Buffer) => Promise<Uint8Array> }[] = [
  { name: 'zstd', encode: (bytes) => promisify(zlib.zstdCompress)(bytes) },
  { name: 'gzip', encode: (bytes) => promisify(zlib.gzip)(bytes) },
  { name: 'identity', encode: async (bytes) => bytes },
]

interface UploadOptions {
  client: EndpointClient
  /** Its name at the endpoint. */
  project: string
  run: RunLine
  /** The run's line as it may be there already: before it was redacted. */
  begunAs?: RunLine
  /** Where chunks ended that an earlier upload of this run may have sent, as bytes from the beginning. */
  cuts?: readonly number[]
  /**
   * Keeps the ends of the chunks, before any of them is sent: a second upload must cut the run as the first did. What it
   * can't keep it passes over, for the run may arrive all the same.
   */
  keepCuts: (cuts: readonly number[]) => void
}

/**
 * Sends one run: its lines as they come, in chunks, one after the other. Whatever it sends may be sent again, by itself
 * or by another process, and changes nothing: the number of a chunk and its digest are its identity.
 */
export class Upload {
  readonly #options: UploadOptions
  readonly #path: string
  /** Lines that are not in a chunk yet. */
  #open: Buffer[] = []
  readonly #chunks: Buffer[] = []
  readonly #arrived = new Set<number>()
  #begun = false
  #encoding = 0
  #restarts = 0
  #sending: Promise<void> | undefined
  #problem: UploadProblem | undefined

  constructor(options: UploadOptions) {
    this.#options = options
    this.#path = `/v1/runs/${options.run.id}`
  }

  /** Bytes of the run, and how many of its chunks have arrived. */
  get progress(): { bytes: number; chunks: number; arrived: number } {
    const bytes = this.#chunks.reduce((sum, { length }) => sum + length, 0)
    return { bytes, chunks: this.#chunks.length, arrived: this.#arrived.size }
  }

  /** Takes more lines, and sends them when those before them have arrived. Never throws: `finish` does. */
  add(lines: string): void {
    this.#open.push(Buffer.from(lines))
    if (this.#problem?.passing === false || this.#sending !== undefined) return
    this.#problem = undefined
    this.#sending = this.#send()
      .catch((error: unknown) => {
        this.#problem = problemOf(error)
      })
      .finally(() => {
        this.#sending = undefined
      })
  }

  /** All lines of a run, as they are stored. */
  addStored(text: Buffer): void {
    let from = 0
    for (const to of this.#options.cuts ?? []) {
      if (to > text.length || to <= from) break
      this.#chunks.push(text.subarray(from, to))
      from = to
    }
    this.#open.push(text.subarray(from))
  }

  /** Everything is here: what isn't sent yet is cut into chunks, so that whoever else sends this run cuts it so too. */
  seal(): void {
    while (this.#cut()) {}
    this.#keepCuts()
  }

  /**
   * Sends the rest, and tells the endpoint that this is all.
   *
   * @throws UploadProblem when the run isn't whole there.
   */
  async finish(): Promise<void> {
    this.seal()
    if (this.#sending === undefined) this.#problem = this.#problem?.passing === true ? undefined : this.#problem
    else await this.#sending
    if (this.#problem !== undefined) throw this.#problem
    await this.#send()
    await this.#complete()
  }

  /**
   * Sends what the endpoint doesn't have; of a run that was lost there is no end, so it is never complete.
   *
   * @throws UploadProblem
   */
  async sendStored(ended: boolean): Promise<void> {
    this.seal()
    await this.#askArrived()
    await this.#send()
    if (ended) await this.#complete()
  }

  async #send(): Promise<void> {
    if (!this.#begun) await this.#begin()
    for (let seq = 0; seq < this.#chunks.length || this.#cut(); seq++) {
      if (!this.#arrived.has(seq)) await this.#put(seq)
    }
  }

  async #begin(): Promise<void> {
    const { client, project, run, begunAs } = this.#options
    let answer = await client.putJson(this.#path, { project, run })
    if (answer.status === 409 && begunAs !== undefined) {
      answer = await client.putJson(this.#path, { project, run: begunAs })
    }
    if (answer.status !== 200 && answer.status !== 201) throw client.refusal(answer, 'a new run')
    this.#check(answer, 'a new run', {})
    this.#begun = true
  }

  async #put(seq: number): Promise<void> {
    this.#keepCuts()
    const { name, encode } = encodings[this.#encoding]!
    const bytes = await encode(this.#chunks[seq]!)
    const headers = {
      'content-type': 'application/x-ndjson',
      'content-encoding': name,
      'content-digest': digestOf(bytes),
    }
    const answer = await this.#options.client.request('PUT', `${this.#path}/chunks/${seq}`, { bytes, headers })
    if (answer.status === 200 || answer.status === 201) {
      this.#check(answer, `chunk ${seq}`, { digest: headers['content-digest'] })
      this.#arrived.add(seq)
    } else if (answer.status === 409 && answer.body !== null) {
      // It is there, compressed otherwise. Whether it is the same, the digest of the whole run tells in the end.
      this.#arrived.add(seq)
    } else if (answer.status === 415 && this.#encoding < encodings.length - 1) {
      this.#encoding += 1
      await this.#put(seq)
    } else if (answer.status === 413 && this.#split(seq)) {
      await this.#put(seq)
    } else {
      await this.#restart(answer, `chunk ${seq}`)
    }
  }

  async #complete(): Promise<void> {
    const hash = createHash('sha256')
    for (const chunk of this.#chunks) hash.update(chunk)
    const whole = { chunks: this.#chunks.length, digest: `sha-256=:${hash.digest('base64')}:` }
    const answer = await this.#options.client.putJson(`${this.#path}/complete`, whole)
    if (answer.status === 200) {
      this.#check(answer, 'a whole run', { state: 'complete', digest: whole.digest })
      return
    }
    const missing =
      answer.status === 409 && Array.isArray(answer.body?.missing) ? (answer.body.missing as number[]) : []
    if (missing.length > 0 && this.#restarts === 0) {
      this.#restarts += 1
      for (const seq of missing) this.#arrived.delete(seq)
    } else {
      await this.#restart(answer, 'a whole run')
    }
    await this.#send()
    await this.#complete()
  }

  /** An endpoint that has forgotten the run gets all of it again, once; everything else is its refusal. */
  async #restart(answer: Answer, what: string): Promise<void> {
    if (answer.status !== 404 || this.#restarts > 0) throw this.#options.client.refusal(answer, what)
    this.#restarts += 1
    this.#arrived.clear()
    await this.#begin()
    await this.#send()
  }

  async #askArrived(): Promise<void> {
    const { client, run } = this.#options
    const answer = await client.request('GET', `${this.#path}/chunks`)
    if (answer.status === 404 && answer.body !== null) return
    if (answer.status !== 200) throw client.refusal(answer, 'what has arrived')
    const chunks = answer.body?.chunks
    if (answer.body?.id !== run.id || !Array.isArray(chunks)) throw client.foreign(answer, 'what has arrived')
    for (const { seq } of chunks as { seq: number }[]) this.#arrived.add(seq)
  }

  /**
   * Whether the answer is the endpoint's, about this run and what was sent of it: any web server may say 200.
   *
   * @throws UploadProblem when it isn't.
   */
  #check(answer: Answer, what: string, sent: { state?: 'complete'; digest?: string }): void {
    const { client, run } = this.#options
    const { id, state, digest } = answer.body ?? {}
    const isIts =
      id === run.id &&
      (sent.state === undefined ? state === 'running' || state === 'complete' : state === sent.state) &&
      (sent.digest === undefined || digest === sent.digest)
    if (!isIts) throw client.foreign(answer, what)
  }

  /** Makes a chunk of the lines that wait; false where there are none. */
  #cut(): boolean {
    const open = Buffer.concat(this.#open)
    const length = open.length > CHUNK_BYTES ? endOfLine(open, CHUNK_BYTES) : open.length
    this.#open = length === open.length ? [] : [open.subarray(length)]
    if (length > 0) this.#chunks.push(open.subarray(0, length))
    return length > 0
  }

  /** Halves a chunk that was too large, at the end of a line; false where it is one line. */
  #split(seq: number): boolean {
    const chunk = this.#chunks[seq]!
    const length = endOfLine(chunk, chunk.length >> 1)
    // What has arrived behind it has its number already.
    if (length === chunk.length || [...this.#arrived].some((other) => other > seq)) return false
    this.#chunks.splice(seq, 1, chunk.subarray(0, length), chunk.subarray(length))
    return true
  }

  #keepCuts(): void {
    let end = 0
    const cuts = this.#chunks.map(({ length }) => {
      end += length
      return end
    })
    this.#options.keepCuts(cuts)
  }
}

/** Where a line ends, near a place: before it if one does, else behind it. */
function endOfLine(bytes: Buffer, near: number): number {
  const before = bytes.lastIndexOf(10, near - 1) + 1
  if (before > 0) return before
  const behind = bytes.indexOf(10, near) + 1
  return behind > 0 ? behind : bytes.length
}

export function problemOf(error: unknown): UploadProblem {
  if (error instanceof UploadProblem) return error
  return new UploadProblem((error as Error).message, { passing: false, cause: error })
}
