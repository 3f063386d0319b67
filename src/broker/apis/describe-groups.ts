import { type Api, api } from '../api.ts'
import type { Group } from '../groups/group.ts'
import { ErrorCode } from '../protocol/errors.ts'

/** Bits of AclOperation READ, DELETE, DESCRIBE, DESCRIBE_CONFIGS and ALTER_CONFIGS: without authorization all of them. */
const ALL_OPERATIONS = (1 << 3) | (1 << 6) | (1 << 8) | (1 << 10) | (1 << 11)
const NOT_ASKED_FOR = -2_147_483_648

/**
 * DescribeGroups (15), versions 0 to 6: state, protocol and members of groups. Subscriptions and the protocol are told
 * of a Stable group only. An unknown group is Dead, and from version 6 also GROUP_ID_NOT_FOUND (KIP-1043).
 */
export const describeGroups: Api<'DescribeGroups'> = api('DescribeGroups', [0, 6], (request, { broker, version }) => {
  const authorizedOperations = request.includeAuthorizedOperations ? ALL_OPERATIONS : NOT_ASKED_FOR
  return {
    groups: request.groups.map((groupId) => {
      const group = broker.groups.find(groupId)
      return group
        ? { ...described(group), authorizedOperations }
        : { ...unknown(groupId, version), authorizedOperations }
    }),
  }
})

function described(group: Group) {
  const stable = group.state === 'Stable'
  return {
    errorCode: ErrorCode.NONE,
    groupId: group.id,
    groupState: group.state,
    protocolType: group.protocolType ?? '',
    protocolData: stable ? (group.protocol ?? '') : '',
    members: Array.from(group.members.values(), (member) => ({
      memberId: member.id,
      groupInstanceId: member.instanceId,
      clientId: member.clientId,
      clientHost: member.clientHost,
      memberMetadata: stable ? member.metadata(group.protocol) : Buffer.alloc(0),
      memberAssignment: member.assignment,
    })),
  }
}

function unknown(groupId: string, version: number) {
  if (version < 6) return { errorCode: ErrorCode.NONE, groupId, groupState: 'Dead' }
  return {
    errorCode: ErrorCode.GROUP_ID_NOT_FOUND,
    errorMessage: `Group ${groupId} not found.`,
    groupId,
    groupState: 'Dead',
  }
}
