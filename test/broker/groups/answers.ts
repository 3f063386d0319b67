import { randomUUID } from 'node:crypto'
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { errorName } from '../../../src/broker/protocol/errors.ts'
import { RawClient } from '../raw-client.ts'
import { RawMember, subscription } from './raw-member.ts'

const closing: { close(): Promise<void> }[] = []

/**
 * What a group coordinator answers, request by request. The same tests run against the embedded broker and against real
 * Kafka: that is how we know that they are Kafka's answers.
 */
export function testGroupAnswers(broker: () => string): void {
  const topic = `t-${randomUUID()}`
  let groupId = ''

  async function connect(clientId?: string): Promise<RawClient> {
    const client = await RawClient.connect(broker(), clientId)
    closing.push(client)
    return client
  }

  async function member(options?: Parameters<typeof RawMember.connect>[2]): Promise<RawMember> {
    const created = await RawMember.connect(broker(), groupId, options)
    closing.push(created)
    return created
  }

  /** A member that leads a stable generation of its own. */
  async function stableMember(options?: Parameters<typeof RawMember.connect>[2]): Promise<RawMember> {
    const created = await member(options)
    expect(await created.join()).toMatchObject({ error: 'NONE' })
    expect(await created.sync({ [created.memberId]: 'everything' })).toMatchObject({ error: 'NONE' })
    return created
  }

  beforeAll(async () => {
    const client = await RawClient.connect(broker())
    const answer = await client.request('CreateTopics', 5, {
      topics: [{ name: topic, numPartitions: 2, replicationFactor: 1, assignments: [], configs: [] }],
      timeoutMs: 10_000,
    })
    expect(answer.topics[0]!.errorCode).toBe(0)
    await untilCoordinatorIsThere(client)
    await client.close()
  }, 30_000)

  beforeEach(() => {
    groupId = `g-${randomUUID()}`
  })

  afterEach(async () => {
    await Promise.all(closing.splice(0).map((client) => client.close()))
  })

  test('a first JoinGroup without an id is given one, and joins with it', async () => {
    const one = await member()
    expect(await one.joinOnce()).toMatchObject({
      error: 'MEMBER_ID_REQUIRED',
      generationId: -1,
      protocolType: null,
      protocolName: null,
      leader: '',
      memberId: expect.stringMatching(/^raw-[0-9a-f-]{36}$/),
      members: [],
    })
    expect(await one.joinOnce()).toMatchObject({
      error: 'NONE',
      generationId: 1,
      protocolType: 'consumer',
      protocolName: 'range',
      leader: one.memberId,
      skipAssignment: false,
      members: [{ memberId: one.memberId, groupInstanceId: null, metadata: subscription('t') }],
    })
  })

  test('a member heartbeats and joins again over another connection, when its own is closed', async () => {
    const one = await member()
    expect(await one.join()).toMatchObject({ error: 'NONE', generationId: 1 })
    expect(await one.sync()).toMatchObject({ error: 'NONE' })
    await one.reconnect()
    expect(await one.heartbeat()).toBe('NONE')
    await one.reconnect()
    expect(await one.joinOnce(2)).toMatchObject({ error: 'NONE', generationId: 2 })
    await one.reconnect()
    expect(await one.sync()).toMatchObject({ error: 'NONE' })
  })

  test('an id that was given over one connection joins over another', async () => {
    const one = await member()
    expect(await one.joinOnce(4)).toMatchObject({ error: 'MEMBER_ID_REQUIRED' })
    await one.reconnect()
    expect(await one.joinOnce(4)).toMatchObject({ error: 'NONE', generationId: 1 })
  })

  test('two members that close their connection at the end of each generation, as kafka-go does, come to rest', async () => {
    const [one, two] = [await member(), await member()]
    await one.join()
    await one.sync({ [one.memberId]: 'everything' })
    const joining = two.join()
    await untilRebalancing(one)
    await one.reconnect()
    expect(await one.joinOnce()).toMatchObject({ error: 'NONE', generationId: 2 })
    expect(await joining).toMatchObject({ error: 'NONE', generationId: 2 })
    const assignments = { [one.memberId]: 'half', [two.memberId]: 'half' }
    const synced = await Promise.all([one.sync(assignments), two.sync()])
    expect(synced).toMatchObject([{ assigned: 'half' }, { assigned: 'half' }])
    expect(await Promise.all([one.heartbeat(), two.heartbeat()])).toEqual(['NONE', 'NONE'])
  })

  test('before version 4 a JoinGroup without an id joins at once', async () => {
    const one = await member()
    expect(await one.joinOnce(3)).toMatchObject({ error: 'NONE', generationId: 1, leader: one.memberId })
    const other = await member()
    const joining = other.joinOnce(0)
    expect(await rebalanced(one)).toMatchObject({ error: 'NONE', generationId: 2 })
    expect(await joining).toMatchObject({ error: 'NONE', generationId: 2, leader: one.memberId, members: [] })
  })

  test('a JoinGroup that makes no sense is refused', async () => {
    const one = await member()
    expect(await one.joinOnce(9, { groupId: '' })).toMatchObject({ error: 'INVALID_GROUP_ID', memberId: '' })
    expect(await one.joinOnce(9, { sessionTimeoutMs: 1_800_001 })).toMatchObject({ error: 'INVALID_SESSION_TIMEOUT' })
    expect(await one.joinOnce(9, { sessionTimeoutMs: 0 })).toMatchObject({ error: 'INVALID_SESSION_TIMEOUT' })
    expect(await one.joinOnce(9, { memberId: 'who?' })).toMatchObject({ error: 'UNKNOWN_MEMBER_ID', memberId: 'who?' })
    one.memberId = ''
    expect(await one.joinOnce(9, { protocols: [] })).toMatchObject({ error: 'INCONSISTENT_GROUP_PROTOCOL' })
    expect(await one.joinOnce(9, { protocolType: '' })).toMatchObject({ error: 'INCONSISTENT_GROUP_PROTOCOL' })
    await stableMember()
    expect(await one.joinOnce(9, { memberId: 'who?' })).toMatchObject({ error: 'UNKNOWN_MEMBER_ID', memberId: 'who?' })
  })

  test('a member that has no protocol in common with the others is refused', async () => {
    await stableMember({ protocols: [['range', subscription('t')]] })
    const other = await member({ protocols: [['sticky', subscription('t')]] })
    expect(await other.join()).toMatchObject({ error: 'INCONSISTENT_GROUP_PROTOCOL', memberId: '' })
    const connect = await member({ protocolType: 'connect' })
    expect(await connect.join()).toMatchObject({ error: 'INCONSISTENT_GROUP_PROTOCOL' })
  })

  test('the protocol that most members prefer is taken among those that all support', async () => {
    const range = subscription('t')
    const one = await stableMember({
      protocols: [
        ['only-mine', range],
        ['range', range],
        ['sticky', range],
      ],
    })
    const two = await member({
      protocols: [
        ['sticky', range],
        ['range', range],
      ],
    })
    const joiningTwo = two.join()
    expect(await rebalanced(one)).toMatchObject({ error: 'NONE', generationId: 2 })
    await joiningTwo
    const three = await member({
      protocols: [
        ['sticky', range],
        ['range', range],
      ],
    })
    const joiningThree = three.join()
    const [again] = await Promise.all([rebalanced(one), rebalanced(two)])
    expect(again).toMatchObject({ generationId: 3, protocolName: 'sticky', leader: one.memberId })
    expect(await joiningThree).toMatchObject({ protocolName: 'sticky', members: [] })
  })

  test('a second member makes the first one join again, and both are given what the leader assigns', async () => {
    const one = await stableMember()
    const two = await member()
    const joining = two.join()
    expect(await untilRebalancing(one)).toBe('REBALANCE_IN_PROGRESS')
    expect(await one.sync()).toMatchObject({ error: 'REBALANCE_IN_PROGRESS' })
    expect(await one.commit(topic, 5)).toBe('NONE')
    const [first, second] = await Promise.all([one.joinOnce(), joining])
    expect(first).toMatchObject({ error: 'NONE', generationId: 2, leader: one.memberId })
    expect(first.members.map(({ memberId }) => memberId).sort()).toEqual([one.memberId, two.memberId].sort())
    expect(second).toMatchObject({ error: 'NONE', generationId: 2, leader: one.memberId, members: [] })

    expect(await one.heartbeat()).toBe('NONE')
    expect(await one.commit(topic, 6)).toBe('REBALANCE_IN_PROGRESS')
    const waiting = two.sync()
    const mine = await one.sync({ [one.memberId]: 'a', [two.memberId]: 'b' })
    expect(mine).toMatchObject({ error: 'NONE', protocolType: 'consumer', protocolName: 'range', assigned: 'a' })
    expect(await waiting).toMatchObject({ error: 'NONE', assigned: 'b' })
    expect(await two.sync()).toMatchObject({ error: 'NONE', assigned: 'b' })
    expect(await two.commit(topic, 7)).toBe('NONE')
  })

  test('a member that the leader leaves out is given an empty assignment', async () => {
    const one = await stableMember()
    const two = await member()
    const joining = two.join()
    await rebalanced(one)
    await joining
    await one.sync({ [one.memberId]: 'all of it', stranger: 'nothing' })
    expect(await two.sync()).toMatchObject({ error: 'NONE', assigned: '' })
  })

  test('a member that joins while another waits for its assignment makes that one join again', async () => {
    const one = await stableMember()
    const two = await member()
    const joining = two.join()
    await rebalanced(one)
    await joining
    const waiting = two.sync()
    const three = await member()
    const joiningThree = three.join()
    expect(await waiting).toMatchObject({ error: 'REBALANCE_IN_PROGRESS', assigned: '' })
    await Promise.all([one.joinOnce(), two.joinOnce()])
    expect(await joiningThree).toMatchObject({ error: 'NONE', generationId: 3 })
  })

  test('SyncGroup and Heartbeat are refused by group, member, generation and protocol', async () => {
    const one = await member()
    expect(await one.heartbeat({ groupId: '' })).toBe('INVALID_GROUP_ID')
    expect(await one.heartbeat({ memberId: 'x' })).toBe('UNKNOWN_MEMBER_ID')
    expect(await one.sync({}, { groupId: '' })).toMatchObject({ error: 'INVALID_GROUP_ID' })
    expect(await one.sync({}, { memberId: 'x' })).toMatchObject({ error: 'UNKNOWN_MEMBER_ID' })
    await one.join()
    for (const generationId of [0, 2]) {
      expect(await one.heartbeat({ generationId })).toBe('ILLEGAL_GENERATION')
      expect(await one.sync({}, { generationId })).toMatchObject({ error: 'ILLEGAL_GENERATION' })
      expect(await one.commit(topic, 1, { generationIdOrMemberEpoch: generationId })).toBe('ILLEGAL_GENERATION')
    }
    expect(await one.heartbeat({ memberId: 'x' })).toBe('UNKNOWN_MEMBER_ID')
    expect(await one.sync({}, { memberId: 'x' })).toMatchObject({ error: 'UNKNOWN_MEMBER_ID' })
    expect(await one.sync({}, { protocolName: 'sticky' })).toMatchObject({ error: 'INCONSISTENT_GROUP_PROTOCOL' })
    expect(await one.sync({}, { protocolName: null })).toMatchObject({ error: 'INCONSISTENT_GROUP_PROTOCOL' })
    expect(await one.sync({}, { protocolType: 'connect' })).toMatchObject({ error: 'INCONSISTENT_GROUP_PROTOCOL' })
    expect(await one.heartbeat({ groupInstanceId: 'x' })).toBe('UNKNOWN_MEMBER_ID')
    expect(await one.sync()).toMatchObject({ error: 'NONE' })
  })

  test('a member that joins again unchanged is told the generation, and one that changed starts a rebalance', async () => {
    const one = await stableMember()
    const two = await member()
    const joining = two.join()
    await rebalanced(one)
    await joining
    expect(await two.joinOnce()).toMatchObject({ error: 'NONE', generationId: 2, members: [] })
    expect((await one.joinOnce()).members).toHaveLength(2)
    await one.sync()
    await two.sync()
    expect(await two.joinOnce()).toMatchObject({ error: 'NONE', generationId: 2, leader: one.memberId, members: [] })
    expect(await one.heartbeat()).toBe('NONE')
    const changing = two.joinOnce(9, { protocols: [{ name: 'range', metadata: subscription('t', 'u') }] })
    expect(await untilRebalancing(one)).toBe('REBALANCE_IN_PROGRESS')
    expect(await one.joinOnce()).toMatchObject({ error: 'NONE', generationId: 3 })
    await changing
  })

  test('a leader that joins a stable group again starts a rebalance', async () => {
    const one = await stableMember()
    expect(await one.joinOnce()).toMatchObject({ error: 'NONE', generationId: 2, leader: one.memberId })
  })

  test('members leave: each is told its own error, and an empty group keeps its offsets', async () => {
    const one = await stableMember()
    expect(await one.commit(topic, 3)).toBe('NONE')
    const stranger = await member()
    stranger.memberId = 'who?'
    expect(await stranger.leave()).toBe('UNKNOWN_MEMBER_ID')
    const { errorCode } = await one.client.request('LeaveGroup', 1, { groupId, memberId: 'who?' })
    expect(errorName(errorCode)).toBe('UNKNOWN_MEMBER_ID')
    const nowhere = await one.client.request('LeaveGroup', 5, {
      groupId: `no-${groupId}`,
      members: [{ memberId: 'x' }],
    })
    expect(errorName(nowhere.errorCode)).toBe('NONE')
    expect(nowhere.members.map((gone) => errorName(gone.errorCode))).toEqual(['UNKNOWN_MEMBER_ID'])
    expect(await one.leave()).toBe('NONE')
    expect(await one.leave()).toBe('UNKNOWN_MEMBER_ID')
    expect(await one.heartbeat()).toBe('UNKNOWN_MEMBER_ID')
    expect(await one.joinOnce()).toMatchObject({ error: 'UNKNOWN_MEMBER_ID' })
    expect(await describe(one.client, groupId)).toMatchObject({ groupState: 'Empty', protocolType: 'consumer' })
    expect(await committed(one.client, groupId)).toEqual([[topic, 0, 3, '']])
  })

  test('a member leaves and the other one takes over', async () => {
    const one = await stableMember()
    const two = await member()
    const joining = two.join()
    await rebalanced(one)
    await joining
    await one.sync()
    await two.sync()
    expect(await one.leave()).toBe('NONE')
    expect(await two.heartbeat()).toBe('REBALANCE_IN_PROGRESS')
    expect(await two.joinOnce()).toMatchObject({ error: 'NONE', generationId: 3, leader: two.memberId })
  })

  test('an id that was given out and not used can leave', async () => {
    const one = await member()
    await one.joinOnce()
    expect(await one.leave()).toBe('NONE')
    expect(await one.leave()).toBe('UNKNOWN_MEMBER_ID')
  })

  test('a static member that is back takes its place without a rebalance, and the old one is fenced', async () => {
    const old = await stableMember({ instanceId: 'i-1' })
    const back = await member({ instanceId: 'i-1' })
    expect(await back.joinOnce()).toMatchObject({
      error: 'NONE',
      generationId: 1,
      memberId: expect.stringMatching(/^i-1-/),
      leader: back.memberId,
      skipAssignment: true,
      members: [{ memberId: back.memberId, groupInstanceId: 'i-1' }],
    })
    expect(await back.sync()).toMatchObject({ error: 'NONE', assigned: 'everything' })
    expect(await old.heartbeat()).toBe('FENCED_INSTANCE_ID')
    expect(await old.sync()).toMatchObject({ error: 'FENCED_INSTANCE_ID' })
    expect(await old.commit(topic, 1)).toBe('FENCED_INSTANCE_ID')
    expect(await old.joinOnce()).toMatchObject({ error: 'FENCED_INSTANCE_ID' })
    expect(await old.leave()).toBe('FENCED_INSTANCE_ID')
    expect(await back.heartbeat({ groupInstanceId: 'i-2' })).toBe('UNKNOWN_MEMBER_ID')
    expect(await back.heartbeat()).toBe('NONE')
  })

  test('before version 9 a static leader that is back is told that another one leads', async () => {
    const old = await stableMember({ instanceId: 'i-1' })
    const back = await member({ instanceId: 'i-1' })
    expect(await back.joinOnce(8)).toMatchObject({ error: 'NONE', generationId: 1, leader: old.memberId, members: [] })
    expect(await back.sync()).toMatchObject({ assigned: 'everything' })
  })

  test('a static member that comes back with another subscription', async () => {
    await stableMember({ instanceId: 'i-1' })
    const back = await member({ instanceId: 'i-1', protocols: [['range', subscription('other')]] })
    expect(await back.joinOnce()).toMatchObject({ error: 'NONE', generationId: 1, skipAssignment: true })
  })

  test('a static member that comes back with another protocol', async () => {
    await stableMember({
      instanceId: 'i-1',
      protocols: [
        ['range', subscription('t')],
        ['sticky', subscription('t')],
      ],
    })
    const back = await member({ instanceId: 'i-1', protocols: [['sticky', subscription('t')]] })
    expect(await back.joinOnce()).toMatchObject({ error: 'NONE', generationId: 2, protocolName: 'sticky' })
  })

  test('a static member that waits for others is fenced when its place is taken', async () => {
    const one = await stableMember()
    const old = await member({ instanceId: 'i-1' })
    const joining = old.join()
    expect(await untilRebalancing(one)).toBe('REBALANCE_IN_PROGRESS')
    const back = await member({ instanceId: 'i-1' })
    const joiningBack = back.join()
    expect(await joining).toMatchObject({ error: 'FENCED_INSTANCE_ID' })
    await one.joinOnce()
    expect(await joiningBack).toMatchObject({ error: 'NONE', generationId: 2 })
  })

  test('an administrator removes a static member by its instance id', async () => {
    const one = await stableMember({ instanceId: 'i-1' })
    const { members, errorCode } = await one.client.request('LeaveGroup', 5, {
      groupId,
      members: [
        { memberId: '', groupInstanceId: 'i-1' },
        { memberId: '', groupInstanceId: 'i-2' },
        { memberId: '', groupInstanceId: null },
      ],
    })
    expect(errorName(errorCode)).toBe('NONE')
    expect(members.map((gone) => errorName(gone.errorCode))).toEqual(['NONE', 'UNKNOWN_MEMBER_ID', 'UNKNOWN_MEMBER_ID'])
    expect(await one.heartbeat()).toBe('UNKNOWN_MEMBER_ID')
  })

  test('anybody commits to a group without members, and nobody else to one with members', async () => {
    const admin = await member()
    const tooLong = [
      { name: topic, partitions: [{ partitionIndex: 0, committedOffset: 1, committedMetadata: 'x'.repeat(4097) }] },
    ]
    expect(await admin.commit(topic, 1, { generationIdOrMemberEpoch: 0, memberId: 'x' }, 9)).toBe('GROUP_ID_NOT_FOUND')
    expect(await admin.commit(topic, 1, { generationIdOrMemberEpoch: 0, memberId: 'x' }, 8)).toBe('ILLEGAL_GENERATION')
    expect(await admin.commit(topic, 1)).toBe('NONE')
    expect(await admin.commit(topic, 2, {}, 2)).toBe('NONE')
    expect(await admin.commit(topic, 1, { topics: tooLong })).toBe('OFFSET_METADATA_TOO_LARGE')
    expect(await admin.commit(`no-${topic}`, 1)).toBe('UNKNOWN_TOPIC_OR_PARTITION')
    expect(await admin.commit(topic, 1, { generationIdOrMemberEpoch: 5, memberId: 'x' })).toBe('UNKNOWN_MEMBER_ID')
    expect(await describe(admin.client, groupId)).toMatchObject({ groupState: 'Empty', protocolType: '' })
    const one = await stableMember()
    expect(await admin.commit(topic, 9)).toBe('UNKNOWN_MEMBER_ID')
    expect(await one.commit(topic, 3)).toBe('NONE')
    expect(await committed(admin.client, groupId)).toEqual([[topic, 0, 3, '']])
  })

  test('a commit is refused partition by partition', async () => {
    const admin = await member()
    const { topics } = await admin.client.request('OffsetCommit', 9, {
      groupId,
      topics: [
        { name: topic, partitions: [partition(0, 'mine'), partition(1, null), partition(2, ''), partition(-1, '')] },
        { name: `no-${topic}`, partitions: [partition(0, '')] },
      ],
    })
    const errors = topics.flatMap(({ name, partitions }) =>
      partitions.map(({ partitionIndex, errorCode }) => [name, partitionIndex, errorName(errorCode)]),
    )
    expect(errors).toHaveLength(5)
    expect(errors).toEqual(
      expect.arrayContaining([
        [topic, 0, 'NONE'],
        [topic, 1, 'NONE'],
        [topic, 2, 'UNKNOWN_TOPIC_OR_PARTITION'],
        [topic, -1, 'UNKNOWN_TOPIC_OR_PARTITION'],
        [`no-${topic}`, 0, 'UNKNOWN_TOPIC_OR_PARTITION'],
      ]),
    )
    expect(await committed(admin.client, groupId)).toEqual([
      [topic, 0, 7, 'mine'],
      [topic, 1, 7, ''],
    ])
  })

  test('OffsetFetch answers -1 where nothing was committed, with empty metadata', async () => {
    const admin = await member()
    await admin.commit(topic, 4)
    const { topics, errorCode } = await admin.client.request('OffsetFetch', 7, {
      groupId,
      topics: [
        { name: topic, partitionIndexes: [0, 1, 99] },
        { name: `no-${topic}`, partitionIndexes: [0] },
      ],
      requireStable: true,
    })
    expect(errorName(errorCode)).toBe('NONE')
    const offsets = topics.flatMap(({ name, partitions }) =>
      partitions.map(({ partitionIndex, committedOffset, committedLeaderEpoch, metadata, errorCode: error }) => {
        return [name, partitionIndex, committedOffset, committedLeaderEpoch, metadata, errorName(error)]
      }),
    )
    expect(offsets).toHaveLength(4)
    expect(offsets).toEqual(
      expect.arrayContaining([
        [topic, 0, 4, -1, '', 'NONE'],
        [topic, 1, -1, -1, '', 'NONE'],
        [topic, 99, -1, -1, '', 'NONE'],
        [`no-${topic}`, 0, -1, -1, '', 'NONE'],
      ]),
    )
  })

  test('OffsetFetch answers for several groups, also for one that does not exist', async () => {
    const admin = await member()
    await admin.commit(topic, 4)
    const { groups } = await admin.client.request('OffsetFetch', 9, {
      groups: [
        { groupId, topics: null },
        { groupId: `no-${groupId}`, topics: null },
        { groupId: `no-${groupId}`, topics: [{ name: topic, partitionIndexes: [0] }] },
      ],
    })
    const summary = groups.map(({ topics, errorCode }) => ({
      error: errorName(errorCode),
      offsets: topics.flatMap(({ partitions }) => partitions.map(({ committedOffset }) => committedOffset)),
    }))
    expect(summary).toEqual([
      { error: 'NONE', offsets: [4] },
      { error: 'NONE', offsets: [] },
      { error: 'NONE', offsets: [-1] },
    ])
  })

  test('offsets of a topic that a member reads cannot be deleted, others can', async () => {
    const one = await stableMember({ protocols: [['range', subscription(topic)]] })
    await one.commit(topic, 4)
    expect(await deleteOffsets(one.client, `no-${groupId}`, topic, 0)).toEqual(['GROUP_ID_NOT_FOUND'])
    expect(await deleteOffsets(one.client, groupId, topic, 0, 5)).toEqual([
      'NONE',
      '0 GROUP_SUBSCRIBED_TO_TOPIC',
      '5 UNKNOWN_TOPIC_OR_PARTITION',
    ])
    expect(await deleteOffsets(one.client, groupId, `no-${topic}`, 0)).toEqual(['NONE', '0 UNKNOWN_TOPIC_OR_PARTITION'])
    await one.leave()
    expect(await deleteOffsets(one.client, groupId, topic, 0, 1)).toEqual(['NONE', '0 NONE', '1 NONE'])
    expect(await committed(one.client, groupId)).toEqual([])
  })

  test('offsets of a group with another protocol are kept as long as it has members', async () => {
    const one = await stableMember({ protocolType: 'connect' })
    expect(await deleteOffsets(one.client, groupId, topic, 0)).toEqual(['NON_EMPTY_GROUP'])
  })

  test('groups are described in each state', async () => {
    const one = await member({ clientId: 'me' })
    const { client } = one
    await one.join()
    await one.sync({ [one.memberId]: 'all' })
    expect(await describe(client, groupId)).toMatchObject({
      groupState: 'Stable',
      protocolData: 'range',
      authorizedOperations: -2_147_483_648,
      members: [
        {
          memberId: one.memberId,
          groupInstanceId: null,
          clientId: 'me',
          clientHost: '/127.0.0.1',
          memberMetadata: subscription('t'),
          memberAssignment: Buffer.from('all'),
        },
      ],
    })
    const two = await member()
    const joining = two.join()
    await untilRebalancing(one)
    const rebalancing = await describe(client, groupId)
    expect(rebalancing).toMatchObject({ groupState: 'PreparingRebalance', protocolData: '' })
    expect(rebalancing.members).toHaveLength(2)
    await one.leave()
    await joining
    expect(await describe(client, groupId)).toMatchObject({
      error: 'NONE',
      groupState: 'CompletingRebalance',
      protocolType: 'consumer',
      protocolData: '',
      members: [{ memberId: two.memberId, memberMetadata: Buffer.alloc(0), memberAssignment: Buffer.alloc(0) }],
    })
    await two.leave()
    expect(await describe(client, groupId)).toMatchObject({ groupState: 'Empty', protocolData: '', members: [] })
  })

  test('what a client without authorization may do with a group is everything', async () => {
    const one = await stableMember()
    const { groups } = await one.client.request('DescribeGroups', 5, {
      groups: [groupId, `no-${groupId}`],
      includeAuthorizedOperations: true,
    })
    // READ, DELETE, DESCRIBE, DESCRIBE_CONFIGS and ALTER_CONFIGS.
    expect(groups.map(({ authorizedOperations }) => authorizedOperations)).toEqual([3400, 3400])
  })

  test('an unknown group is Dead, and from version 6 an error', async () => {
    const client = await connect()
    const unknown = `no-${randomUUID()}`
    expect(await describe(client, unknown, 5)).toMatchObject({ error: 'NONE', groupState: 'Dead', protocolType: '' })
    expect(await describe(client, unknown, 6)).toMatchObject({
      error: 'GROUP_ID_NOT_FOUND',
      errorMessage: `Group ${unknown} not found.`,
      groupState: 'Dead',
    })
    expect(await describe(client, '', 5)).toMatchObject({ error: 'NONE', groupState: 'Dead' })
  })

  test('groups are listed by state and type', async () => {
    const one = await stableMember()
    const list = async (version: number, statesFilter: string[], typesFilter: string[]) => {
      const filters = { ...(version >= 4 && { statesFilter }), ...(version >= 5 && { typesFilter }) }
      const { groups } = await one.client.request('ListGroups', version, filters)
      return groups.filter((group) => group.groupId === groupId)
    }
    const listed = { groupId, protocolType: 'consumer', groupState: 'Stable', groupType: 'classic' }
    expect(await list(5, [], [])).toEqual([listed])
    expect(await list(5, ['stable', 'Empty'], ['Classic'])).toEqual([listed])
    expect(await list(5, ['Empty'], [])).toEqual([])
    expect(await list(5, [], ['consumer'])).toEqual([])
    expect(await list(4, ['Stable'], [])).toMatchObject([{ groupId, groupState: 'Stable' }])
    expect(await list(0, [], [])).toMatchObject([{ groupId, protocolType: 'consumer' }])
    await one.leave()
    expect(await list(5, ['EMPTY'], ['CLASSIC'])).toEqual([{ ...listed, groupState: 'Empty' }])
  })

  test('a group with members is not deleted, one without goes with its offsets', async () => {
    const one = await stableMember()
    await one.commit(topic, 4)
    const remove = async (...groupsNames: string[]) => {
      const { results } = await one.client.request('DeleteGroups', 2, { groupsNames })
      return results.map(({ errorCode }) => errorName(errorCode))
    }
    expect(await remove(groupId)).toEqual(['NON_EMPTY_GROUP'])
    expect(await remove(`no-${groupId}`)).toEqual(['GROUP_ID_NOT_FOUND'])
    expect(await remove('')).toEqual(['GROUP_ID_NOT_FOUND'])
    await one.leave()
    expect(await remove(groupId)).toEqual(['NONE'])
    expect(await remove(groupId)).toEqual(['GROUP_ID_NOT_FOUND'])
    expect(await committed(one.client, groupId)).toEqual([])
    expect(await describe(one.client, groupId, 5)).toMatchObject({ groupState: 'Dead' })
  })

  test('the coordinator of groups and of transactions is found, by one key or several', async () => {
    const client = await connect()
    const [host, port] = broker().split(':')
    const here = { nodeId: 1, host, port: Number(port) }
    const found = { errorCode: 0, errorMessage: '', ...here }
    expect(await client.request('FindCoordinator', 0, { key: 'g' })).toMatchObject({ errorCode: 0, ...here })
    const foundOne = { ...found, errorMessage: 'NONE' }
    expect(await client.request('FindCoordinator', 3, { key: 'g', keyType: 0 })).toMatchObject(foundOne)
    expect(await client.request('FindCoordinator', 3, { key: 'x', keyType: 1 })).toMatchObject(foundOne)
    const { coordinators } = await client.request('FindCoordinator', 6, { keyType: 0, coordinatorKeys: ['g', 'h'] })
    expect(coordinators).toEqual([
      { key: 'g', ...found },
      { key: 'h', ...found },
    ])
    const nobody = { errorCode: 42, errorMessage: expect.any(String), nodeId: -1, host: '', port: -1 }
    expect(await client.request('FindCoordinator', 3, { key: 'x', keyType: 9 })).toMatchObject(nobody)
    const none = await client.request('FindCoordinator', 4, { keyType: 9, coordinatorKeys: ['x'] })
    expect(none).toMatchObject({ errorCode: 0, coordinators: [{ key: 'x', ...nobody }] })
  })
}

/** A fresh Kafka creates the topics of its coordinators at the first request for them, and answers a while later. */
export async function untilCoordinatorIsThere(client: RawClient): Promise<void> {
  for (;;) {
    const { errorCode: ofGroups } = await client.request('FindCoordinator', 0, { key: 'g' })
    const { errorCode: ofTransactions } = await client.request('FindCoordinator', 1, { key: 'x', keyType: 1 })
    const { errorCode } = await describe(client, 'g')
    if (ofGroups === 0 && ofTransactions === 0 && errorCode === 0) return
  }
}

/** Heartbeats until the member is told that the group rebalances: the other one's JoinGroup has arrived. */
async function untilRebalancing(member: RawMember): Promise<string> {
  for (;;) {
    const error = await member.heartbeat()
    if (error !== 'NONE') return error
  }
}

/** Joins again as soon as the group rebalances. */
async function rebalanced(member: RawMember) {
  await untilRebalancing(member)
  return member.joinOnce()
}

async function describe(client: RawClient, groupId: string, version = 5) {
  const { groups } = await client.request('DescribeGroups', version, { groups: [groupId] })
  return { ...groups[0]!, error: errorName(groups[0]!.errorCode) }
}

async function committed(client: RawClient, groupId: string) {
  const { topics } = await client.request('OffsetFetch', 7, { groupId, topics: null })
  return topics
    .flatMap(({ name, partitions }) =>
      partitions.map(({ partitionIndex, committedOffset, metadata }) => [
        name,
        partitionIndex,
        committedOffset,
        metadata,
      ]),
    )
    .sort()
}

async function deleteOffsets(client: RawClient, groupId: string, topic: string, ...partitions: number[]) {
  const { errorCode, topics } = await client.request('OffsetDelete', 0, {
    groupId,
    topics: [{ name: topic, partitions: partitions.map((partitionIndex) => ({ partitionIndex })) }],
  })
  const errors = topics.flatMap((answered) =>
    answered.partitions.map((answer) => `${answer.partitionIndex} ${errorName(answer.errorCode)}`),
  )
  return [errorName(errorCode), ...errors.sort()]
}

function partition(partitionIndex: number, committedMetadata: string | null) {
  return { partitionIndex, committedOffset: 7, committedMetadata }
}
