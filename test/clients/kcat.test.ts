import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Cluster, isReal, openCluster, unique } from './support/cluster.ts'
import { type Command, type Finished, run, start } from './support/command.ts'
import { describeClient } from './support/tool.ts'

describeClient('kcat', () => {
  let cluster: Cluster
  beforeAll(async () => {
    cluster = await openCluster()
  })
  afterAll(() => cluster[Symbol.asyncDispose]())

  function produce(topic: string, input: string, ...args: string[]): Promise<Finished> {
    return run('kcat', ['-P', '-b', cluster.brokers, '-t', topic, ...args], { input })
  }

  interface Consumed {
    topic: string
    partition: number
    offset: number
    ts: number
    headers?: string[]
    key: string | null
    payload: string | null
  }

  /** What there is, to the end of each partition. */
  async function consume(topic: string, ...args: string[]): Promise<Consumed[]> {
    const position = args.includes('-o') ? [] : ['-o', 'beginning']
    const { stdout } = await run('kcat', ['-C', '-b', cluster.brokers, '-t', topic, '-e', '-J', ...position, ...args])
    return stdout
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Consumed)
  }

  function joinGroup(group: string, topic: string, ...args: string[]): Command {
    const options = ['-X', 'auto.offset.reset=earliest', '-X', 'session.timeout.ms=6000', ...args]
    return start('kcat', ['-b', cluster.brokers, ...options, '-u', '-G', group, topic])
  }

  test('records arrive with their keys, headers and null values', async () => {
    const topic = await cluster.createTopic()
    await produce(topic, 'o-1:first\no-2:\n', '-K', ':', '-Z', '-H', 'type=order', '-H', 'type=again')
    expect(await consume(topic)).toMatchObject([
      { offset: 0, key: 'o-1', payload: 'first', headers: ['type', 'order', 'type', 'again'] },
      { offset: 1, key: 'o-2', payload: null },
    ])
  })

  test.for(['none', 'gzip', 'snappy', 'lz4', 'zstd'])('records compressed by %s arrive', async (codec) => {
    const topic = await cluster.createTopic()
    const lines = Array.from({ length: 200 }, (_, index) => `record ${index} ${'x'.repeat(100)}`)
    const { stderr } = await produce(topic, lines.join('\n'), '-z', codec)
    // librdkafka sends uncompressed, and says so here, where the versions advertised make it doubt the broker.
    expect(stderr).toBe('')
    expect((await consume(topic)).map(({ payload }) => payload)).toEqual(lines)
  })

  test('an idempotent producer is served', async () => {
    const topic = await cluster.createTopic()
    await produce(topic, 'a\nb\nc\n', '-X', 'enable.idempotence=true')
    expect((await consume(topic)).map(({ payload }) => payload)).toEqual(['a', 'b', 'c'])
  })

  test('acks 0 and acks 1 are served', async () => {
    const topic = await cluster.createTopic()
    await produce(topic, 'a\n', '-X', 'acks=0')
    await produce(topic, 'b\n', '-X', 'acks=1')
    expect((await consume(topic)).map(({ payload }) => payload)).toEqual(['a', 'b'])
  })

  test('each partition holds what was sent to it', async () => {
    const topic = await cluster.createTopic({ numPartitions: 3 })
    for (const partition of ['0', '1', '2']) await produce(topic, `to ${partition}\n`, '-p', partition)
    const records = await consume(topic)
    expect(records.map(({ partition, payload }) => `${partition} ${payload}`).sort()).toEqual([
      '0 to 0',
      '1 to 1',
      '2 to 2',
    ])
    expect(await consume(topic, '-p', '1')).toMatchObject([{ partition: 1, offset: 0, payload: 'to 1' }])
  })

  test('a record of 900 kB arrives whole', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'kcat-'))
    try {
      const topic = await cluster.createTopic()
      const value = 'large '.repeat(150_000)
      await writeFile(join(folder, 'value'), value)
      await produce(topic, '', join(folder, 'value'))
      const [record] = await consume(topic)
      expect(record?.payload === value).toBe(true)
    } finally {
      await rm(folder, { recursive: true })
    }
  })

  test('an offset is found by its timestamp', async () => {
    const topic = await cluster.createTopic()
    await cluster.produceAt(topic, [1.7e12 + 1000, 1.7e12 + 2000, 1.7e12 + 3000])
    const { stdout } = await run('kcat', ['-Q', '-b', cluster.brokers, '-t', `${topic}:0:${1.7e12 + 1500}`])
    expect(stdout).toBe(`${topic} [0] offset 1\n`)
    const later = await consume(topic, '-o', `s@${1.7e12 + 1500}`)
    expect(later.map(({ payload, ts }) => [payload, ts])).toEqual([
      ['at 1700000002000', 1.7e12 + 2000],
      ['at 1700000003000', 1.7e12 + 3000],
    ])
  })

  test('a group resumes from what it committed', async () => {
    const topic = await cluster.createTopic()
    const group = unique('group')
    await produce(topic, 'a\nb\n')
    const args = ['-b', cluster.brokers, '-X', 'auto.offset.reset=earliest', '-e', '-G', group, topic]
    expect((await run('kcat', args)).stdout).toBe('a\nb\n')
    await produce(topic, 'c\n')
    expect((await run('kcat', args)).stdout).toBe('c\n')
  })

  test.for(['range', 'cooperative-sticky'])('two members share the partitions (%s)', async (strategy) => {
    const topic = await cluster.createTopic({ numPartitions: 2 })
    const group = unique('group')
    const options = ['-X', `partition.assignment.strategy=${strategy}`, '-X', 'heartbeat.interval.ms=300']
    await using first = joinGroup(group, topic, ...options)
    await first.printed(/rebalanced.*: \S+ \[0\], \S+ \[1\]/)
    await using second = joinGroup(group, topic, ...options)
    const [, partition] = await second.printed(/rebalanced.*assign.*: \S+ \[([01])\]\n/)
    await produce(topic, 'for the second\n', '-p', String(partition))
    await produce(topic, 'for the first\n', '-p', partition === '0' ? '1' : '0')
    await second.printed(/^for the second$/m)
    await first.printed(/^for the first$/m)
    second.interrupt()
    await second.finished
    await produce(topic, 'after it left\n', '-p', String(partition))
    await first.printed(/^after it left$/m)
    first.interrupt()
    await first.finished
  })

  test('a producer creates a topic that is missing', async () => {
    const topic = unique('created')
    await produce(topic, 'a\n')
    expect(await consume(topic)).toMatchObject([{ partition: 0, offset: 0, payload: 'a' }])
  })

  // A broker of its own, as auto.create.topics.enable is a setting of the whole broker.
  test.skipIf(isReal)('without auto-creation a producer is told that its topic is missing', async () => {
    await using strict = await openCluster({ autoCreateTopics: false })
    const options = ['-X', 'topic.metadata.propagation.max.ms=200']
    await using command = start('kcat', ['-P', '-b', strict.brokers, '-t', unique('missing'), ...options], {
      input: 'a\n',
    })
    const { exitCode, stderr } = await command.finished
    expect(stderr).toContain('Unknown topic')
    expect(exitCode).toBe(1)
    expect(await strict.admin.listTopics()).toEqual([])
  })

  test('a consumer is told of a topic that is missing', async () => {
    await using command = start('kcat', [
      '-C',
      '-b',
      cluster.brokers,
      '-t',
      unique('missing'),
      '-e',
      '-X',
      'allow.auto.create.topics=false',
    ])
    const { exitCode, stderr } = await command.finished
    expect(stderr).toContain('Unknown topic or partition')
    expect(exitCode).toBe(1)
  })

  test('the metadata name the broker that was dialled', async () => {
    const topic = await cluster.createTopic({ numPartitions: 2 })
    const { stdout } = await run('kcat', ['-L', '-J', '-b', cluster.brokers, '-t', topic])
    expect(JSON.parse(stdout)).toMatchObject({
      brokers: [{ name: cluster.brokers }],
      topics: [{ topic, partitions: [{ partition: 0 }, { partition: 1 }] }],
    })
  })

  // Kafka 4 serves Produce and Fetch from the versions of record batches on (KIP-896), the embedded broker older ones too.
  test.skipIf(isReal).for(['0.9.0', '0.10.0'])(
    'a client of Kafka %s reads and writes message sets',
    async (version) => {
      const old = ['-X', 'api.version.request=false', '-X', `broker.version.fallback=${version}`]
      const topic = await cluster.createTopic()
      await produce(topic, 'k-1:plain\n', '-K', ':', ...old)
      await produce(topic, 'k-2:gzipped\nk-3:twice\n', '-K', ':', '-z', 'gzip', ...old)
      await produce(topic, 'k-4:snappy\nk-5:twice\n', '-K', ':', '-z', 'snappy', ...old)
      await produce(topic, 'k-6:new\n', '-K', ':', '-z', 'lz4')
      const expected = ['k-1 plain', 'k-2 gzipped', 'k-3 twice', 'k-4 snappy', 'k-5 twice', 'k-6 new']
      const shown = (records: Consumed[]) => records.map(({ key, payload }) => `${key} ${payload}`)
      expect(shown(await consume(topic))).toEqual(expected)
      expect(shown(await consume(topic, ...old))).toEqual(expected)
      expect((await consume(topic, ...old)).map(({ offset }) => offset)).toEqual([0, 1, 2, 3, 4, 5])
    },
  )

  test.skipIf(isReal)('a group member of Kafka 0.9 consumes and commits', async () => {
    const old = ['-X', 'api.version.request=false', '-X', 'broker.version.fallback=0.9.0']
    const topic = await cluster.createTopic()
    const group = unique('group')
    await produce(topic, 'a\nb\n')
    const args = ['-b', cluster.brokers, '-X', 'auto.offset.reset=earliest', ...old, '-e', '-G', group, topic]
    expect((await run('kcat', args)).stdout).toBe('a\nb\n')
    await produce(topic, 'c\n')
    expect((await run('kcat', args)).stdout).toBe('c\n')
  })
})
