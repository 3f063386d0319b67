import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { crc32c } from '../../src/broker/log/crc32c.ts'
import { encodeAssignment } from '../../src/broker/protocol/consumer-protocol.ts'
import { batch, Conversation } from './apis/scenarios.ts'
import { untilCoordinatorIsThere } from './groups/answers.ts'
import { RawMember, subscription } from './groups/raw-member.ts'
import { RawClient } from './raw-client.ts'

/**
 * What Kafka answers where the broker is kinder on purpose. The same tests run against the embedded broker with `strict`
 * and against real Kafka: that is how we know that `strict` is as Kafka.
 */
export function testStrictAnswers(broker: () => string): void {
  const closing: { close(): Promise<void> }[] = []
  let on: Conversation
  /** Says things while a request of `on` waits. */
  let other: RawClient

  async function member(options?: Parameters<typeof RawMember.connect>[2], groupId = `g-${randomUUID()}`) {
    const created = await RawMember.connect(broker(), groupId, options)
    closing.push(created)
    return created
  }

  async function metadata(name: string) {
    const { topics } = await on.client.request('Metadata', 7, { topics: [{ name }], allowAutoTopicCreation: true })
    return [topics[0]!.errorCode, topics[0]!.partitions.length]
  }

  async function produceByOther(name: string): Promise<void> {
    const topicData = [{ name: on.name(name), partitionData: [{ index: 0, records: batch(['x']) }] }]
    const { responses } = await other.request('Produce', 9, { acks: -1, timeoutMs: 5000, topicData })
    expect(responses[0]!.partitionResponses).toMatchObject([{ errorCode: 0, baseOffset: 1 }])
  }

  /** A Fetch that is answered with one record only if it is still waiting when that is produced. */
  const fetchLong = () => on.fetch('a', 1, { maxWaitMs: 1000, minBytes: 1_000_000 })
  const ONE_RECORD = [[{ errorCode: 0, records: batch(['x']).length }]]

  /** A stable member that owns the topic's partition, with kafkajs's assignor. */
  async function owner(): Promise<RawMember> {
    const protocols: [string, Buffer][] = [['RoundRobinAssigner', subscription(on.name('a'))]]
    const one = await member({ protocols })
    await one.join()
    const assignedPartitions = [{ topic: on.name('a'), partitions: [0] }]
    const assignment = encodeAssignment({ assignedPartitions, userData: null })
    const assignments = [{ memberId: one.memberId, assignment }]
    await one.sync({}, { assignments })
    return one
  }

  beforeEach(async () => {
    const clients = await Promise.all([RawClient.connect(broker()), RawClient.connect(broker())])
    closing.push(...clients)
    on = new Conversation(clients[0])
    other = clients[1]
    await on.createTopic('a')
    await on.produce('a', batch(['first']))
    await untilCoordinatorIsThere(other)
  })

  afterEach(async () => {
    await Promise.all(closing.splice(0).map((client) => client.close()))
  })

  test('topicCreation: a topic that Metadata creates is not there at once, nor one that was deleted', async () => {
    expect(await metadata(on.name('new'))).toEqual([3, 0])
    await expect.poll(() => metadata(on.name('new')), { timeout: 10_000 }).toEqual([0, 1])
    await on.client.request('DeleteTopics', 6, { topics: [{ name: on.name('new') }], timeoutMs: 5000 })
    await expect.poll(() => metadata(on.name('new')), { timeout: 10_000, interval: 1 }).toEqual([3, 0])
    await expect.poll(() => metadata(on.name('new')), { timeout: 10_000 }).toEqual([0, 1])
  })

  test('fetchWait: a Fetch waits for as long as it asks for', async () => {
    const fetching = fetchLong()
    await produceByOther('a')
    expect((await fetching).responses).toMatchObject(ONE_RECORD)
  })

  test('requestOrder: a Fetch waits although another request comes behind it', async () => {
    const fetching = fetchLong()
    const behind = on.client.request('ApiVersions', 0, {})
    await produceByOther('a')
    expect((await fetching).responses).toMatchObject(ONE_RECORD)
    expect((await behind).errorCode).toBe(0)
  })

  test('fetchDuringRebalance, rebalanceByHeartbeat: the Fetch of a member goes on while its group rebalances', async () => {
    const one = await owner()
    const fetching = fetchLong()
    const two = await member(one.options, one.groupId)
    const joining = two.join()
    await expect.poll(() => one.heartbeat(), { timeout: 10_000 }).toBe('REBALANCE_IN_PROGRESS')
    await produceByOther('a')
    expect((await fetching).responses).toMatchObject(ONE_RECORD)
    const empty = await on.fetch('a', 2, { maxWaitMs: 0 })
    expect(empty.responses).toMatchObject([[{ errorCode: 0, records: 0 }]])
    await Promise.all([one.joinOnce(), joining])
  })

  test('sessionTimeout: one below 6 s is refused before anything else of the member is looked at', async () => {
    const one = await member({ sessionTimeoutMs: 5_999 })
    expect(await one.joinOnce()).toMatchObject({ error: 'INVALID_SESSION_TIMEOUT', memberId: '' })
    expect(await one.joinOnce(9, { protocols: [] })).toMatchObject({ error: 'INVALID_SESSION_TIMEOUT' })
    expect(await one.joinOnce(9, { memberId: 'who?' })).toMatchObject({ error: 'INVALID_SESSION_TIMEOUT' })
    one.memberId = ''
    expect(await one.joinOnce(9, { groupId: '' })).toMatchObject({ error: 'INVALID_GROUP_ID' })
    expect(await one.joinOnce(9, { sessionTimeoutMs: 6_000 })).toMatchObject({ error: 'MEMBER_ID_REQUIRED' })
  })

  test('recordChecks: records that can not be read are refused, however right their checksum', async () => {
    expect((await on.produce('a', spoilt())).errorCode).toBe(87)
    for (const compression of ['gzip', 'snappy', 'lz4', 'zstd'] as const) {
      const bytes = batch(['x'], { compression })
      bytes.fill(0xff, 61)
      expect((await on.produce('a', signed(bytes))).errorCode).toBe(-1)
    }
  })
}

/** A batch whose one record claims to be longer than it is. */
export function spoilt(): Buffer {
  const bytes = batch(['x'])
  bytes[61] = bytes[61]! + 2
  return signed(bytes)
}

function signed(bytes: Buffer): Buffer {
  bytes.writeUInt32BE(crc32c(bytes.subarray(21)), 17)
  return bytes
}
