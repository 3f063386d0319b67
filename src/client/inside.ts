import type { Api, Connection } from '../broker/api.ts'
import { tellRefusal } from '../broker/connection.ts'
import { type ApiName, apiTable, type Encodable, type Messages } from '../broker/protocol/codec.ts'
import type { BrokerState } from '../broker/state.ts'
import { ClientError } from './errors.ts'
import type { Asked, Peer } from './peer.ts'
import type { Leaders } from './produce.ts'

/**
 * The embedded broker, asked by a call in place of a socket. From there on all is as for any client: the same handlers
 * append the same bytes and tell the same events. It leads every partition.
 */
export class Inside implements Peer, Leaders {
  readonly address: string
  readonly #broker: BrokerState
  readonly #clientId: string
  readonly #connection: Connection

  constructor(broker: BrokerState, clientId: string) {
    const { host, port } = broker.options
    this.address = `${host}:${port}`
    this.#broker = broker
    this.#clientId = clientId
    this.#connection = {
      id: 0,
      localHost: host,
      localPort: port,
      remoteHost: host,
      software: undefined,
      versions: new Map(),
      closed: new AbortController().signal,
      whenNextRequest: () => () => {},
      refused: (reason) => tellRefusal(broker, { clientId, remote: REMOTE, closed: false, reason }),
    }
  }

  async any(): Promise<Peer> {
    return this
  }

  async leader(): Promise<Peer> {
    return this
  }

  forgetTopic(): void {}

  versionOf(name: ApiName, highest: number = Number.POSITIVE_INFINITY): number {
    return Math.min(apiTable(name).versions[1], highest)
  }

  /**
   * No message is written and read again, so nothing fills in its defaults: what one side looks at the other must give.
   * (The codec's functions for Produce alone cost a file 4 ms when they are first made.)
   */
  async request<Name extends ApiName>(
    name: Name,
    request: Encodable<Messages[Name]['request']>,
    { highest, isUnanswered = false }: Asked,
  ): Promise<Messages[Name]['response']> {
    const api = this.#broker.apis.find((one) => one.name === name) as unknown as Api<Name>
    const clientId = this.#clientId
    const context = { broker: this.#broker, connection: this.#connection, version: this.versionOf(name, highest) }
    try {
      const answer = await api.handle(request as Messages[Name]['request'], { ...context, clientId })
      return answer as Messages[Name]['response']
    } catch (error) {
      // Of what nobody is answered a connection's end tells.
      const reason = `${name}: ${(error as Error).message}`
      if (!isUnanswered) throw new ClientError(reason, { code: 'UNKNOWN_SERVER_ERROR', at: this.address })
      tellRefusal(this.#broker, { clientId, remote: REMOTE, closed: true, reason })
      return undefined as unknown as Messages[Name]['response']
    }
  }
}

/** Where the client is. */
const REMOTE = 'this process'
