import { type Api, api } from '../api.ts'
import type { Group } from '../groups/group.ts'
import type { Groups } from '../groups/groups.ts'
import { heard } from '../groups/membership.ts'
import { commitError } from '../groups/offsets.ts'
import { ErrorCode } from '../protocol/errors.ts'

/** Kafka's offset.metadata.max.bytes. */
export const MAX_METADATA_BYTES = 4096

/**
 * OffsetCommit (8), versions 2 to 9: stores how far a group has come. A member commits in its generation; without one
 * (generation -1) anybody may while the group has no members, and a group that isn't there is created by it. Version 7
 * adds static members; version 9 answers GROUP_ID_NOT_FOUND where older ones answer ILLEGAL_GENERATION. The retention
 * time of versions 2 to 4 is not kept: offsets don't expire here (Kafka: OffsetMetadataManager#commitOffset).
 */
export const offsetCommit: Api<'OffsetCommit'> = api(
  'OffsetCommit',
  [2, 9],
  (request, { broker, connection, clientId, version }) => {
    const { memberId, groupInstanceId: instanceId, generationIdOrMemberEpoch: generation } = request
    const group = groupToCommitTo(broker.groups, request.groupId, generation, version)
    if (typeof group === 'number') return refuse(request.topics, group)
    const errorCode = commitError(group, { memberId, instanceId, generation })
    if (errorCode !== ErrorCode.NONE) return refuse(request.topics, errorCode)
    const member = group.members.get(memberId)
    if (member !== undefined) {
      heard(group, member, connection)
      member.renewSession()
    }
    return {
      topics: request.topics.map(({ name, partitions }) => ({
        name,
        partitions: partitions.map(({ partitionIndex, committedOffset, committedLeaderEpoch, committedMetadata }) => {
          const metadata = committedMetadata ?? ''
          const partition = broker.topics.get(name)?.partitions[partitionIndex]
          if (partition === undefined) {
            return { partitionIndex, errorCode: ErrorCode.UNKNOWN_TOPIC_OR_PARTITION }
          }
          if (metadata.length > MAX_METADATA_BYTES) {
            return { partitionIndex, errorCode: ErrorCode.OFFSET_METADATA_TOO_LARGE }
          }
          const committed = { offset: committedOffset, leaderEpoch: committedLeaderEpoch, metadata }
          group.offsets.commit(partition, committed, clientId)
          return { partitionIndex, errorCode: ErrorCode.NONE }
        }),
      })),
    }
  },
)

/** The group, made when a commit needs no member; else the error code. */
function groupToCommitTo(groups: Groups, groupId: string, generation: number, version: number): Group | number {
  const group = groups.find(groupId)
  if (group !== undefined) return group
  if (generation < 0) return groups.findOrCreate(groupId)
  return version >= 9 ? ErrorCode.GROUP_ID_NOT_FOUND : ErrorCode.ILLEGAL_GENERATION
}

function refuse(topics: { name: string; partitions: { partitionIndex: number }[] }[], errorCode: number) {
  return {
    topics: topics.map(({ name, partitions }) => ({
      name,
      partitions: partitions.map(({ partitionIndex }) => ({ partitionIndex, errorCode })),
    })),
  }
}
