/**
 * How a group comes from one generation to the next: everybody joins, one of them assigns, everybody asks for its part
 * (Kafka: GroupMetadataManager#prepareRebalance, #completeClassicGroupJoin, #classicGroupSyncToClassicGroup).
 */
import * as clock from '../../base/clock.ts'
import { ErrorCode } from '../protocol/errors.ts'
import type { Group } from './group.ts'
import type { JoinResponse, Member, SyncResponse } from './member.ts'

/**
 * Kafka's group.initial.rebalance.delay.ms: how long the first rebalance of an empty group waits for further members.
 * Here it waits only for those that have asked for an id and not joined yet, unless `strict.rebalanceDelay` is on.
 */
const INITIAL_REBALANCE_DELAY_MS = 3000

/** Something changed that the assignment depends on: starts a rebalance, or carries on the one that runs. */
export function rebalance(group: Group): void {
  if (group.state === 'PreparingRebalance') completeJoinWhenAllJoined(group)
  else if (group.state !== 'Dead') prepare(group)
}

function prepare(group: Group): void {
  const wasEmpty = group.state === 'Empty'
  if (group.state === 'CompletingRebalance') {
    for (const member of group.members.values()) {
      member.dropAssignment()
      member.answerSync({ errorCode: ErrorCode.REBALANCE_IN_PROGRESS })
    }
  }
  const longest = group.rebalanceTimeoutMs
  group.delayed = wasEmpty && group.strict.rebalanceDelay
  if (group.delayed) delay(group, INITIAL_REBALANCE_DELAY_MS, longest - INITIAL_REBALANCE_DELAY_MS)
  else startPhase(group, wasEmpty ? Math.min(longest, INITIAL_REBALANCE_DELAY_MS) : longest, completeJoin)
  group.become('PreparingRebalance')
  completeJoinWhenAllJoined(group)
}

/** Waits as long again while members come, at most for the rebalance timeout (Kafka: #tryCompleteInitialRebalanceElseSchedule). */
function delay(group: Group, milliseconds: number, left: number): void {
  const members = group.members.size
  startPhase(group, milliseconds, () => {
    const next = Math.min(INITIAL_REBALANCE_DELAY_MS, left)
    if (group.members.size > members && next > 0) delay(group, next, left - next)
    else completeJoin(group)
  })
}

export function completeJoinWhenAllJoined(group: Group): void {
  if (!group.delayed && group.allJoined) completeJoin(group)
}

function completeJoin(group: Group): void {
  group.delayed = false
  endPhase(group)
  for (const member of group.members.values()) {
    // A static member that restarts is not there on purpose: only its session timeout ends its membership (KIP-345).
    if (!member.awaitingJoin && member.instanceId === null) group.remove(member, 'rebalance timeout')
  }
  if (group.members.size > 0 && !group.electLeader()) {
    startPhase(group, group.rebalanceTimeoutMs, completeJoin)
    return
  }
  group.generation += 1
  group.pendingSync.clear()
  if (group.members.size === 0) {
    group.protocol = null
    group.become('Empty')
    return
  }
  group.protocol = group.electProtocol()
  for (const member of group.members.values()) group.pendingSync.add(member.id)
  startPhase(group, group.rebalanceTimeoutMs, removeSilentMembers)
  group.become('CompletingRebalance')
  for (const member of group.members.values()) {
    member.isNew = false
    member.renewSession()
    member.answerJoin(joined(group, member))
  }
}

/** Answers a JoinGroup with the group's generation; only the leader is told of the members, since it assigns. */
export function joined(group: Group, member: Member): JoinResponse {
  return {
    errorCode: ErrorCode.NONE,
    generationId: group.generation,
    protocolType: group.protocolType,
    protocolName: group.protocol,
    leader: group.leaderId ?? '',
    memberId: member.id,
    members: group.leaderId === member.id ? membersForLeader(group) : [],
  }
}

function membersForLeader(group: Group): JoinResponse['members'] {
  return Array.from(group.members.values(), (member) => ({
    memberId: member.id,
    groupInstanceId: member.instanceId,
    metadata: member.metadata(group.protocol),
  }))
}

/** A member asks for its assignment; the leader brings everybody's, by member id. */
export function sync(
  group: Group,
  member: Member,
  assignments: ReadonlyMap<string, Buffer>,
): SyncResponse | Promise<SyncResponse> {
  if (group.state === 'PreparingRebalance') return { errorCode: ErrorCode.REBALANCE_IN_PROGRESS }
  group.pendingSync.delete(member.id)
  if (group.pendingSync.size === 0) endPhase(group)
  if (group.state === 'Stable') return assigned(group, member)
  const answer = member.awaitSync()
  if (group.leaderId === member.id) assign(group, assignments)
  return answer
}

/** A member that the leader forgot gets an empty assignment, not an error. */
function assign(group: Group, assignments: ReadonlyMap<string, Buffer>): void {
  for (const member of group.members.values()) {
    const assignment = assignments.get(member.id)
    if (assignment === undefined) member.dropAssignment()
    else member.assignment = assignment
  }
  group.become('Stable')
  for (const member of group.members.values()) member.answerSync(assigned(group, member))
}

function assigned(group: Group, member: Member): SyncResponse {
  return {
    errorCode: ErrorCode.NONE,
    protocolType: group.protocolType,
    protocolName: group.protocol,
    assignment: member.assignment,
  }
}

/** Members that joined and then never asked for their assignment hold partitions that nobody reads. */
function removeSilentMembers(group: Group): void {
  for (const memberId of group.pendingSync) group.remove(group.members.get(memberId)!, 'rebalance timeout')
  prepare(group)
}

function startPhase(group: Group, milliseconds: number, onTimeout: (group: Group) => void): void {
  endPhase(group)
  group.phaseTimer = clock.setTimeout(() => onTimeout(group), milliseconds)
  group.phaseTimer.unref()
}

function endPhase(group: Group): void {
  clock.clearTimeout(group.phaseTimer)
}
