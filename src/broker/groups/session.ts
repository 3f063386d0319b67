import type { Connection } from '../api.ts'
import * as clock from '../clock.ts'

/**
 * How long a member counts as alive: until it was not heard of for its session timeout, or until the last connection
 * by which it was heard of is closed. Kafka knows only the first, and a consumer that a test dropped then holds its
 * partitions for 30 s.
 */
export class Session {
  readonly #onEnd: (reason: 'expired' | 'disconnected') => void
  readonly #connections: Map<Connection, () => void> = new Map()
  #timer: NodeJS.Timeout | undefined

  constructor(onEnd: (reason: 'expired' | 'disconnected') => void) {
    this.#onEnd = onEnd
  }

  /** Starts the time anew; it never keeps the process alive. */
  renew(milliseconds: number): void {
    clock.clearTimeout(this.#timer)
    this.#timer = clock.setTimeout(() => this.#onEnd('expired'), milliseconds)
    this.#timer.unref()
  }

  heardOver(connection: Connection): void {
    if (this.#connections.has(connection) || connection.closed.aborted) return
    const onClosed = () => {
      this.#connections.delete(connection)
      if (this.#connections.size === 0) this.#onEnd('disconnected')
    }
    this.#connections.set(connection, onClosed)
    connection.closed.addEventListener('abort', onClosed, { once: true })
  }

  end(): void {
    clock.clearTimeout(this.#timer)
    for (const [connection, onClosed] of this.#connections) connection.closed.removeEventListener('abort', onClosed)
    this.#connections.clear()
  }
}
