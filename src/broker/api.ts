import type { ApiName, Encodable, Messages } from './protocol/codec.ts'
import type { BrokerState } from './state.ts'

/** What a handler may know of the connection that a request came by. */
export interface Connection {
  readonly id: number
  /** The address that the client dialled, which is the one to advertise: else a client sees two brokers. */
  readonly localHost: string
  readonly localPort: number
  readonly remoteHost: string
  /** From ApiVersions 3 and above (KIP-511); kafkajs 2.2.4 sends no name. */
  software: { name: string; version: string } | undefined
  /** Of each API that was asked for by it, the version of the latest request. */
  readonly versions: ReadonlyMap<string, number>
  /** Aborted when the connection closes: whoever waits on behalf of it stops. */
  readonly closed: AbortSignal
  /**
   * Calls `listener` once another request of this connection waits for its turn, at once if one does: a Fetch that
   * waits for records is in its way. Returns the unsubscription.
   */
  whenNextRequest(listener: () => void): () => void
  /** Says in the log, and by an event, why the client can't go on here: its error code alone would be a riddle. */
  refused(reason: string): void
}

export interface Context {
  readonly broker: BrokerState
  readonly connection: Connection
  readonly version: number
  readonly clientId: string
}

export interface Api<Name extends ApiName = ApiName> {
  readonly name: Name
  /** Lowest and highest version that is served. */
  readonly versions: readonly [number, number]
  /** `undefined`: nothing is answered (Produce with acks 0). A handler that throws closes the connection. */
  handle(
    request: Messages[Name]['request'],
    context: Context,
  ): Encodable<Messages[Name]['response']> | undefined | Promise<Encodable<Messages[Name]['response']> | undefined>
}

/** Declares an API: its name in Kafka's protocol, the versions served, and what it does. */
export function api<Name extends ApiName>(
  name: Name,
  versions: readonly [number, number],
  handle: Api<Name>['handle'],
): Api<Name> {
  return { name, versions, handle }
}
