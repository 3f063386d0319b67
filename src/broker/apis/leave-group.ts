import { type Api, api } from '../api.ts'
import { leave } from '../groups/membership.ts'
import { ErrorCode } from '../protocol/errors.ts'

/**
 * LeaveGroup (13), versions 0 to 5: removes members at once, so that the others need not wait for their sessions to end.
 * From version 3 several, also static ones by their instance id alone (an administrator's way); each has its own error.
 */
export const leaveGroup: Api<'LeaveGroup'> = api('LeaveGroup', [0, 5], (request, { broker, version }) => {
  if (request.groupId === '') return { errorCode: ErrorCode.INVALID_GROUP_ID }
  const group = broker.groups.find(request.groupId)
  if (group === undefined) return { errorCode: ErrorCode.UNKNOWN_MEMBER_ID }
  if (version < 3) return { errorCode: leave(group, request.memberId, null) }
  return {
    members: request.members.map(({ memberId, groupInstanceId }) => ({
      memberId,
      groupInstanceId,
      errorCode: leave(group, memberId, groupInstanceId),
    })),
  }
})
