import type { Connection, Context } from './api.ts'
import type { Partition } from './log/partition.ts'

/** The highest version of Fetch that kafkajs 2.2.4 knows. */
const KAFKAJS_FETCH = 11

interface Fetcher {
  readonly clientId: string
  /** Where it is in each partition. */
  readonly positions: Map<Partition, number>
  /** What it was sent since it last asked for anything. */
  readonly inHand: Set<Partition>
  /**
   * Whether it may be one that handles all that it was sent, commits it, and only then asks for more: kafkajs gives no
   * name, and no client of its time that fetches ahead comes to commit before it asks again.
   */
  readonly mayTakeTurns: boolean
}

/** The connections that records are fetched by. */
export class Fetchers {
  readonly #fetchers: Map<Connection, Fetcher> = new Map()

  asked({ connection, clientId, version }: Context, partition: Partition, offset: number): void {
    let fetcher = this.#fetchers.get(connection)
    if (fetcher === undefined) {
      const mayTakeTurns = connection.software === undefined && version <= KAFKAJS_FETCH
      fetcher = { clientId, positions: new Map(), inHand: new Set(), mayTakeTurns }
      this.#fetchers.set(connection, fetcher)
    }
    fetcher.positions.set(partition, offset)
    fetcher.inHand.clear()
  }

  sent(connection: Connection, partition: Partition): void {
    this.#fetchers.get(connection)?.inHand.add(partition)
  }

  /** How many connections of a client ask for a partition from this offset on. */
  countAt(clientId: string, partition: Partition, offset: number): number {
    let count = 0
    for (const fetcher of this.#fetchers.values()) {
      if (fetcher.clientId === clientId && fetcher.positions.get(partition) === offset) count += 1
    }
    return count
  }

  /** Connections of a client that handle what they were sent of a partition and ask for more when that is done. */
  takingTurns(clientId: string, partition: Partition): Set<Connection> {
    const found = new Set<Connection>()
    for (const [connection, fetcher] of this.#fetchers) {
      if (fetcher.mayTakeTurns && fetcher.clientId === clientId && fetcher.inHand.has(partition)) found.add(connection)
    }
    return found
  }

  /** Forgets a connection that closed. */
  forget(connection: Connection): void {
    this.#fetchers.delete(connection)
  }
}
