import type { Connection } from './api.ts'
import type { Partition } from './log/partition.ts'

interface Reading {
  clientId: string
  readonly offsets: Map<Partition, number>
}

/** Where each connection last fetched: how one can know that a consumer has taken everything and waits for more. */
export class Positions {
  readonly #connections: Map<Connection, Reading> = new Map()

  /** Returns whether it is another offset than before. */
  set(connection: Connection, clientId: string, partition: Partition, offset: number): boolean {
    let reading = this.#connections.get(connection)
    if (reading === undefined) {
      reading = { clientId, offsets: new Map() }
      this.#connections.set(connection, reading)
    }
    reading.clientId = clientId
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

  /** Whether a client processes what it fetched before it fetches again: kafkajs does, and is known by giving no name. */
  processesBeforeFetching(clientId: string): boolean {
    for (const [connection, reading] of this.#connections) {
      if (reading.clientId === clientId && connection.software !== undefined) return false
    }
    return true
  }

  /** Forgets a connection that closed. */
  forget(connection: Connection): void {
    this.#connections.delete(connection)
  }
}
