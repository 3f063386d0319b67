import { type Api, api } from '../api.ts'
import { leave } from '../groups/membership.ts'
import { ErrorCode } from '../protocol/errors.ts'

/**
 * LeaveGroup (13), versions 0 to 5: removes members at once, so that the others need not wait for their sessions to end.
 * From version 3 several, also static ones by their instance id alone (an administrator's way); each then has an error of its own, in an unknown group too.
 */
export const leaveGroup: Api<'LeaveGroup'> = api('LeaveGroup', [0, 5], (request, { broker, version }) => {
  if (request.groupId === '') return { errorCode: ErrorCode.INVALID_GROUP_ID }
  const group = broker.groups.find(request.groupId)
  const errorOf = (memberId: string, instanceId: string | null) =>
    group === undefined ? ErrorCode.UNKNOWN_MEMBER_ID : leave(group, memberId, instanceId)
  if (version < 3) return { errorCode: errorOf(request.memberId, null) }
  return {
    members: request.members.map(({ memberId, groupInstanceId }) => ({
      memberId,
      groupInstanceId,
      errorCode: errorOf(memberId, groupInstanceId),
    })),
  }
})
