import { decodeAssignment, decodeSubscription } from '../protocol/consumer-protocol.ts'
import type { Group, GroupState } from './group.ts'
import type { Member } from './member.ts'
import type { CommittedOffset } from './offsets.ts'

/** A group as the matchers and `settled()` look at it. */
export interface GroupView {
  readonly groupId: string
  readonly state: GroupState
  readonly generation: number
  readonly protocolType: string | null
  readonly protocol: string | null
  readonly members: readonly MemberView[]
  /** From topic to partition to offset. */
  readonly offsets: ReadonlyMap<string, ReadonlyMap<number, CommittedOffset>>
}

export interface MemberView {
  readonly memberId: string
  readonly instanceId: string | null
  readonly clientId: string
  readonly clientHost: string
  /** Its last connection closed a moment ago: it leaves, unless it is heard of again. */
  readonly disconnected: boolean
  readonly assignment: readonly { readonly topic: string; readonly partitions: readonly number[] }[]
  /** The topics that it wants. */
  readonly subscription: readonly string[]
}

export function describeGroup(group: Group): GroupView {
  return {
    groupId: group.id,
    state: group.state,
    generation: group.generation,
    protocolType: group.protocolType,
    protocol: group.protocol,
    members: Array.from(group.members.values(), (member) => describeMember(group, member)),
    offsets: group.offsets.all(),
  }
}

/** Whether a member reads this topic (Kafka: ClassicGroup#isSubscribedToTopic). */
export function isSubscribed(group: Group, topic: string): boolean {
  for (const member of group.members.values()) if (subscribedTopics(group, member).includes(topic)) return true
  return false
}

/** The topics of a member's subscription; none where the bytes are not a consumer's, as with Kafka Connect. */
function subscribedTopics(group: Group, member: Member): readonly string[] {
  if (group.protocolType !== 'consumer') return []
  const protocol = group.protocol ?? member.protocols[0]?.name ?? null
  return readable(() => decodeSubscription(member.metadata(protocol)).topics) ?? []
}

function describeMember(group: Group, member: Member): MemberView {
  return {
    memberId: member.id,
    instanceId: member.instanceId,
    clientId: member.clientId,
    clientHost: member.clientHost,
    disconnected: member.session.disconnected,
    assignment: group.protocolType === 'consumer' ? assignedPartitions(member.assignment) : [],
    subscription: subscribedTopics(group, member),
  }
}

function assignedPartitions(assignment: Buffer): MemberView['assignment'] {
  if (assignment.length === 0) return []
  return readable(() => decodeAssignment(assignment).assignedPartitions) ?? []
}

/** Clients own these bytes and may write what they like: what can't be read counts as nothing. */
function readable<T>(decode: () => T): T | undefined {
  try {
    return decode()
  } catch {
    return undefined
  }
}
