import type { Moment } from '../base/clock.ts'
import type { Messages } from '../broker/protocol/codec.ts'
import { decodeAssignment } from '../broker/protocol/consumer-protocol.ts'
import type { Brokers } from './brokers.ts'
import { checkAnswer } from './errors.ts'
import type { Peer } from './peer.ts'

interface GroupMember {
  memberId: string
  clientId: string
  assignment: { topic: string; partitions: number[] }[]
}

export interface Group {
  /** In Kafka's words: Empty, PreparingRebalance, CompletingRebalance, Stable; of the new protocol Assigning, Reconciling. */
  state: string
  members: GroupMember[]
}

export interface ListedGroup {
  groupId: string
  /** As in `Group`; "" of a broker before 2.6, which doesn't tell it here. */
  state: string
}

/** All consumer groups, from all brokers. @throws ClientError */
export async function listGroups(brokers: Brokers): Promise<ListedGroup[]> {
  const deadline = brokers.deadline()
  const cluster = await brokers.cluster(deadline)
  const ofBrokers = await Promise.all(
    cluster.brokers.map(async ({ nodeId }) => {
      const peer = await brokers.node(nodeId, deadline)
      const { errorCode, groups } = await peer.request('ListGroups', {}, { deadline })
      checkAnswer(errorCode, { at: peer.address })
      return groups.filter(({ groupType }) => groupType === '' || consumerTypes.includes(groupType.toLowerCase()))
    }),
  )
  return ofBrokers.flat().map(({ groupId, groupState }) => ({ groupId, state: groupState }))
}

/** Told from version 5 on; share groups and those of Kafka Streams are others. */
const consumerTypes = ['classic', 'consumer']

/** A group as its coordinator describes it; undefined when it isn't there. @throws ClientError */
export async function describeGroup(brokers: Brokers, groupId: string): Promise<Group | undefined> {
  const deadline = brokers.deadline()
  return brokers.askCoordinator(
    groupId,
    async (coordinator) => {
      const { groups } = await coordinator.request('DescribeGroups', { groups: [groupId] }, { deadline })
      const { errorCode, errorMessage, groupState, members } = groups[0]!
      // Kafka answers so of a group that was never there since 4.0 (KIP-1043); before, that it is dead. And so of one
      // of the new protocol.
      if (errorCode === GROUP_ID_NOT_FOUND || (errorCode === 0 && groupState === 'Dead')) {
        return describeNewGroup(coordinator, groupId, deadline)
      }
      checkAnswer(errorCode, { at: coordinator.address, said: errorMessage })
      return { state: groupState, members: members.map(memberOf) }
    },
    deadline,
  )
}

const GROUP_ID_NOT_FOUND = 69

/** A group of the protocol in which the coordinator assigns the partitions (KIP-848). */
async function describeNewGroup(coordinator: Peer, groupId: string, deadline: Moment): Promise<Group | undefined> {
  if (coordinator.versionOf('ConsumerGroupDescribe') === undefined) return undefined
  const { groups } = await coordinator.request('ConsumerGroupDescribe', { groupIds: [groupId] }, { deadline })
  const { errorCode, errorMessage, groupState: state, members } = groups[0]!
  // A cluster may have it turned off.
  if (errorCode === GROUP_ID_NOT_FOUND || errorCode === UNSUPPORTED_VERSION) return undefined
  checkAnswer(errorCode, { at: coordinator.address, said: errorMessage })
  const described = members.map(({ memberId, clientId, assignment: { topicPartitions } }) => ({
    memberId,
    clientId,
    assignment: topicPartitions.map(({ topicName: topic, partitions }) => ({ topic, partitions })),
  }))
  return { state, members: described }
}

const UNSUPPORTED_VERSION = 35

type Described = Messages['DescribeGroups']['response']['groups'][number]['members'][number]

function memberOf({ memberId, clientId, memberAssignment }: Described): GroupMember {
  // Until the group is stable a member has none.
  const assigned = memberAssignment.length === 0 ? [] : decodeAssignment(memberAssignment).assignedPartitions
  return { memberId, clientId, assignment: assigned.map(({ topic, partitions }) => ({ topic, partitions })) }
}

export interface CommittedOffset {
  topic: string
  partition: number
  offset: number
}

/** Every offset that a group has committed. @throws ClientError */
export async function committedOffsets(brokers: Brokers, groupId: string): Promise<CommittedOffset[]> {
  const deadline = brokers.deadline()
  return brokers.askCoordinator(groupId, (coordinator) => fetchOffsets(coordinator, groupId, deadline), deadline)
}

/** Until version 7 one group is asked for, from 8 on a list of them; 10 would name topics by their id. */
async function fetchOffsets(coordinator: Peer, groupId: string, deadline: Moment): Promise<CommittedOffset[]> {
  const request = { groupId, topics: null, groups: [{ groupId, topics: null }] }
  const answer = await coordinator.request('OffsetFetch', request, { deadline, highest: 9 })
  const { errorCode, topics } = answer.groups[0] ?? answer
  checkAnswer(errorCode, { at: coordinator.address })
  return topics.flatMap(({ name: topic, partitions }) =>
    partitions
      .filter(({ committedOffset }) => committedOffset >= 0)
      .map(({ partitionIndex: partition, committedOffset: offset }) => ({ topic, partition, offset })),
  )
}

/** Forgets a group and what it committed. @throws ClientError when it isn't there, or has members. */
export async function deleteGroup(brokers: Brokers, groupId: string): Promise<void> {
  const deadline = brokers.deadline()
  await brokers.askCoordinator(
    groupId,
    async (coordinator) => {
      const { results } = await coordinator.request('DeleteGroups', { groupsNames: [groupId] }, { deadline })
      checkAnswer(results[0]!.errorCode, { at: coordinator.address })
    },
    deadline,
  )
}

/** Has all members of a group leave it: those of processes that have ended stay until their sessions are over. */
export async function removeMembers(brokers: Brokers, groupId: string): Promise<void> {
  const members = (await describeGroup(brokers, groupId))?.members ?? []
  if (members.length === 0) return
  const deadline = brokers.deadline()
  await brokers.askCoordinator(
    groupId,
    async (coordinator) => {
      const request = { groupId, members: members.map(({ memberId }) => ({ memberId })) }
      const { errorCode } = await coordinator.request('LeaveGroup', request, { deadline })
      checkAnswer(errorCode, { at: coordinator.address })
    },
    deadline,
  )
}
