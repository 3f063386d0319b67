import type { Connection } from '../api.ts'
import * as clock from '../clock.ts'
import type { Encodable, Messages } from '../protocol/codec.ts'

export type JoinResponse = Encodable<Messages['JoinGroup']['response']>
export type SyncResponse = Encodable<Messages['SyncGroup']['response']>

/** One way to share the partitions that a member can take part in; `metadata` is its subscription, in its client's own bytes. */
export interface Protocol {
  readonly name: string
  readonly metadata: Buffer
}

/** What a JoinGroup request says of the member. */
export interface MemberOptions {
  readonly instanceId: string | null
  readonly clientId: string
  readonly clientHost: string
  readonly protocols: readonly Protocol[]
  readonly sessionTimeoutMs: number
  readonly rebalanceTimeoutMs: number
}

const NO_BYTES: Buffer = Buffer.alloc(0)

/** One member of a group, with the requests of it that wait for the others (Kafka: ClassicGroupMember). */
export class Member {
  readonly id: string
  readonly instanceId: string | null
  readonly clientId: string
  readonly clientHost: string
  protocols: readonly Protocol[]
  sessionTimeoutMs: number
  rebalanceTimeoutMs: number
  assignment: Buffer = NO_BYTES
  /** Never answered so far: it doesn't know its id, so it can't heartbeat. */
  isNew = true
  readonly session: Session
  #join: ((response: JoinResponse) => void) | undefined
  #sync: ((response: SyncResponse) => void) | undefined

  constructor(id: string, options: MemberOptions, onExpired: (member: Member) => void) {
    this.id = id
    this.instanceId = options.instanceId
    this.clientId = options.clientId
    this.clientHost = options.clientHost
    this.protocols = options.protocols
    this.sessionTimeoutMs = options.sessionTimeoutMs
    this.rebalanceTimeoutMs = options.rebalanceTimeoutMs
    this.session = new Session(() => onExpired(this))
  }

  get awaitingJoin(): boolean {
    return this.#join !== undefined
  }

  get awaitingSync(): boolean {
    return this.#sync !== undefined
  }

  /** A rebalance that still runs keeps the sessions of those who wait for it alive. */
  get satisfiesHeartbeat(): boolean {
    return !this.isNew && (this.awaitingJoin || this.awaitingSync)
  }

  /** Takes the place of an older JoinGroup of the same member, which its client has given up. */
  awaitJoin(retryError: number): Promise<JoinResponse> {
    this.answerJoin({ errorCode: retryError, memberId: this.id })
    return new Promise((resolve) => {
      this.#join = resolve
    })
  }

  answerJoin(response: JoinResponse): void {
    const answer = this.#join
    this.#join = undefined
    answer?.(response)
  }

  awaitSync(retryError: number): Promise<SyncResponse> {
    this.answerSync({ errorCode: retryError })
    return new Promise((resolve) => {
      this.#sync = resolve
    })
  }

  /** Says whether there was a SyncGroup to answer. */
  answerSync(response: SyncResponse): boolean {
    const answer = this.#sync
    this.#sync = undefined
    answer?.(response)
    return answer !== undefined
  }

  /** A heartbeat, or whatever counts as one. */
  renewSession(): void {
    this.session.start(this.sessionTimeoutMs)
  }

  metadata(protocol: string | null): Buffer {
    return this.protocols.find(({ name }) => name === protocol)?.metadata ?? NO_BYTES
  }

  supports(protocol: string): boolean {
    return this.protocols.some(({ name }) => name === protocol)
  }

  /** Whether a new JoinGroup offers the same as the one before: then nothing has to be assigned anew. */
  offersSame(protocols: readonly Protocol[]): boolean {
    return (
      protocols.length === this.protocols.length &&
      protocols.every(({ name, metadata }, i) => {
        const own = this.protocols[i]!
        return own.name === name && own.metadata.equals(metadata)
      })
    )
  }

  resetAssignment(): void {
    this.assignment = NO_BYTES
  }
}

/** A member id that was given out and has not joined yet (KIP-394). */
export interface PendingMember {
  readonly id: string
  readonly session: Session
}

/** The time that a member has until it must be heard of again. Never keeps the process alive. */
export class Session {
  /** The open connections by which the member was heard of. */
  readonly connections: Set<Connection> = new Set()
  readonly #onExpired: () => void
  #timer: NodeJS.Timeout | undefined

  constructor(onExpired: () => void) {
    this.#onExpired = onExpired
  }

  start(milliseconds: number): void {
    clock.clearTimeout(this.#timer)
    this.#timer = clock.setTimeout(this.#onExpired, milliseconds)
    this.#timer.unref()
  }

  end(): void {
    clock.clearTimeout(this.#timer)
  }
}
