import { type Api, api } from '../api.ts'
import { heard } from '../groups/membership.ts'
import { sync } from '../groups/rebalance.ts'
import { ErrorCode } from '../protocol/errors.ts'

/**
 * SyncGroup (14), versions 0 to 5: a member asks for its assignment and waits until the leader has sent everybody's.
 * A member that the leader left out gets an empty one. From version 5 no protocol or another one than the group's
 * answers INCONSISTENT_GROUP_PROTOCOL (Kafka: GroupMetadataManager#classicGroupSync).
 */
export const syncGroup: Api<'SyncGroup'> = api('SyncGroup', [0, 5], (request, { broker, connection, version }) => {
  const { groupId, memberId, protocolType, protocolName } = request
  // Told before anything is looked at (Kafka: SyncGroupRequest#areMandatoryProtocolTypeAndNamePresent).
  if (version >= 5 && (protocolType === null || protocolName === null)) {
    return { errorCode: ErrorCode.INCONSISTENT_GROUP_PROTOCOL }
  }
  if (groupId === '') return { errorCode: ErrorCode.INVALID_GROUP_ID }
  const group = broker.groups.find(groupId)
  if (group === undefined) return { errorCode: ErrorCode.UNKNOWN_MEMBER_ID }
  const errorCode = group.memberError(memberId, request.groupInstanceId)
  if (errorCode !== ErrorCode.NONE) return { errorCode }
  if (request.generationId !== group.generation) return { errorCode: ErrorCode.ILLEGAL_GENERATION }
  if (version >= 5 && (protocolType !== group.protocolType || protocolName !== group.protocol)) {
    return { errorCode: ErrorCode.INCONSISTENT_GROUP_PROTOCOL }
  }
  const member = group.members.get(memberId)!
  heard(group, member, connection)
  return sync(group, member, new Map(request.assignments.map(({ memberId: id, assignment }) => [id, assignment])))
})
