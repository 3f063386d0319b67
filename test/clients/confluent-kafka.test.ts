import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { venvPython } from '../../scripts/python-clients.ts'
import { type Cluster, isReal, openCluster, unique } from './support/cluster.ts'
import { run } from './support/command.ts'
import { describeClient } from './support/tool.ts'

const program = fileURLToPath(new URL('python/scenarios.py', import.meta.url))

describeClient('confluent-kafka', () => {
  let cluster: Cluster
  beforeAll(async () => {
    cluster = await openCluster()
  })
  afterAll(() => cluster[Symbol.asyncDispose]())

  async function scenario(name: string, args: Record<string, unknown>): Promise<unknown> {
    const { stdout } = await run(venvPython, [program, name, cluster.brokers, JSON.stringify(args)])
    return JSON.parse(stdout)
  }

  const delivered = { undelivered: 0, failures: [] }

  test('records arrive with their keys, headers and null values', async () => {
    const topic = await cluster.createTopic()
    const headers = [
      ['type', 'order'],
      ['type', 'again'],
      ['none', null],
    ]
    const records = [
      { key: 'o-1', value: 'first', timestamp: 1_700_000_000_000, headers },
      { key: 'o-2', value: null },
    ]
    expect(await scenario('produce', { topic, records })).toEqual(delivered)
    expect(await scenario('consume', { topic, group: unique('group'), count: 2 })).toMatchObject([
      { offset: 0, key: 'o-1', value: 'first', timestamp: 1_700_000_000_000, headers },
      { offset: 1, key: 'o-2', value: null, headers: [] },
    ])
  })

  test('consume, transform, produce in transactions, and a producer that is fenced', async () => {
    const [source, target, id] = [await cluster.createTopic(), await cluster.createTopic(), unique('tx')]
    await cluster.produce(source, [{ value: '1' }, { value: '2' }, { value: '3' }])
    expect(await scenario('transactions', { source, target, id, count: 3 })).toEqual({
      fenced: '_FENCED',
      committed: 3,
      values: ['1', '2', '3', 'end'],
    })
  })

  test.for(['none', 'gzip', 'snappy', 'lz4', 'zstd'])('records compressed by %s arrive', async (codec) => {
    const topic = await cluster.createTopic()
    const records = Array.from({ length: 200 }, (_, index) => ({ value: `record ${index} ${'x'.repeat(100)}` }))
    const options = { 'compression.type': codec, 'enable.idempotence': true, 'linger.ms': 50 }
    expect(await scenario('produce', { topic, records, options })).toEqual(delivered)
    expect(await scenario('consume', { topic, group: unique('group'), count: 200 })).toMatchObject(records)
  })

  test('a record of 900 kB arrives whole', async () => {
    const topic = await cluster.createTopic()
    expect(await scenario('large', { topic, size: 900_000 })).toEqual({ ...delivered, whole: true })
  })

  test('a group resumes from what it committed', async () => {
    const topic = await cluster.createTopic()
    const group = unique('group')
    await scenario('produce', { topic, records: [{ value: 'a' }, { value: 'b' }] })
    expect(await scenario('consume', { topic, group, count: 2 })).toMatchObject([{ value: 'a' }, { value: 'b' }])
    await scenario('produce', { topic, records: [{ value: 'c' }] })
    expect(await scenario('consume', { topic, group, count: 1 })).toMatchObject([{ value: 'c' }])
  })

  test.for([
    // An eager member gives up everything in each of the two rebalances, a cooperative one only what moves, once.
    ['range', [4, 2]],
    ['roundrobin', [4, 2]],
    ['cooperative-sticky', [2]],
  ] as const)('two members share the partitions (%s)', async ([strategy, revoked]) => {
    const topic = await cluster.createTopic({ numPartitions: 4 })
    const args = { topic, group: unique('group'), strategy, partitions: 4 }
    const result = (await scenario('rebalance', args)) as { values: string[]; revokedFromFirst: number[][] }
    expect(result.values).toEqual(
      ['alone', 'shared'].flatMap((word) => [0, 1, 2, 3].map((index) => `${word} ${index}`)),
    )
    expect(result.revokedFromFirst.map(({ length }) => length)).toEqual(revoked)
  })

  test('a static member comes back to its partition without a rebalance', async () => {
    const topic = await cluster.createTopic({ numPartitions: 2 })
    expect(await scenario('static_member', { topic, group: unique('group') })).toEqual({
      same: true,
      firstDisturbed: false,
    })
  })

  test('an offset is found by its timestamp', async () => {
    const topic = await cluster.createTopic()
    await cluster.produceAt(topic, [1000, 2000, 3000])
    const group = unique('group')
    expect(await scenario('offsets_for_times', { topic, group, timestamp: 1500 })).toEqual({
      offset: 1,
      low: 0,
      high: 3,
    })
    expect(await scenario('offsets_for_times', { topic, group, timestamp: 3001 })).toMatchObject({ offset: -1 })
  })

  test('a producer creates a topic that is missing', async () => {
    const topic = unique('created')
    expect(await scenario('produce', { topic, records: [{ value: 'a' }] })).toEqual(delivered)
    expect(await scenario('consume', { topic, group: unique('group'), count: 1 })).toMatchObject([{ value: 'a' }])
  })

  test('a consumer is told of a topic that is missing', async () => {
    const args = { topic: unique('missing'), group: unique('group') }
    expect(await scenario('unknown_topic', args)).toBe('UNKNOWN_TOPIC_OR_PART')
  })

  // A broker of its own, as auto.create.topics.enable is a setting of the whole broker.
  test.skipIf(isReal)('without auto-creation a producer is told that its topic is missing', async () => {
    await using strict = await openCluster({ autoCreateTopics: false })
    const options = { 'bootstrap.servers': strict.brokers, 'topic.metadata.propagation.max.ms': 200 }
    const args = { topic: unique('missing'), records: [{ value: 'a' }], options }
    const { failures } = (await scenario('produce', args)) as { failures: string[] }
    expect(failures).toEqual([expect.stringContaining('UNKNOWN_TOPIC')])
    expect(await strict.admin.listTopics()).toEqual([])
  })

  test('topics are created, grown, described, configured and deleted', async () => {
    expect(await scenario('admin_topics', { topic: unique('topic') })).toEqual({
      created: null,
      again: 'TOPIC_ALREADY_EXISTS',
      grown: null,
      partitions: 3,
      before: {
        'retention.ms': ['60000', false],
        'cleanup.policy': ['delete', true],
        'max.message.bytes': ['1048588', true],
      },
      altered: [null],
      after: {
        'retention.ms': ['60000', false],
        'cleanup.policy': ['compact', false],
        'max.message.bytes': ['1048588', true],
      },
      deleted: null,
      gone: 'UNKNOWN_TOPIC_OR_PART',
    })
  })

  test('groups are described, reset and deleted', async () => {
    const topic = await cluster.createTopic()
    await cluster.produceAt(topic, [1000, 2000, 3000])
    expect(await scenario('admin_groups', { topic, group: unique('group') })).toEqual({
      live: 'STABLE',
      members: [['member', [0]]],
      assignor: 'range',
      empty: 'EMPTY',
      listed: true,
      committed: 3,
      reset: 1,
      deleted: null,
      gone: 'GROUP_ID_NOT_FOUND',
    })
  })

  test('records are deleted from the start of the log', async () => {
    const topic = await cluster.createTopic()
    await cluster.produceAt(topic, [1000, 3000, 2000])
    expect(await scenario('admin_records', { topic })).toEqual({
      before: [0, 3, 1],
      low: 2,
      after: 2,
      nodes: [cluster.brokers],
    })
  })
})
