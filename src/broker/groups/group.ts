import { now } from '../../base/clock.ts'
import type { BrokerEventMap, BrokerEvents } from '../events.ts'
import { ErrorCode } from '../protocol/errors.ts'
import type { BrokerState } from '../state.ts'
import type { Strictness } from '../strict.ts'
import type { Member, PendingMember, Protocol } from './member.ts'
import { Offsets } from './offsets.ts'

/** Kafka's ClassicGroupState. */
export type GroupState = 'Empty' | 'PreparingRebalance' | 'CompletingRebalance' | 'Stable' | 'Dead'

export type LeaveReason = BrokerEventMap['left'][0]['reason']

/**
 * One classic consumer group: who is in it, in which state, and what was agreed on. How it changes is told in
 * membership.ts and rebalance.ts (Kafka: ClassicGroup).
 */
export class Group {
  readonly id: string
  readonly members: Map<string, Member> = new Map()
  readonly pendingMembers: Map<string, PendingMember> = new Map()
  /** From group.instance.id to member id. */
  readonly staticMembers: Map<string, string> = new Map()
  readonly offsets: Offsets
  readonly strict: Strictness
  /** Members that know the generation and have not asked for their assignment yet. */
  readonly pendingSync: Set<string> = new Set()
  /** Ends the wait for members that don't rejoin, or don't sync. */
  phaseTimer: NodeJS.Timeout | undefined
  /** Its first rebalance waits for further members, whoever has joined. */
  delayed = false
  generation = 0
  protocolType: string | null = null
  /** The assignor that the members agreed on. */
  protocol: string | null = null
  leaderId: string | null = null
  #state: GroupState = 'Empty'
  readonly #events: BrokerEvents

  constructor(id: string, broker: BrokerState) {
    this.id = id
    this.strict = broker.options.strict
    this.#events = broker.events
    this.offsets = new Offsets(id, broker)
  }

  get state(): GroupState {
    return this.#state
  }

  become(state: GroupState): void {
    this.#state = state
    const told = { at: now(), group: this.id, state, generation: this.generation, members: this.members.size }
    this.#events.emit('group state', told)
    if (state === 'Stable') this.#events.emit('rebalanced', { kind: 'rebalanced', ...told })
  }

  add(member: Member, protocolType: string): void {
    if (this.members.size === 0) this.protocolType = protocolType
    this.pendingMembers.delete(member.id)
    this.members.set(member.id, member)
    if (member.instanceId !== null) this.staticMembers.set(member.instanceId, member.id)
    this.leaderId ??= member.id
    this.#events.emit('joined', { kind: 'joined', ...this.#about(member) })
  }

  /** Forgets a member and what it waits for; what follows from that is the caller's. */
  remove(member: Member, reason: LeaveReason): void {
    member.session.end()
    this.members.delete(member.id)
    this.pendingSync.delete(member.id)
    if (member.instanceId !== null) this.staticMembers.delete(member.instanceId)
    if (this.leaderId === member.id) this.leaderId = this.members.keys().next().value ?? null
    const errorCode = reason === 'replaced' ? ErrorCode.FENCED_INSTANCE_ID : ErrorCode.UNKNOWN_MEMBER_ID
    member.answerJoin({ errorCode, memberId: reason === 'replaced' ? member.id : '' })
    member.answerSync({ errorCode })
    this.#events.emit('left', { kind: 'left', ...this.#about(member), reason })
  }

  /** A static member came back under a new id. */
  replace(old: Member, member: Member): void {
    const wasLeader = this.leaderId === old.id
    this.remove(old, 'replaced')
    this.add(member, this.protocolType ?? '')
    if (wasLeader) this.leaderId = member.id
  }

  /** A member whose last connection closed speaks again: it is as if nothing happened. */
  isBack(): void {
    this.#events.emit('activity')
  }

  removePending(memberId: string): void {
    this.pendingMembers.get(memberId)?.session.end()
    this.pendingMembers.delete(memberId)
  }

  /** Why a request of a member can't be accepted, or NONE (Kafka: ClassicGroup#validateMember). */
  memberError(memberId: string, instanceId: string | null): number {
    if (instanceId !== null) {
      const current = this.staticMembers.get(instanceId)
      if (current === undefined) return ErrorCode.UNKNOWN_MEMBER_ID
      if (current !== memberId) return ErrorCode.FENCED_INSTANCE_ID
    }
    return this.members.has(memberId) ? ErrorCode.NONE : ErrorCode.UNKNOWN_MEMBER_ID
  }

  /** Whether somebody who offers these protocols can work with the members that are there. */
  accepts(protocolType: string, protocols: readonly Protocol[]): boolean {
    if (this.#state === 'Empty') return protocolType !== '' && protocols.length > 0
    return this.protocolType === protocolType && protocols.some(({ name }) => this.#supportedByAll(name))
  }

  /** The protocol that all members support and most of them prefer; the eldest member's wish decides a tie. */
  electProtocol(): string | null {
    const votes = new Map<string, number>()
    for (const member of this.members.values()) {
      const choice = member.protocols.find(({ name }) => this.#supportedByAll(name))
      if (choice !== undefined) votes.set(choice.name, (votes.get(choice.name) ?? 0) + 1)
    }
    let elected: string | null = null
    for (const [name, count] of votes) if (elected === null || count > votes.get(elected)!) elected = name
    return elected
  }

  /** Keeps the leader while it takes part, else elects the eldest member that does. False when nobody takes part. */
  electLeader(): boolean {
    if (this.leaderId !== null && this.members.get(this.leaderId)?.awaitingJoin) return true
    for (const member of this.members.values()) {
      if (!member.awaitingJoin) continue
      this.leaderId = member.id
      return true
    }
    return false
  }

  get allJoined(): boolean {
    if (this.pendingMembers.size > 0) return false
    for (const member of this.members.values()) if (!member.awaitingJoin) return false
    return true
  }

  /** The longest that any member asked for, in milliseconds. */
  get rebalanceTimeoutMs(): number {
    let longest = 0
    for (const member of this.members.values()) longest = Math.max(longest, member.rebalanceTimeoutMs)
    return longest
  }

  #supportedByAll(protocol: string): boolean {
    for (const member of this.members.values()) if (!member.supports(protocol)) return false
    return true
  }

  #about(member: Member): Omit<BrokerEventMap['joined'][0], 'kind'> {
    return {
      at: now(),
      group: this.id,
      memberId: member.id,
      clientId: member.clientId,
      members: this.members.size,
    }
  }
}
