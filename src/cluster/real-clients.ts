import type { Admin, BaseOptions, Consumer } from '@platformatic/kafka'
import { ownClientId } from '../base/client-ids.ts'
import type { Connection } from '../config/connection.ts'
import { platformaticSecurity, speakAws } from './credentials.ts'
import { troubleWith } from './trouble.ts'

export type Reading = Consumer<Buffer, Buffer, Buffer, Buffer>
export type FetchRequest = Parameters<Reading['fetch']>[0]
export type FetchResponse = Awaited<ReturnType<Reading['fetch']>>

/**
 * The clients with which a real cluster is looked at: @platformatic/kafka reads a topic without a consumer group. Its
 * import takes 0.7 s, so it is loaded when a test first needs it, and never on the embedded broker.
 */
export class RealClients {
  readonly connection: Connection
  #opened: Promise<{ admin: Admin; consumer: Reading }> | undefined
  #last: Promise<unknown> = Promise.resolve()

  constructor(connection: Connection) {
    this.connection = connection
  }

  /** Whether a test has used the cluster. */
  get isUsed(): boolean {
    return this.#opened !== undefined
  }

  /** For who counts the time of an answer. */
  async load(): Promise<void> {
    await this.#open()
  }

  /** @throws Error in words, when the cluster can't be reached or refuses. */
  async admin<T>(ask: (admin: Admin) => Promise<T>): Promise<T> {
    return this.#inWords(async () => ask((await this.#open()).admin))
  }

  /** @throws Error in words, when the cluster can't be reached or refuses. */
  async consumer<T>(ask: (consumer: Reading) => Promise<T>): Promise<T> {
    return this.#inWords(async () => ask((await this.#open()).consumer))
  }

  /** One at a time: the fetch session that a consumer has with each broker takes no two at once (KIP-227). */
  fetch(request: FetchRequest): Promise<FetchResponse> {
    const answer = this.#last.then(() => this.consumer((consumer) => consumer.fetch(request)))
    this.#last = answer.catch(() => {})
    return answer
  }

  async close(): Promise<void> {
    const opened = await this.#opened?.catch(() => undefined)
    await Promise.allSettled([opened?.admin.close(), opened?.consumer.close(true)])
  }

  #open(): Promise<{ admin: Admin; consumer: Reading }> {
    this.#opened ??= open(this.connection)
    return this.#opened
  }

  async #inWords<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (error) {
      throw troubleWith(error, this.connection)
    }
  }
}

async function open(connection: Connection): Promise<{ admin: Admin; consumer: Reading }> {
  const { Admin, Consumer, allowedSASLMechanisms } = await import('@platformatic/kafka')
  const options: BaseOptions = {
    clientId: ownClientId,
    bootstrapBrokers: connection.brokers,
    // Whoever waits asks again: its timers are real ones, and it has a deadline.
    retries: 0,
    connectTimeout: 3000,
    requestTimeout: 5000,
    ...platformaticSecurity(connection),
  }
  // The group is never joined: nothing of it reaches the cluster.
  const clients = { admin: new Admin(options), consumer: new Consumer({ ...options, groupId: ownClientId }) }
  if (connection.sasl && connection.sasl.mechanism === 'aws') speakAws(options, allowedSASLMechanisms as string[])
  return clients
}
