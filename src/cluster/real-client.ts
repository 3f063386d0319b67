import type { Client } from '../client/client.ts'
import type { FetchedPartition, FetchRequest } from '../client/fetch.ts'
import type { ClusterAddress } from '../config/cluster.ts'
import { clientOptions } from './credentials.ts'
import { troubleWith } from './trouble.ts'

/**
 * The client with which a real cluster is looked at, loaded and opened when it is first asked: a test file that doesn't
 * use Kafka pays nothing for it. What goes wrong it says in words.
 */
export class RealClient {
  readonly connection: ClusterAddress
  readonly #timeout: number | undefined
  #opened: Promise<Client> | undefined

  /** @param timeout Milliseconds of a call. */
  constructor(connection: ClusterAddress, timeout?: number) {
    this.connection = connection
    this.#timeout = timeout
  }

  /** Whether a test has used the cluster. */
  get isUsed(): boolean {
    return this.#opened !== undefined
  }

  /** @throws ClusterTrouble when the cluster can't be reached or refuses. */
  async ask<T>(question: (client: Client) => Promise<T>): Promise<T> {
    try {
      this.#opened ??= this.#open()
      return await question(await this.#opened)
    } catch (error) {
      throw troubleWith(error, this.connection)
    }
  }

  /** @throws ClusterTrouble */
  fetch(request: FetchRequest): Promise<FetchedPartition[]> {
    return this.ask((client) => client.fetch(request))
  }

  async close(): Promise<void> {
    const client = await this.#opened?.catch(() => undefined)
    await client?.close()
  }

  async #open(): Promise<Client> {
    const { Client } = await import('../client/client.ts')
    return new Client({ ...clientOptions(this.connection), timeout: this.#timeout })
  }
}
