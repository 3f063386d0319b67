import type { Moment } from '../base/clock.ts'
import type { ApiName, Encodable, Messages } from '../broker/protocol/codec.ts'

export interface Asked {
  deadline: Moment
  /** The highest version that the asker can speak; default: the highest that both know. */
  highest?: number
  /** Nothing is answered (Produce with `acks: 0`): it is over once the request is written. */
  isUnanswered?: boolean
}

/** Somebody who answers Kafka's protocol. */
export interface Peer {
  /** `host:port`. */
  readonly address: string
  /** The version in which an API is asked; undefined where the peer doesn't have the API, or only in other versions. */
  versionOf(name: ApiName, highest?: number): number | undefined
  /** @throws ClientError when it isn't answered. What is answered is looked at by the asker. */
  request<Name extends ApiName>(
    name: Name,
    request: Encodable<Messages[Name]['request']>,
    asked: Asked,
  ): Promise<Messages[Name]['response']>
}
