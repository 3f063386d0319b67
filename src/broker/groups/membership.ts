/** Who is in a group: joining, heartbeats, leaving, being lost (Kafka: GroupMetadataManager#classicGroupJoin and others). */
import { randomUUID } from 'node:crypto'
import type { Connection } from '../api.ts'
import { ErrorCode } from '../protocol/errors.ts'
import type { Group, LeaveReason } from './group.ts'
import { type Identity, type JoinResponse, Member, type MemberOptions } from './member.ts'
import { completeJoinWhenAllJoined, joined, rebalance } from './rebalance.ts'
import { Session } from './session.ts'

/** A client that joins for the first time can't heartbeat, so it has this long (Kafka: classicGroupNewMemberJoinTimeoutMs). */
const NEW_MEMBER_JOIN_TIMEOUT_MS = 300_000

/** A JoinGroup request, and what its version means. */
export interface Join extends MemberOptions {
  /** Empty: give me one. */
  readonly memberId: string
  readonly protocolType: string
  /** From version 4 a client without an id is first given one, and joins with it (KIP-394). */
  readonly idFirst: boolean
  /** From version 9 a leader can be told to skip the assignment (KIP-814). */
  readonly canSkipAssignment: boolean
}

export function join(group: Group, request: Join): JoinResponse | Promise<JoinResponse> {
  if (!group.accepts(request.protocolType, request.protocols)) {
    return { errorCode: ErrorCode.INCONSISTENT_GROUP_PROTOCOL, memberId: request.memberId }
  }
  return request.memberId === '' ? joinAsNew(group, request) : joinAgain(group, request)
}

function joinAsNew(group: Group, request: Join): JoinResponse | Promise<JoinResponse> {
  const memberId = `${request.instanceId ?? request.clientId}-${randomUUID()}`
  if (request.instanceId !== null) {
    const current = group.members.get(group.staticMembers.get(request.instanceId) ?? '')
    return current ? replaceStatic(group, current, memberId, request) : add(group, memberId, request)
  }
  return request.idFirst ? giveId(group, memberId, request) : add(group, memberId, request)
}

function giveId(group: Group, memberId: string, { connection, sessionTimeoutMs }: Join): JoinResponse {
  const session = new Session(() => removePending(group, memberId))
  if (!group.strict.membersOutliveConnections) session.heardOver(connection)
  session.renew(sessionTimeoutMs)
  group.pendingMembers.set(memberId, { id: memberId, session })
  return { errorCode: ErrorCode.MEMBER_ID_REQUIRED, memberId }
}

function add(group: Group, memberId: string, request: Join): Promise<JoinResponse> {
  const member = createMember(group, memberId, request)
  group.add(member, request.protocolType)
  const answer = member.awaitJoin()
  member.session.renew(NEW_MEMBER_JOIN_TIMEOUT_MS)
  rebalance(group)
  return answer
}

function createMember(group: Group, memberId: string, request: Join): Member {
  const session = new Session((reason) => {
    if (reason === 'disconnected' || !member.mayBeSilent) removeMember(group, member, reason)
  })
  const member = new Member(memberId, request, session)
  heard(group, member, request.connection)
  return member
}

function joinAgain(group: Group, request: Join): JoinResponse | Promise<JoinResponse> {
  const { memberId, instanceId } = request
  if (group.pendingMembers.has(memberId)) {
    group.removePending(memberId)
    return add(group, memberId, request)
  }
  const errorCode = group.memberError(memberId, instanceId)
  if (errorCode !== ErrorCode.NONE) return { errorCode, memberId }
  const member = group.members.get(memberId)!
  heard(group, member, request.connection)
  const isLeader = group.leaderId === memberId
  const changed = !member.offers(request.protocols)
  // The leader joins again when it wants to assign anew, because a topic has more partitions by now.
  if (group.state === 'PreparingRebalance' || changed || (group.state === 'Stable' && isLeader)) {
    return update(group, member, request)
  }
  return joined(group, member)
}

function update(group: Group, member: Member, request: Join): Promise<JoinResponse> {
  member.update(request)
  const answer = member.awaitJoin()
  rebalance(group)
  return answer
}

/**
 * A static member is back under a new id: it takes the place and the assignment of the old one, which is fenced. While
 * the group is stable nobody else notices (KIP-345), unless the members now agree on another protocol.
 */
function replaceStatic(
  group: Group,
  current: Member,
  memberId: string,
  request: Join,
): JoinResponse | Promise<JoinResponse> {
  const leaderBefore = group.leaderId
  const member = createMember(group, memberId, request)
  member.assignment = current.assignment
  group.replace(current, member)
  const keepsGeneration = group.state === 'Stable' && group.electProtocol() === group.protocol
  if (!keepsGeneration) {
    const answer = member.awaitJoin()
    member.session.renew(NEW_MEMBER_JOIN_TIMEOUT_MS)
    rebalance(group)
    return answer
  }
  member.isNew = false
  member.renewSession()
  if (request.canSkipAssignment) return { ...joined(group, member), skipAssignment: group.leaderId === memberId }
  // An older leader would assign for a generation that is assigned already, so it is told that another one leads.
  return { ...joined(group, member), leader: leaderBefore ?? '', members: [] }
}

/** Gives the error code that the member's heartbeat is answered with. */
export function heartbeat(group: Group, identity: Identity, connection: Connection): number {
  const { memberId, instanceId, generation } = identity
  const errorCode = group.memberError(memberId, instanceId)
  if (errorCode !== ErrorCode.NONE) return errorCode
  if (generation !== group.generation) return ErrorCode.ILLEGAL_GENERATION
  const member = group.members.get(memberId)!
  heard(group, member, connection)
  member.renewSession()
  return group.state === 'PreparingRebalance' ? ErrorCode.REBALANCE_IN_PROGRESS : ErrorCode.NONE
}

/** A member leaves, or an administrator removes a static member by its instance id alone. Gives the error code. */
export function leave(group: Group, memberId: string, instanceId: string | null): number {
  if (group.pendingMembers.has(memberId)) {
    removePending(group, memberId)
    return ErrorCode.NONE
  }
  const byInstance = memberId === '' && instanceId !== null
  const id = byInstance ? (group.staticMembers.get(instanceId) ?? '') : memberId
  const errorCode = group.memberError(id, instanceId)
  if (errorCode === ErrorCode.NONE) removeMember(group, group.members.get(id)!, 'left')
  return errorCode
}

/** Notes by which connection a member speaks. A static member may lose its connections: it is meant to come back. */
export function heard(group: Group, member: Member, connection: Connection): void {
  member.connection = connection
  if (member.instanceId !== null || group.strict.membersOutliveConnections) return
  if (member.session.heardOver(connection)) group.isBack()
}

function removeMember(group: Group, member: Member, reason: LeaveReason): void {
  group.remove(member, reason)
  rebalance(group)
}

function removePending(group: Group, memberId: string): void {
  group.removePending(memberId)
  if (group.state === 'PreparingRebalance') completeJoinWhenAllJoined(group)
}
