import type { Connection } from '../api.ts'
import type { Encodable, Messages } from '../protocol/codec.ts'
import { ErrorCode } from '../protocol/errors.ts'
import type { Session } from './session.ts'

export type JoinResponse = Encodable<Messages['JoinGroup']['response']>
export type SyncResponse = Encodable<Messages['SyncGroup']['response']>

/** One way to share the partitions that a member can take part in; `metadata` is its subscription, in its client's own bytes. */
export interface Protocol {
  readonly name: string
  readonly metadata: Buffer
}

/** Who a request says it comes from. */
export interface Identity {
  /** Empty: none given. */
  readonly memberId: string
  /** The static member's group.instance.id. */
  readonly instanceId: string | null
  /** Negative: none given. */
  readonly generation: number
}

/** What a JoinGroup request says of the member. */
export interface MemberOptions {
  readonly instanceId: string | null
  readonly clientId: string
  readonly clientHost: string
  readonly protocols: readonly Protocol[]
  readonly sessionTimeoutMs: number
  readonly rebalanceTimeoutMs: number
  readonly connection: Connection
}

const NO_BYTES: Buffer = Buffer.alloc(0)

/** One member of a group, with the requests of it that wait for the others (Kafka: ClassicGroupMember). */
export class Member {
  readonly id: string
  readonly instanceId: string | null
  readonly clientId: string
  readonly clientHost: string
  /** The name that its client gives itself; kafkajs gives none. */
  readonly software: string | undefined
  readonly session: Session
  assignment: Buffer = NO_BYTES
  /** By which it was last heard of. */
  connection: Connection | undefined
  /** Not answered so far, so it doesn't know its id and can't heartbeat. */
  isNew = true
  #protocols: readonly Protocol[]
  #sessionTimeoutMs: number
  #rebalanceTimeoutMs: number
  #join: ((response: JoinResponse) => void) | undefined
  #sync: ((response: SyncResponse) => void) | undefined

  constructor(id: string, options: MemberOptions, session: Session) {
    this.id = id
    this.instanceId = options.instanceId
    this.clientId = options.clientId
    this.clientHost = options.clientHost
    this.software = options.connection.software?.name
    this.session = session
    this.#protocols = options.protocols
    this.#sessionTimeoutMs = options.sessionTimeoutMs
    this.#rebalanceTimeoutMs = options.rebalanceTimeoutMs
  }

  /** In the order of its preference. */
  get protocols(): readonly Protocol[] {
    return this.#protocols
  }

  get rebalanceTimeoutMs(): number {
    return this.#rebalanceTimeoutMs
  }

  /** Takes what a later JoinGroup says. */
  update({ protocols, sessionTimeoutMs, rebalanceTimeoutMs }: MemberOptions): void {
    this.#protocols = protocols
    this.#sessionTimeoutMs = sessionTimeoutMs
    this.#rebalanceTimeoutMs = rebalanceTimeoutMs
  }

  /** A heartbeat, or whatever counts as one. */
  renewSession(): void {
    this.session.renew(this.#sessionTimeoutMs)
  }

  get awaitingJoin(): boolean {
    return this.#join !== undefined
  }

  /** Those who wait for a rebalance don't heartbeat meanwhile. */
  get mayBeSilent(): boolean {
    return !this.isNew && (this.#join !== undefined || this.#sync !== undefined)
  }

  /** Waits for the others. An older JoinGroup of the same member is answered: its client has given it up. */
  awaitJoin(): Promise<JoinResponse> {
    this.answerJoin({ errorCode: ErrorCode.REBALANCE_IN_PROGRESS, memberId: this.id })
    return new Promise((resolve) => {
      this.#join = resolve
    })
  }

  answerJoin(response: JoinResponse): void {
    const answer = this.#join
    this.#join = undefined
    answer?.(response)
  }

  /** Waits for the leader's assignment. */
  awaitSync(): Promise<SyncResponse> {
    this.answerSync({ errorCode: ErrorCode.REBALANCE_IN_PROGRESS })
    return new Promise((resolve) => {
      this.#sync = resolve
    })
  }

  answerSync(response: SyncResponse): void {
    const answer = this.#sync
    if (answer === undefined) return
    this.#sync = undefined
    this.renewSession()
    answer(response)
  }

  dropAssignment(): void {
    this.assignment = NO_BYTES
  }

  metadata(protocol: string | null): Buffer {
    return this.#protocols.find(({ name }) => name === protocol)?.metadata ?? NO_BYTES
  }

  supports(protocol: string): boolean {
    return this.#protocols.some(({ name }) => name === protocol)
  }

  /** Whether a new JoinGroup offers the same as the one before: then nothing has to be assigned anew. */
  offers(protocols: readonly Protocol[]): boolean {
    return (
      protocols.length === this.#protocols.length &&
      this.#protocols.every((own, i) => own.name === protocols[i]!.name && own.metadata.equals(protocols[i]!.metadata))
    )
  }
}

/** A member id that was given out and has not joined yet (KIP-394). */
export interface PendingMember {
  readonly id: string
  readonly session: Session
}
