import type { Encodable, Messages } from '../../../src/broker/protocol/codec.ts'
import { encodeSubscription } from '../../../src/broker/protocol/consumer-protocol.ts'
import { errorName } from '../../../src/broker/protocol/errors.ts'
import { RawClient } from '../raw-client.ts'

type Protocols = [name: string, metadata: Buffer][]

interface Options {
  instanceId?: string
  protocolType?: string
  protocols?: Protocols
  sessionTimeoutMs?: number
  rebalanceTimeoutMs?: number
  clientId?: string
}

/** The metadata of a consumer that wants these topics. */
export function subscription(...topics: string[]): Buffer {
  return encodeSubscription({ topics, userData: null, ownedPartitions: [], generationId: -1, rackId: null })
}

/** One member of a group, request by request, over a connection of its own: a JoinGroup keeps one busy. */
export class RawMember {
  client: RawClient
  readonly groupId: string
  readonly options: Options
  memberId = ''
  generation = -1
  protocolName: string | null = ''

  readonly #address: string

  private constructor(address: string, client: RawClient, groupId: string, options: Options) {
    this.#address = address
    this.client = client
    this.groupId = groupId
    this.options = options
  }

  static async connect(address: string, groupId: string, options: Options = {}): Promise<RawMember> {
    return new RawMember(address, await RawClient.connect(address, options.clientId), groupId, options)
  }

  /** Closes its connection and goes on over a new one. */
  async reconnect(): Promise<void> {
    await this.client.close()
    this.client = await RawClient.connect(this.#address, this.options.clientId)
  }

  /** One JoinGroup; takes over the id and the generation that it is given. */
  async joinOnce(version = 9, overrides: Encodable<Messages['JoinGroup']['request']> = {}): Promise<Joined> {
    const { instanceId, protocolType = 'consumer', protocols = [['range', subscription('t')]] } = this.options
    const { sessionTimeoutMs = 30_000, rebalanceTimeoutMs = 30_000 } = this.options
    const answer = await this.client.request('JoinGroup', version, {
      groupId: this.groupId,
      sessionTimeoutMs,
      rebalanceTimeoutMs,
      memberId: this.memberId,
      ...(version >= 5 && instanceId !== undefined && { groupInstanceId: instanceId }),
      protocolType,
      protocols: protocols.map(([name, metadata]) => ({ name, metadata })),
      ...overrides,
    })
    if (answer.memberId !== '') this.memberId = answer.memberId
    if (answer.errorCode === 0) {
      this.generation = answer.generationId
      this.protocolName = answer.protocolName
    }
    return { ...answer, error: errorName(answer.errorCode) }
  }

  /** JoinGroup as clients do it: once more, with the id that they are given. */
  async join(version = 9): Promise<Joined> {
    const answer = await this.joinOnce(version)
    return answer.error === 'MEMBER_ID_REQUIRED' ? this.joinOnce(version) : answer
  }

  /** A leader gives the assignments, by member id. */
  async sync(assignments: Record<string, string> = {}, overrides: Encodable<Messages['SyncGroup']['request']> = {}) {
    const answer = await this.client.request('SyncGroup', 5, {
      groupId: this.groupId,
      generationId: this.generation,
      memberId: this.memberId,
      groupInstanceId: this.options.instanceId ?? null,
      protocolType: this.options.protocolType ?? 'consumer',
      protocolName: this.protocolName,
      assignments: Object.entries(assignments).map(([memberId, text]) => ({ memberId, assignment: Buffer.from(text) })),
      ...overrides,
    })
    return { ...answer, error: errorName(answer.errorCode), assigned: answer.assignment.toString() }
  }

  async heartbeat(overrides: Encodable<Messages['Heartbeat']['request']> = {}): Promise<string> {
    const answer = await this.client.request('Heartbeat', 4, {
      groupId: this.groupId,
      generationId: this.generation,
      memberId: this.memberId,
      groupInstanceId: this.options.instanceId ?? null,
      ...overrides,
    })
    return errorName(answer.errorCode)
  }

  /** The error of its own entry. */
  async leave(): Promise<string> {
    const members = [{ memberId: this.memberId, groupInstanceId: this.options.instanceId ?? null }]
    const answer = await this.client.request('LeaveGroup', 5, { groupId: this.groupId, members })
    return errorName(answer.errorCode || answer.members[0]!.errorCode)
  }

  async commit(
    topic: string,
    offset: number,
    overrides: Encodable<Messages['OffsetCommit']['request']> = {},
    version = 9,
  ): Promise<string> {
    const answer = await this.client.request('OffsetCommit', version, {
      groupId: this.groupId,
      generationIdOrMemberEpoch: this.generation,
      memberId: this.memberId,
      ...(version >= 7 && { groupInstanceId: this.options.instanceId ?? null }),
      topics: [{ name: topic, partitions: [{ partitionIndex: 0, committedOffset: offset, committedMetadata: '' }] }],
      ...overrides,
    })
    return errorName(answer.topics[0]!.partitions[0]!.errorCode)
  }

  close(): Promise<void> {
    return this.client.close()
  }
}

export type Joined = Messages['JoinGroup']['response'] & { error: string }
