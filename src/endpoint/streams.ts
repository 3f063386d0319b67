import { Readable } from 'node:stream'
import type { Context } from 'hono'
import type { Arrivals, Bell } from './arrivals.ts'
import { Problem } from './problem.ts'

/** One server-sent event; without a name and data it says only that the connection is alive. */
interface ServerEvent {
  /** What the browser says it has had, when it comes back. */
  id?: string
  event: string
  /** Lines. */
  data: readonly string[]
}

export interface StreamOptions {
  /** How often a client hears something at least (milliseconds). */
  heartbeat: number
  /** Streams at once: of one token, and of all. */
  mostOfToken: number
  most: number
}

/** A browser comes back after so long when its connection broke (milliseconds). */
const RETRY_MS = 1000

/**
 * Streams of server-sent events. A client gets the next event when it has taken the one before, so no more than one is
 * held for it; there are only so many, and all end when the endpoint stops.
 */
export class Streams {
  readonly #arrivals: Arrivals
  readonly #options: StreamOptions
  readonly #open = new Map<string, number>()
  readonly #stopping = new AbortController()

  constructor(arrivals: Arrivals, options: StreamOptions) {
    this.#arrivals = arrivals
    this.#options = options
  }

  /**
   * Sends what `look` finds, at once, when something arrives at `key`, and with each heartbeat: another endpoint may have
   * taken it in. `look` gives undefined when there is nothing more to wait for, or the reader may see no more.
   *
   * @throws Problem 503 where there are too many.
   */
  answer(context: Context, token: string, key: string, look: () => Look): Response {
    this.#take(token)
    const gone = new AbortController()
    const signal = AbortSignal.any([gone.signal, this.#stopping.signal, context.req.raw.signal])
    const bell = this.#arrivals.listen(key)
    const stream = Readable.from(this.#events(bell, signal, look), { objectMode: false, highWaterMark: 1 })
    // Also where the reader went before anything was read.
    stream.on('close', () => {
      gone.abort()
      bell.close()
      this.#give(token)
    })
    return context.body(Readable.toWeb(stream) as ReadableStream, 200, {
      'content-type': 'text/event-stream; charset=utf-8',
      // What stands between is not to wait until it has enough.
      'x-accel-buffering': 'no',
      // So that a stop has not to wait until the connection is idle for long.
      connection: 'close',
    })
  }

  /** Ends all of them. */
  stop(): void {
    this.#stopping.abort()
  }

  async *#events(bell: Bell, signal: AbortSignal, look: () => Look): AsyncGenerator<string> {
    yield `retry: ${RETRY_MS}\n\n`
    while (!signal.aborted) {
      const found = look()
      let next = await found.next()
      for (; !next.done && !signal.aborted; next = await found.next()) yield textOf(next.value)
      if (next.value === 'over') return
      await bell.wait(this.#options.heartbeat, signal)
      if (!signal.aborted) yield ': alive\n\n'
    }
  }

  #take(token: string): void {
    const own = this.#open.get(token) ?? 0
    const all = [...this.#open.values()].reduce((sum, count) => sum + count, 0)
    if (own >= this.#options.mostOfToken || all >= this.#options.most) {
      const again = { headers: { 'retry-after': '30' } }
      throw new Problem(503, 'too many streams', `${own} of token ${token} are open, ${all} in all`, again)
    }
    this.#open.set(token, own + 1)
  }

  #give(token: string): void {
    const left = this.#open.get(token)! - 1
    if (left === 0) this.#open.delete(token)
    else this.#open.set(token, left)
  }
}

/** The events that there are now; `over` when no more will come. */
export type Look = AsyncGenerator<ServerEvent, 'over' | undefined>

function textOf({ id, event, data }: ServerEvent): string {
  const lines = [`event: ${event}`, ...(id === undefined ? [] : [`id: ${id}`]), ...data.map((line) => `data: ${line}`)]
  return `${lines.join('\n')}\n\n`
}
