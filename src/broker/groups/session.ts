import * as clock from '../../base/clock.ts'
import type { Connection } from '../api.ts'

/**
 * Milliseconds in which a member whose last connection closed may come back by another one. segmentio/kafka-go closes its
 * connection at the end of each generation and joins the next one 2 ms later; a proxy or an idle limit does so to others.
 */
const GRACE_MS = 250

/**
 * How long a member counts as alive: until it was not heard of for its session timeout, or until the last connection
 * by which it was heard of is closed and it did not come back by another one at once. Kafka knows only the first, and a
 * consumer that a test dropped then holds its partitions for 30 s.
 */
export class Session {
  readonly #onEnd: (reason: 'expired' | 'disconnected') => void
  readonly #connections: Map<Connection, () => void> = new Map()
  #timer: NodeJS.Timeout | undefined
  #grace: NodeJS.Timeout | undefined

  constructor(onEnd: (reason: 'expired' | 'disconnected') => void) {
    this.#onEnd = onEnd
  }

  /** Starts the time anew; it never keeps the process alive. */
  renew(milliseconds: number): void {
    clock.clearTimeout(this.#timer)
    this.#timer = clock.setTimeout(() => this.#onEnd('expired'), milliseconds)
    this.#timer.unref()
  }

  /** Whether its last connection is closed, and it may still come back. */
  get disconnected(): boolean {
    return this.#grace !== undefined
  }

  /** Notes a connection by which the member speaks; returns whether it is back by it. */
  heardOver(connection: Connection): boolean {
    if (this.#connections.has(connection) || connection.closed.aborted) return false
    const onClosed = () => {
      this.#connections.delete(connection)
      if (this.#connections.size === 0) this.#startGrace()
    }
    this.#connections.set(connection, onClosed)
    connection.closed.addEventListener('abort', onClosed, { once: true })
    const isBack = this.disconnected
    this.#endGrace()
    return isBack
  }

  end(): void {
    clock.clearTimeout(this.#timer)
    this.#endGrace()
    for (const [connection, onClosed] of this.#connections) connection.closed.removeEventListener('abort', onClosed)
    this.#connections.clear()
  }

  #startGrace(): void {
    this.#grace = clock.setTimeout(() => this.#onEnd('disconnected'), GRACE_MS)
    this.#grace.unref()
  }

  #endGrace(): void {
    clock.clearTimeout(this.#grace)
    this.#grace = undefined
  }
}
