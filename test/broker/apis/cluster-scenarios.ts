import type { Encodable, Messages } from '../../../src/broker/protocol/codec.ts'
import { batch, type Conversation } from './scenarios.ts'

type Quotas = NonNullable<Encodable<Messages['AlterClientQuotas']['request']>['entries']>[number]

async function describePartitions(
  on: Conversation,
  names: string[],
  options: Encodable<Messages['DescribeTopicPartitions']['request']> = {},
) {
  const topics = names.map((name) => ({ name: on.name(name) }))
  const answer = await on.client.request('DescribeTopicPartitions', 0, { topics, ...options })
  return {
    ...answer,
    topics: answer.topics.map(({ topicId, ...topic }) => ({ ...topic, topicId: topicId === 'AAAAAAAAAAAAAAAAAAAAAA' })),
  }
}

async function describeQuorum(on: Conversation, version: number, topics: [topic: string, partitions: number[]][]) {
  const answer = await on.client.request('DescribeQuorum', version, {
    topics: topics.map(([topicName, indexes]) => ({
      topicName,
      partitions: indexes.map((partitionIndex) => ({ partitionIndex })),
    })),
  })
  return JSON.parse(JSON.stringify(answer), (key, value) => {
    const itsOwn = ['highWatermark', 'logEndOffset', 'leaderEpoch', 'port'].includes(key) || /Timestamp$/.test(key)
    return itsOwn ? Math.sign(value) : value
  })
}

async function reassign(on: Conversation, name: string, partitions: [index: number, replicas: number[] | null][]) {
  const asked = partitions.map(([partitionIndex, replicas]) => ({ partitionIndex, replicas }))
  return on.client.request('AlterPartitionReassignments', 1, {
    topics: [{ name: on.name(name), partitions: asked }],
    timeoutMs: 5000,
  })
}

/** Of an administrator's APIs that have little to say where there is one node. */
export const clusterScenarios: Readonly<Record<string, (on: Conversation) => Promise<unknown>>> = {
  'DescribeTopicPartitions, whole and in pieces': async (on) => {
    await on.createTopic('a', {}, 3)
    await on.createTopic('b', {}, 2)
    const cursor = (topicName: string, partitionIndex: number) => ({
      cursor: { topicName: on.name(topicName), partitionIndex },
    })
    return [
      await describePartitions(on, ['b', 'not-there', 'a', 'a b', 'a']),
      await describePartitions(on, ['a', 'b'], { responsePartitionLimit: 2 }),
      await describePartitions(on, ['a', 'b'], { responsePartitionLimit: 3 }),
      await describePartitions(on, ['a', 'b'], { responsePartitionLimit: 4 }),
      await describePartitions(on, ['a', 'b'], { responsePartitionLimit: 0 }),
      await describePartitions(on, ['a', 'b'], cursor('a', 2)),
      await describePartitions(on, ['a', 'b'], cursor('a', 7)),
      await describePartitions(on, ['a', 'b'], cursor('aa', 1)),
      await describePartitions(on, ['a'], cursor('a', -1)),
    ]
  },

  'DescribeQuorum of the metadata, and of what is not the metadata': async (on) => [
    await describeQuorum(on, 0, [['__cluster_metadata', [0]]]),
    await describeQuorum(on, 2, [['__cluster_metadata', [0]]]),
    await describeQuorum(on, 2, [['__cluster_metadata', [1]]]),
    await describeQuorum(on, 2, [['__cluster_metadata', [0, 1]]]),
    await describeQuorum(on, 2, [
      ['__cluster_metadata', [0]],
      ['other', [0]],
    ]),
    await describeQuorum(on, 1, [['other', [0]]]),
    await describeQuorum(on, 2, []),
  ],

  'the topic of committed offsets is there once a coordinator was asked for': async (on) => {
    const name = '__consumer_offsets'
    const ask = async () => {
      const { errorCode } = await on.client.request('FindCoordinator', 2, { key: 'g', keyType: 0 })
      return errorCode
    }
    await settled(async () => (await ask()) === 0)
    const byName = await on.client.request('Metadata', 7, { topics: [{ name }], allowAutoTopicCreation: false })
    const all = await on.client.request('Metadata', 1, { topics: null })
    const { results } = await on.client.request('DescribeConfigs', 4, {
      resources: [
        {
          resourceType: 2,
          resourceName: name,
          configurationKeys: ['cleanup.policy', 'compression.type', 'segment.bytes'],
        },
      ],
    })
    const produced = await on.client.request('Produce', 9, {
      acks: -1,
      timeoutMs: 5000,
      topicData: [{ name, partitionData: [{ index: 0, records: batch(['x']) }] }],
    })
    const plain = (topics: Messages['Metadata']['response']['topics']) =>
      topics.filter((one) => one.name === name).map(({ errorCode, isInternal }) => [errorCode, isInternal])
    return [
      plain(byName.topics),
      plain(all.topics),
      results[0]!.configs.sort((one, other) => (one.name < other.name ? -1 : 1)),
      produced.responses[0]!.partitionResponses[0]!.errorCode,
    ]
  },

  'ListConfigResources by type': async (on) => {
    await on.createTopic('a')
    const answers = []
    for (const resourceTypes of [[], [2], [4, 8], [16, 32], [99], [2, 99]]) {
      const answer = await on.client.request('ListConfigResources', 1, { resourceTypes })
      const own = answer.configResources.filter(
        ({ resourceType, resourceName }) => resourceType !== 2 || resourceName === on.name('a'),
      )
      answers.push({ ...answer, configResources: own })
    }
    return [...answers, await on.client.request('ListConfigResources', 0, {})]
  },

  'topic configs that are lists, need a feature, or contradict each other': async (on) => {
    await on.createTopic('a')
    const set = (name: string, value: string) => ({ name, configOperation: 0, value })
    const throttled = 'leader.replication.throttled.replicas'
    const changes = [
      ...['', ' ', ',', 'delete,', ',delete', 'compact,shred', 'delete , compact', 'delete,delete'].map((value) => [
        set('cleanup.policy', value),
      ]),
      ...['x:y', '*', '0:1', ' 0:1 , 1:2 ', '0:1,', '', '0', '0:1:2', '*,0:1', '-1:1', 'none'].map((value) => [
        set(throttled, value),
      ]),
      [{ ...set(throttled, 'x'), configOperation: 2 }],
      [{ ...set('cleanup.policy', 'delete'), configOperation: 3 }],
      [set('follower.replication.throttled.replicas', '1.5:1')],
      [set('remote.storage.enable', 'true')],
      [set('remote.storage.enable', 'TRUE'), set('cleanup.policy', 'compact')],
      [set('remote.storage.enable', 'false')],
      [set('retention.bytes', '-2')],
      [set('min.compaction.lag.ms', '6'), set('max.compaction.lag.ms', '5')],
      [set('max.compaction.lag.ms', '5')],
    ]
    const answers = []
    for (const configs of changes) {
      const resources = [{ resourceType: 2, resourceName: on.name('a'), configs }]
      const { responses } = await on.client.request('IncrementalAlterConfigs', 1, { resources, validateOnly: true })
      const topic = { name: on.name('b'), numPartitions: 1, replicationFactor: 1, configs }
      const created = await on.client.request('CreateTopics', 7, {
        topics: [topic],
        timeoutMs: 5000,
        validateOnly: true,
      })
      answers.push([JSON.stringify(configs), responses, created.topics.map((one) => [one.errorCode, one.errorMessage])])
    }
    return answers
  },

  'ElectLeaders elects nobody': async (on) => {
    await on.createTopic('a')
    const topicPartitions = [
      { topic: on.name('a'), partitions: [0, 9] },
      { topic: on.name('not-there'), partitions: [0] },
    ]
    const answers = []
    for (const electionType of [0, 1, 7]) {
      answers.push(await on.client.request('ElectLeaders', 2, { electionType, topicPartitions, timeoutMs: 5000 }))
    }
    const old = await on.client.request('ElectLeaders', 0, { topicPartitions, timeoutMs: 5000 })
    const all = await on.client.request('ElectLeaders', 2, { topicPartitions: null, timeoutMs: 5000 })
    const own = all.replicaElectionResults.filter(({ topic }) => topic === on.name('a'))
    return [...answers, old, { ...all, replicaElectionResults: own }]
  },

  'reassignments of partitions': async (on) => {
    await on.createTopic('a')
    return [
      await reassign(on, 'a', [[0, [1]]]),
      await reassign(on, 'a', [[0, [7]]]),
      await reassign(on, 'a', [[0, []]]),
      await reassign(on, 'a', [[0, [1, 1]]]),
      await reassign(on, 'a', [[0, null]]),
      await reassign(on, 'a', [[9, [1]]]),
      await reassign(on, 'not-there', [[0, [1]]]),
      await on.client.request('ListPartitionReassignments', 0, { topics: null }),
    ]
  },

  'AlterReplicaLogDirs to where nothing is': async (on) => {
    await on.createTopic('a')
    const { results } = await on.client.request('AlterReplicaLogDirs', 2, {
      dirs: [{ path: '/nowhere', topics: [{ name: on.name('a'), partitions: [0] }] }],
    })
    return results
  },

  'AlterClientQuotas, right and wrong, and DescribeClientQuotas': async (on) => {
    const user = { entityType: 'user', entityName: on.name('u') }
    const client = { entityType: 'client-id', entityName: on.name('c') }
    const ip = { entityType: 'ip', entityName: '203.0.113.7' }
    const alter = async (entity: Quotas['entity'], key: string, value: number, options = {}) => {
      const entries = [{ entity, ops: [{ key, value, ...options }] }]
      return (await on.client.request('AlterClientQuotas', 1, { entries, validateOnly: false })).entries
    }
    const describe = async (components: [type: string, matchType: number, match: string | null][], strict = false) => {
      const filter = components.map(([entityType, matchType, match]) => ({ entityType, matchType, match }))
      const answer = await on.client.request('DescribeClientQuotas', 1, { components: filter, strict })
      const entries = answer.entries?.map((entry) => ({ ...entry, values: entry.values.sort(byKey) })).sort(byLength)
      return { ...answer, entries: entries ?? null }
    }
    const altered = [
      await alter([user], 'producer_byte_rate', 1000),
      await alter([user], 'request_percentage', 1.5),
      await alter([user, client], 'consumer_byte_rate', 7),
      await alter([ip], 'connection_creation_rate', 10),
      await alter([user], 'nonsense', 1),
      await alter([user], 'producer_byte_rate', 0),
      await alter([user], 'producer_byte_rate', -1),
      await alter([user], 'producer_byte_rate', 1.5),
      await alter([ip], 'producer_byte_rate', 10),
      await alter([ip, user], 'connection_creation_rate', 10),
      await alter([{ entityType: 'ip', entityName: 'a b' }], 'connection_creation_rate', 10),
      await alter([{ entityType: 'house', entityName: 'x' }], 'producer_byte_rate', 1),
      await alter([{ entityType: 'user', entityName: '' }], 'producer_byte_rate', 1),
      await alter([], 'producer_byte_rate', 1),
      await alter([user, user], 'producer_byte_rate', 1000),
      await alter([user], 'controller_mutation_rate', 3, { remove: true }),
    ]
    const name = on.name('u')
    await settled(async () => (await describe([['user', 0, name]])).entries?.length === 2)
    const described = [
      await describe([['user', 0, name]]),
      await describe([['user', 0, name]], true),
      await describe([
        ['user', 0, name],
        ['client-id', 2, null],
      ]),
      await describe([['user', 0, 'nobody']]),
      await describe([['ip', 0, '203.0.113.7']]),
      await describe([['house', 2, null]]),
      await describe([['', 2, null]]),
      await describe([['user', 9, null]]),
      await describe([
        ['user', 2, null],
        ['user', 2, null],
      ]),
      await describe([
        ['ip', 2, null],
        ['user', 2, null],
      ]),
    ]
    const removed = [
      await alter([user], 'producer_byte_rate', 0, { remove: true }),
      await alter([user], 'request_percentage', 0, { remove: true }),
      await alter([user, client], 'consumer_byte_rate', 0, { remove: true }),
      await alter([ip], 'connection_creation_rate', 0, { remove: true }),
    ]
    await settled(async () => (await describe([['user', 0, name]])).entries?.length === 0)
    return [altered, described, removed]
  },
}

const byKey = (one: { key: string }, other: { key: string }) => (one.key < other.key ? -1 : 1)
const byLength = (one: { entity: unknown[] }, other: { entity: unknown[] }) => one.entity.length - other.entity.length

/** A real broker hears of a change a moment later than its controller. */
async function settled(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds()));
}
