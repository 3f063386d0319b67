import { randomBytes } from 'node:crypto'
import { type BatchOptions, encodeBatch, type LogRecord } from '../../../src/broker/log/batch.ts'
import type { Encodable, Messages } from '../../../src/broker/protocol/codec.ts'
import type { RawClient } from '../raw-client.ts'
import { clusterScenarios } from './cluster-scenarios.ts'
import { transactionScenarios } from './transaction-scenarios.ts'
import { twiceScenarios } from './twice-scenarios.ts'

/** What a scenario does with a broker. Names of topics are unique, so that a real broker can be asked again. */
export class Conversation {
  readonly #prefix = `t${randomBytes(6).toString('hex')}`
  readonly client: RawClient

  constructor(client: RawClient) {
    this.client = client
  }

  name(name: string): string {
    return `${this.#prefix}-${name}`
  }

  /** Answers without what differs from broker to broker: topic names, ids, ports. */
  plain(answer: unknown): unknown {
    return JSON.parse(JSON.stringify(answer).replaceAll(this.#prefix, 'topic'))
  }

  async createTopic(name: string, config: Record<string, string> = {}, numPartitions = 1): Promise<string> {
    const configs = Object.entries(config).map(([key, value]) => ({ name: key, value }))
    const topic = { name: this.name(name), numPartitions, replicationFactor: 1, configs }
    const { topics } = await this.client.request('CreateTopics', 7, { topics: [topic] })
    if (topics[0]!.errorCode !== 0) throw new Error(topics[0]!.errorMessage ?? 'the topic was not created')
    // A real broker tells of it a moment later than it says so, and leads its partitions a moment after that.
    for (;;) {
      const answer = await this.client.request('Metadata', 12, {
        topics: [{ name: topic.name }],
        allowAutoTopicCreation: false,
      })
      if (await this.#isLed(topic.name, numPartitions)) return answer.topics[0]!.topicId
    }
  }

  async #isLed(name: string, numPartitions: number): Promise<boolean> {
    const partitions = Array.from({ length: numPartitions }, (_, index) => ({ partitionIndex: index, timestamp: -1 }))
    const { topics } = await this.client.request('ListOffsets', 9, {
      replicaId: -1,
      isolationLevel: 0,
      topics: [{ name, partitions }],
    })
    return topics[0]!.partitions.every(({ errorCode }) => errorCode === 0)
  }

  async produce(
    name: string,
    records: Buffer | null,
    { version = 9, acks = -1, index = 0 }: { version?: number; acks?: number; index?: number } = {},
  ) {
    const request = {
      acks,
      timeoutMs: 5000,
      topicData: [{ name: this.name(name), partitionData: [{ index, records }] }],
    }
    const { responses } = await this.client.request('Produce', version, request)
    return responses[0]!.partitionResponses[0]!
  }

  async fetch(name: string, fetchOffset: number, { version = 12, ...options }: Record<string, number> = {}) {
    const { partition = 0, partitionMaxBytes = 1_000_000, currentLeaderEpoch = -1, ...request } = options
    const answer = await this.client.request('Fetch', version, {
      maxWaitMs: 0,
      minBytes: 1,
      maxBytes: 1_000_000,
      ...request,
      topics: [
        {
          topic: this.name(name),
          partitions: [{ partition, fetchOffset, partitionMaxBytes, currentLeaderEpoch }],
        },
      ],
    })
    return { ...answer, responses: answer.responses.map(({ partitions }) => partitions.map(plainPartition)) }
  }

  async listOffset(name: string, timestamp: number, version = 9, options: Record<string, number> = {}) {
    const { topics } = await this.client.request('ListOffsets', version, {
      replicaId: -1,
      topics: [{ name: this.name(name), partitions: [{ partitionIndex: 0, timestamp, ...options }] }],
    })
    return topics[0]!.partitions[0]!
  }
}

function plainPartition({ records, ...partition }: Messages['Fetch']['response']['responses'][0]['partitions'][0]) {
  return { ...partition, records: records?.length ?? 0 }
}

export function batch(values: (Partial<LogRecord> | string)[], options?: BatchOptions): Buffer {
  const records = values.map((value, offset) => ({
    offset,
    timestamp: 1_700_000_000_000 + offset,
    key: null,
    headers: [],
    value: Buffer.from('value'),
    ...(typeof value === 'string' ? { value: Buffer.from(value) } : value),
  }))
  return encodeBatch(records, options)
}

type NewTopic = NonNullable<Encodable<Messages['CreateTopics']['request']>['topics']>[number]

async function create(on: Conversation, topic: NewTopic) {
  const given = { name: on.name('new'), numPartitions: 1, replicationFactor: 1, ...topic }
  const { topics } = await on.client.request('CreateTopics', 7, { topics: [given], validateOnly: true })
  const { configs, topicId, ...answer } = topics[0]!
  return { ...answer, configs: Object.fromEntries((configs ?? []).map((config) => [config.name, config])) }
}

async function createWith(on: Conversation, config: Record<string, string | null>) {
  return create(on, { configs: Object.entries(config).map(([name, value]) => ({ name, value })) })
}

async function describeConfigs(
  on: Conversation,
  resource: { resourceType: number; resourceName: string },
  version = 4,
) {
  const { results } = await on.client.request('DescribeConfigs', version, {
    resources: [{ ...resource, configurationKeys: null }],
    includeSynonyms: true,
  })
  return results.map(({ configs, ...result }) => ({
    ...result,
    configs: Object.fromEntries(configs.map((config) => [config.name, config])),
  }))
}

const TOPIC = 2
const BROKER = 4

async function alter(on: Conversation, configs: { name: string; configOperation: number; value: string | null }[]) {
  const resources = [{ resourceType: TOPIC, resourceName: on.name('a'), configs }]
  const { responses } = await on.client.request('IncrementalAlterConfigs', 1, { resources })
  return responses
}

async function createPartitions(on: Conversation, count: number, options: Record<string, unknown> = {}) {
  const topics = [{ name: on.name('a'), count, assignments: null, ...options }]
  return (await on.client.request('CreatePartitions', 3, { topics, timeoutMs: 5000, validateOnly: true })).results
}

async function deleteRecords(on: Conversation, offset: number, name = 'a') {
  const topics = [{ name: on.name(name), partitions: [{ partitionIndex: 0, offset }] }]
  return (await on.client.request('DeleteRecords', 2, { topics, timeoutMs: 5000 })).topics[0]!.partitions[0]
}

const idempotent = (baseSequence: number, producerEpoch = 0, count = 2) =>
  batch(new Array(count).fill('x'), { producerId: 4000, producerEpoch, baseSequence })

function corrupt(bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes)
  copy[copy.length - 1]! ^= 1
  return copy
}

/** Answers that the embedded broker and a real Kafka must give alike. */
export const scenarios: Readonly<Record<string, (on: Conversation) => Promise<unknown>>> = {
  'ApiVersions refuses an odd client name': async ({ client }) => {
    const { errorCode, apiKeys } = await client.request('ApiVersions', 3, {
      clientSoftwareName: '-odd-',
      clientSoftwareVersion: '1',
    })
    return [errorCode, apiKeys]
  },

  'SASL on a listener without it': async ({ client }) => [
    await client.request('SaslHandshake', 0, { mechanism: 'PLAIN' }),
    await client.request('SaslHandshake', 1, { mechanism: 'none such' }),
    await client.request('SaslAuthenticate', 0, { authBytes: Buffer.from('x') }),
    await client.request('SaslAuthenticate', 2, { authBytes: Buffer.from('x') }),
  ],

  'Metadata of topics that are not there': async (on) => {
    const names = ['not-there', 'a b', '.', '..', ''].map((name) => (name === 'not-there' ? on.name(name) : name))
    const answers = []
    for (const version of [4, 9, 12]) {
      const topics = names.map((name) => ({ name }))
      const answer = await on.client.request('Metadata', version, { topics, allowAutoTopicCreation: false })
      answers.push(answer.topics.sort((one, other) => (one.name! < other.name! ? -1 : 1)))
    }
    return answers
  },

  'Metadata by topic id': async (on) => {
    const topicId = await on.createTopic('a')
    const byId = await on.client.request('Metadata', 12, { topics: [{ name: null, topicId }] })
    const unknown = await on.client.request('Metadata', 12, {
      topics: [{ name: null, topicId: 'AAAAAAAAAAAAAAAAAAAAQQ' }],
    })
    return [byId.topics.map((topic) => ({ ...topic, topicId: 'id' })), unknown.topics]
  },

  'Metadata tells what a client may do': async (on) => {
    await on.createTopic('a')
    const { topics, clusterAuthorizedOperations } = await on.client.request('Metadata', 8, {
      topics: [{ name: on.name('a') }],
      includeClusterAuthorizedOperations: true,
      includeTopicAuthorizedOperations: true,
    })
    return [topics, clusterAuthorizedOperations]
  },

  'CreateTopics tells the configs of the topic': (on) => createWith(on, { 'retention.ms': '5000' }),
  'CreateTopics with names that are wrong': async (on) => {
    const answers = []
    for (const name of ['', '.', '..', 'a b', 'ä', 'x'.repeat(250)]) answers.push(await create(on, { name }))
    return answers
  },
  'CreateTopics of a topic that is there': async (on) => {
    await on.createTopic('a')
    return create(on, { name: on.name('a') })
  },
  'CreateTopics with a colliding name': async (on) => {
    await on.createTopic('a.b')
    return create(on, { name: on.name('a_b') })
  },
  'CreateTopics with numbers that are wrong': async (on) => [
    await create(on, { numPartitions: 0 }),
    await create(on, { numPartitions: -2 }),
    await create(on, { numPartitions: 10_001 }),
    await create(on, { replicationFactor: 0 }),
    await create(on, { replicationFactor: -2 }),
    await create(on, { replicationFactor: 2 }),
  ],
  'CreateTopics with a topic twice': async (on) => {
    const topic = { name: on.name('twice'), numPartitions: 1, replicationFactor: 1 }
    const { topics } = await on.client.request('CreateTopics', 7, { topics: [topic, topic] })
    return topics
  },
  'CreateTopics with defaults': (on) => create(on, { numPartitions: -1, replicationFactor: -1 }),
  'CreateTopics with assignments': async (on) => {
    const answers = []
    const given: [partitions: number[], brokers: number[]][] = [
      [[0, 1], [1]],
      [[0, 2], [1]],
      [[0], [7]],
      [[0], [1, 1]],
      [[0], []],
    ]
    for (const [partitions, brokerIds] of given) {
      const assignments = partitions.map((partitionIndex) => ({ partitionIndex, brokerIds }))
      answers.push(await create(on, { assignments, numPartitions: -1, replicationFactor: -1 }))
    }
    const assignments = [{ partitionIndex: 0, brokerIds: [1] }]
    answers.push(await create(on, { assignments, numPartitions: 1, replicationFactor: -1 }))
    answers.push(await create(on, { assignments, numPartitions: -1, replicationFactor: 1 }))
    return answers
  },
  'CreateTopics with configs that are wrong': async (on) => {
    const answers = []
    for (const config of [
      { nonsense: '1' },
      { 'retention.ms': 'x' },
      { 'retention.ms': '-2' },
      { 'retention.ms': '99999999999999999999' },
      { 'retention.ms': '' },
      { 'cleanup.policy': 'shred' },
      { 'cleanup.policy': 'compact, delete' },
      { 'compression.type': 'rar' },
      { preallocate: 'perhaps' },
      { preallocate: 'TRUE' },
      { 'min.cleanable.dirty.ratio': '1.5' },
      { 'min.cleanable.dirty.ratio': 'half' },
      { 'max.message.bytes': '99999999999' },
      { 'max.message.bytes': '-1' },
      { 'min.insync.replicas': '0' },
      { 'segment.bytes': '1' },
      { 'segment.ms': '0' },
      { 'message.timestamp.type': 'createtime' },
      { 'flush.messages': '0' },
      { 'compression.gzip.level': '0' },
      { 'compression.gzip.level': '10' },
      { 'compression.lz4.level': '18' },
      { 'compression.zstd.level': '23' },
      { 'segment.bytes': null },
    ] as Record<string, string | null>[]) {
      const { errorCode, errorMessage } = await createWith(on, config)
      answers.push([JSON.stringify(config), errorCode, errorMessage])
    }
    return answers
  },

  'DeleteTopics of what is not there': async (on) => {
    const byName = await on.client.request('DeleteTopics', 6, {
      topics: [{ name: on.name('not-there') }],
      timeoutMs: 5000,
    })
    const byId = await on.client.request('DeleteTopics', 6, {
      topics: [{ name: null, topicId: 'AAAAAAAAAAAAAAAAAAAAQQ' }],
      timeoutMs: 5000,
    })
    const neither = await on.client.request('DeleteTopics', 6, { topics: [{ name: null }], timeoutMs: 5000 })
    const both = await on.client.request('DeleteTopics', 6, {
      topics: [{ name: on.name('not-there'), topicId: 'AAAAAAAAAAAAAAAAAAAAQQ' }],
      timeoutMs: 5000,
    })
    return [byName.responses, byId.responses, neither.responses, both.responses]
  },
  'DeleteTopics by id, in an old version by name': async (on) => {
    const topicId = await on.createTopic('a')
    await on.createTopic('b')
    const byId = await on.client.request('DeleteTopics', 6, { topics: [{ name: null, topicId }], timeoutMs: 5000 })
    const byName = await on.client.request('DeleteTopics', 3, { topicNames: [on.name('b')], timeoutMs: 5000 })
    return [byId.responses.map(({ topicId: _, ...response }) => response), byName.responses]
  },

  'CreatePartitions, right and wrong': async (on) => {
    await on.createTopic('a')
    return [
      await createPartitions(on, 2),
      await createPartitions(on, 1),
      await createPartitions(on, 0),
      await createPartitions(on, -1),
      await createPartitions(on, 2, { name: on.name('not-there') }),
      await createPartitions(on, 2, { assignments: [{ brokerIds: [1] }] }),
      await createPartitions(on, 3, { assignments: [{ brokerIds: [1] }] }),
      await createPartitions(on, 2, { assignments: [{ brokerIds: [7] }] }),
      await createPartitions(on, 2, { assignments: [{ brokerIds: [] }] }),
    ]
  },

  'Produce appends': async (on) => {
    await on.createTopic('a')
    return [await on.produce('a', batch(['x', 'y'])), await on.produce('a', batch(['z']), { acks: 1, version: 3 })]
  },
  'Produce to what is not there': async (on) => {
    await on.createTopic('a')
    return [await on.produce('not-there', batch(['x'])), await on.produce('a', batch(['x']), { index: 7 })]
  },
  'Produce by an unknown topic id': async (on) => {
    const { responses } = await on.client.request('Produce', 13, {
      acks: 1,
      timeoutMs: 5000,
      topicData: [{ topicId: 'AAAAAAAAAAAAAAAAAAAAQQ', partitionData: [{ index: 0, records: batch(['x']) }] }],
    })
    return responses
  },
  'Produce with wrong acks': async (on) => {
    await on.createTopic('a')
    return on.produce('a', batch(['x']), { acks: 2 })
  },
  'Produce without records': async (on) => {
    await on.createTopic('a')
    return (await on.produce('a', Buffer.alloc(0))).errorCode
  },
  'Produce of two batches at once': async (on) => {
    await on.createTopic('a')
    const { errorCode, errorMessage } = await on.produce('a', Buffer.concat([batch(['x']), batch(['y'])]))
    return [errorCode, errorMessage]
  },
  'Produce of a corrupt batch': async (on) => {
    await on.createTopic('a')
    return (await on.produce('a', corrupt(batch(['x'])))).errorCode
  },
  'Produce of too large a batch': async (on) => {
    await on.createTopic('a', { 'max.message.bytes': '100' })
    return on.produce('a', batch(['x'.repeat(100)]))
  },
  'Produce with too few replicas': async (on) => {
    await on.createTopic('a', { 'min.insync.replicas': '2' })
    return [await on.produce('a', batch(['x'])), await on.produce('a', batch(['x']), { acks: 1 })]
  },
  'Produce without a key to a compacted topic': async (on) => {
    await on.createTopic('a', { 'cleanup.policy': 'compact' })
    return on.produce('a', batch([{ key: Buffer.from('k') }, {}, {}]))
  },
  'Produce from the far future': async (on) => {
    await on.createTopic('a')
    const { errorCode, recordErrors, errorMessage } = await on.produce(
      'a',
      batch([{}, { timestamp: 9_000_000_000_000 }]),
    )
    return [errorCode, recordErrors.map(({ batchIndex }) => batchIndex), errorMessage]
  },
  'Produce from the past, where the topic forbids it': async (on) => {
    await on.createTopic('a', { 'message.timestamp.before.max.ms': '1000' })
    const { errorCode, recordErrors } = await on.produce('a', batch([{}]))
    return [errorCode, recordErrors.map(({ batchIndex }) => batchIndex)]
  },
  'Produce with zstd in an old version': async (on) => {
    await on.createTopic('a')
    return (await on.produce('a', batch(['x'], { compression: 'zstd' }), { version: 6 })).errorCode
  },
  'Produce with the time of the broker': async (on) => {
    await on.createTopic('a', { 'message.timestamp.type': 'LogAppendTime' })
    const { logAppendTimeMs, ...answer } = await on.produce('a', batch(['x']))
    return [answer, logAppendTimeMs > 1_700_000_000_000]
  },

  'Produce of an idempotent producer': async (on) => {
    await on.createTopic('a')
    const answers = []
    for (const [sequence, epoch, count] of [
      [0, 0],
      [2, 0],
      [0, 0],
      [2, 0],
      [3, 0],
      [5, 0],
      [4, 0],
      [6, 0],
      [8, 0],
      [10, 0],
      [0, 0],
      [0, 0, 1],
      [2, 1],
      [0, 1],
      [12, 0],
      [2, 1],
    ] as const) {
      const { errorCode, baseOffset, logStartOffset } = await on.produce('a', idempotent(sequence, epoch, count))
      answers.push([sequence, epoch, errorCode, baseOffset, logStartOffset])
    }
    return answers
  },
  'Produce of an idempotent producer that begins in the middle': async (on) => {
    await on.createTopic('a')
    return [(await on.produce('a', idempotent(10))).errorCode, (await on.produce('a', idempotent(12))).errorCode]
  },
  'Produce with a producer id and no sequence': async (on) => {
    await on.createTopic('a')
    return (await on.produce('a', idempotent(-1))).errorCode
  },

  'Fetch what is there and what is not': async (on) => {
    await on.createTopic('a')
    await on.produce('a', batch(['x', 'y']))
    await on.produce('a', batch(['z']))
    return [
      await on.fetch('a', 0),
      await on.fetch('a', 1),
      await on.fetch('a', 2),
      await on.fetch('a', 3),
      await on.fetch('a', 4),
      await on.fetch('a', -1),
      await on.fetch('not-there', 0),
      await on.fetch('a', 0, { partition: 3 }),
      await on.fetch('a', 0, { currentLeaderEpoch: 5 }),
      await on.fetch('a', 0, { partitionMaxBytes: 1 }),
      await on.fetch('a', 0, { maxBytes: 1 }),
      await on.fetch('a', 0, { isolationLevel: 1 }),
    ]
  },
  'Fetch in a session that is not there': async (on) => {
    await on.createTopic('a')
    return on.fetch('a', 0, { sessionId: 77, sessionEpoch: 4 })
  },
  'Fetch in every version': async (on) => {
    await on.createTopic('a')
    await on.produce('a', batch(['x']))
    const answers = []
    for (let version = 4; version <= 12; version += 1) answers.push((await on.fetch('a', 0, { version })).responses)
    return answers
  },

  'ListOffsets of an empty topic': async (on) => {
    await on.createTopic('a')
    const answers = []
    for (const timestamp of [-1, -2, -3, -4, -5, 0, 1_700_000_000_000])
      answers.push(await on.listOffset('a', timestamp))
    return answers
  },
  'ListOffsets of places and times': async (on) => {
    await on.createTopic('a')
    await on.produce('a', batch(['x', 'y', 'z']))
    await on.produce('a', batch([{ timestamp: 1_600_000_000_000 }], { compression: 'gzip' }))
    const answers = []
    for (const timestamp of [-1, -2, -3, -4, -5, 0, 1_700_000_000_000, 1_700_000_000_001, 1_700_000_000_009, -7]) {
      answers.push([timestamp, await on.listOffset('a', timestamp)])
    }
    return answers
  },
  'ListOffsets in old versions': async (on) => {
    await on.createTopic('a')
    await on.produce('a', batch(['x', 'y', 'z']))
    const answers = []
    for (const version of [1, 3, 5, 7]) {
      for (const timestamp of [-1, -2, -3, -4, -5]) answers.push(await on.listOffset('a', timestamp, version))
    }
    return answers
  },
  'ListOffsets of what is not there': async (on) => {
    await on.createTopic('a')
    return [await on.listOffset('not-there', -1), await on.listOffset('a', -1, 9, { currentLeaderEpoch: 9 })]
  },

  'DeleteRecords, right and wrong': async (on) => {
    await on.createTopic('a')
    await on.createTopic('compacted', { 'cleanup.policy': 'compact' })
    await on.produce('a', batch(['x', 'y']))
    await on.produce('a', batch(['z']))
    return [
      await deleteRecords(on, 4),
      await deleteRecords(on, -2),
      await deleteRecords(on, 1),
      await deleteRecords(on, 0),
      await on.fetch('a', 0),
      await on.fetch('a', 1),
      await on.listOffset('a', -2),
      await on.listOffset('a', 1_700_000_000_000),
      await deleteRecords(on, -1),
      await on.fetch('a', 3),
      await deleteRecords(on, 0, 'not-there'),
      await deleteRecords(on, 0, 'compacted'),
    ]
  },

  'DescribeConfigs of a topic': async (on) => {
    await on.createTopic('a', { 'retention.ms': '5000', 'cleanup.policy': 'compact' })
    return describeConfigs(on, { resourceType: TOPIC, resourceName: on.name('a') })
  },
  'DescribeConfigs of the broker': async ({ client }) => {
    const configurationKeys = [
      'advertised.listeners',
      'broker.id',
      'broker.rack',
      'listeners',
      'log.dirs',
      'log.retention.ms',
      'log.roll.ms',
      'min.insync.replicas',
      'node.id',
      'offset.metadata.max.bytes',
      'process.roles',
      'offsets.topic.replication.factor',
      'auto.create.topics.enable',
      'socket.request.max.bytes',
    ]
    const resource = { resourceType: BROKER, resourceName: '1', configurationKeys }
    const answers = []
    for (const version of [1, 4]) {
      const { results } = await client.request('DescribeConfigs', version, {
        resources: [resource],
        includeSynonyms: true,
      })
      answers.push(results[0]!.configs.sort((one, other) => (one.name < other.name ? -1 : 1)))
    }
    // Addresses and folders are each broker's own.
    return JSON.parse(JSON.stringify(answers), (key, value) =>
      key === 'value' && /[:/]/.test(value) && value !== 'PLAINTEXT://:9092' ? 'its own' : value,
    )
  },
  'DescribeConfigs without names, and with documentation': async (on) => {
    await on.createTopic('a')
    const resource = { resourceType: TOPIC, resourceName: on.name('a'), configurationKeys: [] }
    const answers = []
    for (const version of [1, 4]) {
      const { results } = await on.client.request('DescribeConfigs', version, {
        resources: [resource],
        ...(version > 2 && { includeDocumentation: true }),
      })
      const { configs } = results[0]!
      answers.push(configs.map(({ name, documentation }) => [name, documentation === null]).sort())
    }
    return answers
  },
  'DescribeConfigs of some configs': async (on) => {
    await on.createTopic('a')
    const { results } = await on.client.request('DescribeConfigs', 2, {
      resources: [{ resourceType: TOPIC, resourceName: on.name('a'), configurationKeys: ['retention.ms', 'nonsense'] }],
    })
    return results
  },
  'DescribeConfigs of what is not there': async (on) => {
    const answers = []
    for (const [resourceType, resourceName] of [
      [TOPIC, on.name('not-there')],
      [TOPIC, 'a b'],
      [BROKER, '9'],
      [BROKER, 'x'],
      [8, '9'],
      [3, 'x'],
    ] as const) {
      const [answer] = await describeConfigs(on, { resourceType, resourceName })
      answers.push([resourceType, resourceName, answer!.errorCode])
    }
    return answers
  },
  'DescribeConfigs of the logger': (on) =>
    describeConfigs(on, { resourceType: 8, resourceName: '1' }).then(([answer]) => answer!.errorCode),

  'AlterConfigs replaces': async (on) => {
    await on.createTopic('a', { 'retention.ms': '5000' })
    const resource = { resourceType: TOPIC, resourceName: on.name('a') }
    const answers = []
    for (const configs of [
      [{ name: 'segment.ms', value: '7' }],
      [{ name: 'segment.ms', value: 'x' }],
      [{ name: 'nonsense', value: 'x' }],
      [{ name: 'segment.ms', value: null }],
    ]) {
      const { responses } = await on.client.request('AlterConfigs', 1, { resources: [{ ...resource, configs }] })
      answers.push(responses)
    }
    return answers
  },
  'AlterConfigs of what is not there': async (on) => {
    const configs = [{ name: 'segment.ms', value: '7' }]
    const answers = []
    for (const [resourceType, resourceName] of [
      [TOPIC, on.name('not-there')],
      [BROKER, '9'],
    ] as const) {
      const resources = [{ resourceType, resourceName, configs }]
      answers.push((await on.client.request('AlterConfigs', 1, { resources })).responses)
    }
    const readOnly = [{ resourceType: BROKER, resourceName: '1', configs: [{ name: 'node.id', value: '7' }] }]
    answers.push((await on.client.request('AlterConfigs', 1, { resources: readOnly })).responses)
    return answers
  },
  'IncrementalAlterConfigs, each operation': async (on) => {
    await on.createTopic('a', { 'retention.ms': '5000' })
    const answers = [
      await alter(on, [{ name: 'cleanup.policy', configOperation: 2, value: 'compact' }]),
      await alter(on, [{ name: 'cleanup.policy', configOperation: 3, value: 'delete' }]),
      await alter(on, [{ name: 'retention.ms', configOperation: 1, value: null }]),
      await alter(on, [{ name: 'segment.ms', configOperation: 0, value: '77' }]),
      await alter(on, [{ name: 'segment.ms', configOperation: 2, value: '77' }]),
      await alter(on, [{ name: 'segment.ms', configOperation: 0, value: null }]),
      await alter(on, [{ name: 'nonsense', configOperation: 0, value: '1' }]),
      await alter(on, [{ name: 'segment.ms', configOperation: 0, value: '0' }]),
      await alter(on, [
        { name: 'segment.ms', configOperation: 0, value: '5' },
        { name: 'segment.ms', configOperation: 1, value: null },
      ]),
    ]
    return answers
  },

  'DescribeCluster of brokers and of controllers': async ({ client }) => {
    const { clusterId, brokers, ...brokersAnswer } = await client.request('DescribeCluster', 1, {
      includeClusterAuthorizedOperations: true,
    })
    const { clusterId: _, ...controllers } = await client.request('DescribeCluster', 1, { endpointType: 2 })
    return [brokersAnswer, brokers.length, controllers]
  },
  'DescribeLogDirs of one topic': async (on) => {
    await on.createTopic('a')
    await on.produce('a', batch(['x']))
    const { results, errorCode } = await on.client.request('DescribeLogDirs', 4, {
      topics: [{ topic: on.name('a'), partitions: [0, 1] }],
    })
    return [errorCode, results.map(({ topics }) => topics)]
  },
  'OffsetForLeaderEpoch of epochs that are and are not': async (on) => {
    await on.createTopic('a')
    await on.produce('a', batch(['x', 'y']))
    const answers = []
    for (const [leaderEpoch, currentLeaderEpoch] of [
      [0, 0],
      [0, -1],
      [1, 0],
      [0, 1],
      [-1, -1],
    ] as const) {
      const { topics } = await on.client.request('OffsetForLeaderEpoch', 4, {
        replicaId: -1,
        topics: [{ topic: on.name('a'), partitions: [{ partition: 0, currentLeaderEpoch, leaderEpoch }] }],
      })
      answers.push(topics[0]!.partitions)
    }
    return answers
  },
  'InitProducerId, right and wrong': async (on) => {
    // A real broker makes its coordinator for this first, and its ids.
    await on.client.request('FindCoordinator', 4, { keyType: 1, coordinatorKeys: ['any'] })
    const init = async (request: Encodable<Messages['InitProducerId']['request']>) => {
      for (;;) {
        const answer = await on.client.request('InitProducerId', 4, { transactionTimeoutMs: 60_000, ...request })
        if (![14, 15, 16].includes(answer.errorCode)) return answer
      }
    }
    const plain = await init({ transactionalId: null })
    const transactionalId = on.name('transactional')
    return [
      [plain.errorCode, plain.producerEpoch],
      (await init({ transactionalId: '' })).errorCode,
      (await init({ transactionalId, transactionTimeoutMs: 0 })).errorCode,
      (await init({ transactionalId, transactionTimeoutMs: 900_001 })).errorCode,
    ]
  },

  ...clusterScenarios,
  ...twiceScenarios,
  ...transactionScenarios,
}
