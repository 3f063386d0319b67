import { type Api, api } from '../api.ts'
import { join } from '../groups/membership.ts'
import { ErrorCode } from '../protocol/errors.ts'

/** Kafka's group.min.session.timeout.ms, which holds under `strict` only: tests let sessions end in milliseconds. */
const MIN_SESSION_TIMEOUT_MS = 6_000

/** Kafka's group.max.session.timeout.ms. */
const MAX_SESSION_TIMEOUT_MS = 1_800_000

/**
 * JoinGroup (11), versions 0 to 9: makes the client a member, and answers when every member has joined the generation.
 * A first JoinGroup without an id answers MEMBER_ID_REQUIRED from version 4; version 5 adds static members, version 9
 * lets a static leader that is back skip the assignment (Kafka: GroupCoordinatorService#joinGroup).
 */
export const joinGroup: Api<'JoinGroup'> = api(
  'JoinGroup',
  [0, 9],
  async (request, { broker, connection, clientId, version }) => {
    const { groupId, memberId, sessionTimeoutMs, protocolType } = request
    // Whoever is gone before its turn came would be a member that nobody misses until its session ends.
    if (connection.closed.aborted) return undefined
    const protocolName = version < 7 ? '' : null
    const refused = (errorCode: number) => ({ errorCode, memberId, protocolName })
    if (groupId === '') return refused(ErrorCode.INVALID_GROUP_ID)
    const shortest = broker.options.strict.sessionTimeout ? MIN_SESSION_TIMEOUT_MS : 1
    if (sessionTimeoutMs < shortest || sessionTimeoutMs > MAX_SESSION_TIMEOUT_MS) {
      return refused(ErrorCode.INVALID_SESSION_TIMEOUT)
    }
    const group = memberId === '' ? broker.groups.findOrCreate(groupId) : broker.groups.find(groupId)
    if (group === undefined) return refused(ErrorCode.UNKNOWN_MEMBER_ID)
    const answer = await join(group, {
      connection,
      memberId,
      instanceId: request.groupInstanceId,
      clientId,
      clientHost: `/${connection.remoteHost}`,
      protocolType,
      protocols: request.protocols,
      sessionTimeoutMs,
      rebalanceTimeoutMs: version === 0 ? sessionTimeoutMs : request.rebalanceTimeoutMs,
      idFirst: version >= 4,
      canSkipAssignment: version >= 9,
    })
    return { protocolName, ...answer }
  },
)
