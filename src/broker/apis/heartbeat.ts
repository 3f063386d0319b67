import { type Api, api } from '../api.ts'
import { heartbeat as beat } from '../groups/membership.ts'
import { ErrorCode } from '../protocol/errors.ts'

/**
 * Heartbeat (12), versions 0 to 4: renews a member's session, and tells it by REBALANCE_IN_PROGRESS to join again.
 * Version 3 adds static members: one whose place was taken is FENCED_INSTANCE_ID.
 */
export const heartbeat: Api<'Heartbeat'> = api('Heartbeat', [0, 4], (request, { broker, connection }) => {
  const { groupId, memberId, groupInstanceId, generationId } = request
  if (groupId === '') return { errorCode: ErrorCode.INVALID_GROUP_ID }
  const group = broker.groups.find(groupId)
  if (group === undefined) return { errorCode: ErrorCode.UNKNOWN_MEMBER_ID }
  return { errorCode: beat(group, { memberId, instanceId: groupInstanceId, generation: generationId }, connection) }
})
