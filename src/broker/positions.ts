import type { Connection } from './api.ts'
import type { Partition } from './log/partition.ts'

interface Reading {
  clientId: string
  readonly offsets: Map<Partition, number>
}

/** Where each connection last fetched: how one can know that a consumer has taken everything and waits for more. */
export class Positions {
  readonly #connections: Map<Connection, Reading> = new Map()

  set(connection: Connection, clientId: string, partition: Partition, offset: number): void {
    let reading = this.#connections.get(connection)
    if (reading === undefined) {
      reading = { clientId, offsets: new Map() }
      this.#connections.set(connection, reading)
    }
    reading.clientId = clientId
    reading.offsets.set(partition, offset)
  }

  /** How many connections of a client last fetched this partition at this offset. */
  count(clientId: string, partition: Partition, offset: number): number {
    let count = 0
    for (const reading of this.#connections.values()) {
      if (reading.clientId === clientId && reading.offsets.get(partition) === offset) count += 1
    }
    return count
  }

  /** Forgets a connection that closed. */
  forget(connection: Connection): void {
    this.#connections.delete(connection)
  }
}
