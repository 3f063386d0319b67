import { Client } from '../client/client.ts'
import { type FetchedPartition, type FetchRequest, fetchRecords } from '../client/fetch.ts'
import type { Connection } from '../config/connection.ts'
import { clientOptions } from './credentials.ts'
import { troubleWith } from './trouble.ts'

/** The client with which a real cluster is looked at, opened when it is first asked. What goes wrong it says in words. */
export class RealClient {
  readonly connection: Connection
  readonly #timeout: number | undefined
  #client: Client | undefined

  /** @param timeout Milliseconds of a call. */
  constructor(connection: Connection, timeout?: number) {
    this.connection = connection
    this.#timeout = timeout
  }

  /** Whether a test has used the cluster. */
  get isUsed(): boolean {
    return this.#client !== undefined
  }

  /** @throws ClusterTrouble when the cluster can't be reached or refuses. */
  async ask<T>(question: (client: Client) => Promise<T>): Promise<T> {
    try {
      this.#client ??= new Client({ ...clientOptions(this.connection), timeout: this.#timeout })
      return await question(this.#client)
    } catch (error) {
      throw troubleWith(error, this.connection)
    }
  }

  /** @throws ClusterTrouble */
  fetch(request: FetchRequest): Promise<FetchedPartition[]> {
    return this.ask((client) => fetchRecords(client, request))
  }

  async close(): Promise<void> {
    await this.#client?.close()
  }
}
