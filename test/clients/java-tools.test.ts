import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Kafka, logLevel } from 'kafkajs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Cluster, openCluster, unique } from './support/cluster.ts'
import { type Command, type CommandOptions, run, start } from './support/command.ts'
import { classpath, jvmOptions } from './support/java.ts'
import { describeClient } from './support/tool.ts'

const mainClass = {
  'kafka-topics': 'org.apache.kafka.tools.TopicCommand',
  'kafka-console-producer': 'org.apache.kafka.tools.ConsoleProducer',
  'kafka-console-consumer': 'org.apache.kafka.tools.consumer.ConsoleConsumer',
  'kafka-consumer-groups': 'org.apache.kafka.tools.consumer.group.ConsumerGroupCommand',
  'kafka-producer-perf-test': 'org.apache.kafka.tools.ProducerPerformance',
  'kafka-consumer-perf-test': 'org.apache.kafka.tools.ConsumerPerformance',
  'kafka-configs': 'kafka.admin.ConfigCommand',
  'kafka-get-offsets': 'org.apache.kafka.tools.GetOffsetShell',
  'kafka-delete-records': 'org.apache.kafka.tools.DeleteRecordsCommand',
  'kafka-log-dirs': 'org.apache.kafka.tools.LogDirsCommand',
  'kafka-transactions': 'org.apache.kafka.tools.TransactionsCommand',
  'kafka-broker-api-versions': 'org.apache.kafka.tools.BrokerApiVersionsCommand',
}
type Tool = keyof typeof mainClass

function java(tool: Tool, args: readonly string[]): string[] {
  return [...jvmOptions, '-cp', classpath, mainClass[tool], ...args]
}

describeClient('Kafka for Java', () => {
  let cluster: Cluster
  beforeAll(async () => {
    cluster = await openCluster()
  })
  afterAll(() => cluster[Symbol.asyncDispose]())

  /** What the tool prints; it fails when the tool's exit code isn't 0. */
  async function tool(name: Tool, args: readonly string[], options: CommandOptions = {}): Promise<string> {
    return (await run('java', java(name, ['--bootstrap-server', cluster.brokers, ...args]), options)).stdout
  }

  function startTool(name: Tool, args: readonly string[]): Command {
    return start('java', java(name, ['--bootstrap-server', cluster.brokers, ...args]))
  }

  /** The lines of a table, their cells parted by single spaces. */
  function rows(output: string): string[] {
    return output
      .split('\n')
      .map((line) => line.trim().replaceAll(/\s+/g, ' '))
      .filter((line) => line !== '')
  }

  async function consume(topic: string, count: number, ...args: string[]): Promise<string[]> {
    const bounds = ['--from-beginning', '--max-messages', String(count), '--timeout-ms', '30000']
    const output = await tool('kafka-console-consumer', ['--topic', topic, ...bounds, ...args])
    return output.split('\n').filter((line) => line !== '')
  }

  test('kafka-transactions lists and describes what is open, and aborts it', async () => {
    const [topic, transactionalId] = [await cluster.createTopic(), unique('tx')]
    const kafka = new Kafka({ brokers: [cluster.brokers], logLevel: logLevel.NOTHING })
    const producer = kafka.producer({ transactionalId, idempotent: true, maxInFlightRequests: 1 })
    await producer.connect()
    const open = await producer.transaction()
    await open.send({ topic, messages: [{ value: 'x' }] })
    const listed = rows(await tool('kafka-transactions', ['list']))
    expect(listed.map((row) => row.split(' '))).toContainEqual([
      transactionalId,
      expect.anything(),
      expect.anything(),
      'Ongoing',
    ])
    const described = rows(await tool('kafka-transactions', ['describe', '--transactional-id', transactionalId]))
    expect(described.at(-1)).toMatch(new RegExp(`${transactionalId} .* Ongoing 60000 .* ${topic}-0$`))
    const place = ['--topic', topic, '--partition', '0']
    const writing = rows(await tool('kafka-transactions', ['describe-producers', ...place]))
    expect(writing.at(-1)).toMatch(/ 0$/)
    await tool('kafka-transactions', ['abort', ...place, '--start-offset', '0'])
    expect(rows(await tool('kafka-transactions', ['describe-producers', ...place])).at(-1)).toMatch(/ None$/)
    expect(await cluster.offsets(topic)).toEqual([2])
    await producer.disconnect()
  })

  test('kafka-topics creates, describes, lists, grows and deletes a topic', async () => {
    const topic = unique('topic')
    const config = ['--config', 'retention.ms=60000', '--config', 'cleanup.policy=compact']
    expect(await tool('kafka-topics', ['--create', '--topic', topic, '--partitions', '2', ...config])).toContain(
      `Created topic ${topic}.`,
    )
    await expect(tool('kafka-topics', ['--create', '--topic', topic])).rejects.toThrow(`'${topic}' already exists`)
    const described = await tool('kafka-topics', ['--describe', '--topic', topic])
    expect(described).toMatch(/PartitionCount: 2\s+ReplicationFactor: 1\s+Configs: .*cleanup\.policy=compact/)
    expect(described).toMatch(/Configs: .*retention\.ms=60000/)
    expect(described).toMatch(/Partition: 1\s+Leader: (\d+)\s+Replicas: \1\s+Isr: \1/)
    await tool('kafka-topics', ['--alter', '--topic', topic, '--partitions', '3'])
    expect(await tool('kafka-topics', ['--describe', '--topic', topic])).toContain('PartitionCount: 3')
    expect((await tool('kafka-topics', ['--list'])).split('\n')).toContain(topic)
    await tool('kafka-topics', ['--delete', '--topic', topic])
    expect((await tool('kafka-topics', ['--list'])).split('\n')).not.toContain(topic)
  })

  test.for(['none', 'gzip', 'snappy', 'lz4', 'zstd'])(
    'kafka-console-producer sends records by %s, kafka-console-consumer shows them',
    async (codec) => {
      const topic = await cluster.createTopic()
      const properties = ['parse.key=true', 'parse.headers=true', 'null.marker=NULL']
      const shown = ['print.key=true', 'print.headers=true', 'print.offset=true', 'null.literal=NULL']
      const pairs = (values: string[]) => values.flatMap((value) => ['--property', value])
      const lines = ['type:order,again:1\to-1\tfirst', 'none:NULL\to-2\tNULL']
      await tool('kafka-console-producer', ['--topic', topic, '--compression-codec', codec, ...pairs(properties)], {
        input: `${lines.join('\n')}\n`,
      })
      expect(await consume(topic, 2, ...pairs(shown))).toEqual(lines.map((line, offset) => `Offset:${offset}\t${line}`))
    },
  )

  test('kafka-consumer-groups describes, resets and deletes a group', async () => {
    const topic = await cluster.createTopic()
    const group = unique('group')
    await cluster.produceAt(topic, [1000, 2000, 3000])
    expect(await consume(topic, 2, '--group', group)).toEqual(['at 1000', 'at 2000'])
    const describeGroup = async () => rows(await tool('kafka-consumer-groups', ['--describe', '--group', group]))
    expect(await describeGroup()).toContain(`${group} ${topic} 0 2 3 1 - - -`)
    expect((await tool('kafka-consumer-groups', ['--list'])).split('\n')).toContain(group)
    const state = await tool('kafka-consumer-groups', ['--describe', '--group', group, '--state'])
    expect(rows(state).at(-1)).toMatch(/ Empty 0$/)
    const reset = ['--reset-offsets', '--group', group, '--topic', topic, '--execute']
    await tool('kafka-consumer-groups', [...reset, '--to-datetime', '1970-01-01T00:00:01.500'])
    expect(await describeGroup()).toContain(`${group} ${topic} 0 1 3 2 - - -`)
    await tool('kafka-consumer-groups', [...reset, '--to-earliest'])
    expect(await consume(topic, 1, '--group', group)).toEqual(['at 1000'])
    await tool('kafka-consumer-groups', ['--delete-offsets', '--group', group, '--topic', topic])
    expect(await describeGroup()).not.toContain(`${group} ${topic} 0 1 3 2 - - -`)
  })

  test('kafka-consumer-groups shows the members of a live group', async () => {
    const topic = await cluster.createTopic()
    const group = unique('group')
    await cluster.produceAt(topic, [1000])
    await using consumer = startTool('kafka-console-consumer', [
      '--topic',
      topic,
      '--group',
      group,
      '--from-beginning',
      '--consumer-property',
      'client.id=shown',
    ])
    await consumer.printed(/at 1000/)
    const members = await tool('kafka-consumer-groups', ['--describe', '--group', group, '--members', '--verbose'])
    expect(rows(members).at(-1)).toMatch(new RegExp(`^${group} shown-\\S+ /127\\.0\\.0\\.1 shown 1 .*${topic}[:(]0`))
    expect(await tool('kafka-consumer-groups', ['--delete', '--group', group])).toContain('GroupNotEmptyException')
  })

  test('kafka-producer-perf-test and kafka-consumer-perf-test run to their end', async () => {
    const topic = await cluster.createTopic({ numPartitions: 2 })
    const load = ['--topic', topic, '--num-records', '5000', '--record-size', '200', '--throughput', '-1']
    const properties = [`bootstrap.servers=${cluster.brokers}`, 'compression.type=lz4']
    const produced = await run('java', java('kafka-producer-perf-test', [...load, '--producer-props', ...properties]))
    expect(produced.stdout).toMatch(/^5000 records sent/m)
    const consumed = await tool('kafka-consumer-perf-test', ['--topic', topic, '--messages', '5000'])
    expect(rows(consumed).at(-1)?.split(', ')[4]).toBe('5000')
  })

  test('kafka-configs sets and deletes a config of a topic', async () => {
    const topic = await cluster.createTopic({ configEntries: [{ name: 'retention.ms', value: '60000' }] })
    const entity = ['--entity-type', 'topics', '--entity-name', topic]
    await tool('kafka-configs', ['--alter', ...entity, '--add-config', 'cleanup.policy=compact'])
    await tool('kafka-configs', ['--alter', ...entity, '--delete-config', 'retention.ms'])
    const described = await tool('kafka-configs', ['--describe', ...entity])
    expect(described).toContain('cleanup.policy=compact sensitive=false synonyms={DYNAMIC_TOPIC_CONFIG:')
    expect(described).not.toContain('retention.ms')
    await expect(tool('kafka-configs', ['--alter', ...entity, '--add-config', 'no.such=1'])).rejects.toThrow('no.such')
  })

  test('kafka-get-offsets, kafka-delete-records and kafka-log-dirs agree on a partition', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'java-tools-'))
    try {
      const topic = await cluster.createTopic()
      await cluster.produceAt(topic, [1000, 3000, 2000])
      const offset = async (time: string) =>
        rows(await tool('kafka-get-offsets', ['--topic', topic, '--time', time])).join()
      expect(await offset('latest')).toBe(`${topic}:0:3`)
      expect(await offset('max-timestamp')).toBe(`${topic}:0:1`)
      const file = join(folder, 'offsets.json')
      await writeFile(file, JSON.stringify({ partitions: [{ topic, partition: 0, offset: 2 }], version: 1 }))
      const deleted = await tool('kafka-delete-records', ['--offset-json-file', file])
      expect(rows(deleted)).toContain(`partition: ${topic}-0 low_watermark: 2`)
      expect(await offset('earliest')).toBe(`${topic}:0:2`)
      const sizes = await tool('kafka-log-dirs', ['--describe', '--topic-list', topic])
      expect(sizes).toContain(`"partition":"${topic}-0"`)
    } finally {
      await rm(folder, { recursive: true })
    }
  })

  test('kafka-broker-api-versions finds a usable version of each API', async () => {
    const output = await tool('kafka-broker-api-versions', [])
    expect(output).toMatch(/Produce\(0\): 0 to \d+ \[usable: \d+\]/)
    expect(output).not.toContain('[unusable')
    expect(output).not.toContain('UNKNOWN(')
  })
})
