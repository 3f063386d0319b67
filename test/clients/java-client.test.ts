import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { javaClientFolder, javaClientVersions } from '../../scripts/kafka-jars.ts'
import { type Cluster, openCluster, unique } from './support/cluster.ts'
import { run } from './support/command.ts'
import { jvmOptions } from './support/java.ts'
import { describeClient } from './support/tool.ts'

describeClient('Kafka for Java', () => {
  describe.each(javaClientVersions)('%s', clientTests)
})

function clientTests(version: string): void {
  const classpath = join(javaClientFolder(version), '*')
  let cluster: Cluster
  let classes: string
  beforeAll(async () => {
    cluster = await openCluster()
    classes = await mkdtemp(join(tmpdir(), 'java-client-'))
    const source = fileURLToPath(new URL('java/Scenarios.java', import.meta.url))
    await run('javac', ['-proc:none', '-cp', classpath, '-d', classes, source])
  })
  afterAll(async () => {
    await cluster[Symbol.asyncDispose]()
    await rm(classes, { recursive: true, force: true })
  })

  async function scenario(name: string, args: Record<string, unknown>): Promise<unknown> {
    const paths = [classes, classpath].join(delimiter)
    const program = ['Scenarios', name, cluster.brokers, JSON.stringify(args)]
    const { stdout } = await run('java', [...jvmOptions, '-cp', paths, ...program])
    return JSON.parse(stdout)
  }

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
    expect(await scenario('produce', { topic, records })).toEqual([0, 1])
    expect(await scenario('consume', { topic, group: unique('group'), count: 2 })).toMatchObject([
      { offset: 0, key: 'o-1', value: 'first', timestamp: 1_700_000_000_000, headers },
      { offset: 1, key: 'o-2', value: null, headers: [] },
    ])
  })

  test('consume, transform, produce in transactions, and a producer that is fenced', async () => {
    const [from, to, id] = [await cluster.createTopic(), await cluster.createTopic(), unique('tx')]
    await cluster.produce(from, [{ value: '1' }, { value: '2' }, { value: '3' }])
    expect(await scenario('transactions', { from, to, id, count: 3 })).toEqual({
      open: 'Ongoing',
      fenced: 'ProducerFencedException',
      committed: 3,
      values: ['1', '2', '3', 'end'],
    })
  })

  test.for(['none', 'gzip', 'snappy', 'lz4', 'zstd'])('an idempotent producer sends records by %s', async (codec) => {
    const topic = await cluster.createTopic()
    const records = Array.from({ length: 200 }, (_, index) => ({ value: `record ${index} ${'x'.repeat(100)}` }))
    const options = { 'compression.type': codec, 'enable.idempotence': true, 'linger.ms': 20, 'batch.size': 4000 }
    expect(await scenario('produce', { topic, records, options })).toEqual(records.map((_, index) => index))
    expect(await scenario('consume', { topic, group: unique('group'), count: 200 })).toMatchObject(records)
  })

  test('acks 0 is served', async () => {
    const topic = await cluster.createTopic()
    const options = { acks: 0, 'enable.idempotence': false }
    await scenario('produce', { topic, records: [{ value: 'a' }], options })
    expect(await scenario('consume', { topic, group: unique('group'), count: 1 })).toMatchObject([{ value: 'a' }])
  })

  test('a record of 900 kB arrives whole', async () => {
    const topic = await cluster.createTopic()
    expect(await scenario('large', { topic, size: 900_000 })).toEqual({ whole: true })
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
    ['RangeAssignor', [4, 2]],
    ['CooperativeStickyAssignor', [2]],
  ] as const)('two members share the partitions (%s)', async ([name, revoked]) => {
    const topic = await cluster.createTopic({ numPartitions: 4 })
    const assignor = `org.apache.kafka.clients.consumer.${name}`
    expect(await scenario('rebalance', { topic, group: unique('group'), assignor, partitions: 4 })).toEqual({
      values: ['alone', 'shared'].flatMap((word) => [0, 1, 2, 3].map((index) => `${word} ${index}`)),
      revokedFromFirst: revoked,
    })
  })

  test('a static member comes back to its partition without a rebalance', async () => {
    const topic = await cluster.createTopic({ numPartitions: 2 })
    expect(await scenario('staticMember', { topic, group: unique('group') })).toEqual({ same: true })
  })

  test('an offset is found by its timestamp', async () => {
    const topic = await cluster.createTopic()
    await cluster.produceAt(topic, [1000, 2000, 3000])
    const expected = { beginning: 0, end: 3 }
    expect(await scenario('offsetsForTimes', { topic, timestamp: 1500 })).toEqual({ ...expected, offset: 1 })
    expect(await scenario('offsetsForTimes', { topic, timestamp: 3001 })).toEqual({ ...expected, offset: null })
  })

  test('a producer creates a topic that is missing, a consumer that may not leaves it', async () => {
    expect(await scenario('produce', { topic: unique('created'), records: [{ value: 'a' }] })).toEqual([0])
    const result = await scenario('unknownTopic', { topic: unique('missing') })
    expect(result).toEqual({ records: 0, assignment: [], listed: false })
  })

  test('an administrator sets and deletes offsets and is told of mistakes', async () => {
    const topic = await cluster.createTopic()
    await cluster.produceAt(topic, [1000, 2000, 3000])
    expect(await scenario('admin', { topic, group: unique('group') })).toEqual({
      committed: [2, 'by hand'],
      latest: 3,
      afterDelete: 0,
      missing: 'UnknownTopicOrPartitionException',
      invalid: 'InvalidTopicException',
      nodes: [cluster.brokers],
    })
  })
}
