import type { Connection, Context } from './api.ts'
import type { Partition } from './log/partition.ts'

/** The highest version of Fetch that kafkajs 2.2.4 knows. */
const KAFKAJS_FETCH = 11

type FetchContext = Pick<Context, 'connection' | 'clientId' | 'version'>

interface Reading {
  clientId: string
  fetchesAhead: boolean
  readonly offsets: Map<Partition, number>
}

/** Where each connection last fetched: how one can know that a consumer has taken everything and waits for more. */
export class Positions {
  readonly #connections: Map<Connection, Reading> = new Map()

  /** Returns whether it is another offset than before. */
  set({ connection, clientId, version }: FetchContext, partition: Partition, offset: number): boolean {
    let reading = this.#connections.get(connection)
    if (reading === undefined) {
      reading = { clientId, fetchesAhead: false, offsets: new Map() }
      this.#connections.set(connection, reading)
    }
    reading.clientId = clientId
    reading.fetchesAhead = connection.software !== undefined || version > KAFKAJS_FETCH
    if (reading.offsets.get(partition) === offset) return false
    reading.offsets.set(partition, offset)
    return true
  }

  /** How many connections of a client last fetched this partition at this offset. */
  count(clientId: string, partition: Partition, offset: number): number {
    let count = 0
    for (const reading of this.#connections.values()) {
      if (reading.clientId === clientId && reading.offsets.get(partition) === offset) count += 1
    }
    return count
  }

  /**
   * Whether a client processes what it fetched before it fetches again: kafkajs does, and is known by giving no name and
   * by its old Fetch. (@platformatic/kafka gives its name, but not on the connections that it fetches by.)
   */
  processesBeforeFetching(clientId: string): boolean {
    for (const reading of this.#connections.values()) {
      if (reading.clientId === clientId && reading.fetchesAhead) return false
    }
    return true
  }

  /** Forgets a connection that closed. */
  forget(connection: Connection): void {
    this.#connections.delete(connection)
  }
}
