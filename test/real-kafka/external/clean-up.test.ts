import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Kafka, logLevel } from 'kafkajs'
import { expect, inject, test } from 'vitest'
import { realCluster } from '../../../src/cluster/real.ts'
import { type RunClusterOptions, startRunCluster } from '../../../src/cluster/run-cluster.ts'
import { resolveConfig } from '../../../src/config/config.ts'
import { emptyCluster, type RealCluster } from '../../support/kafka.ts'
import { createProject, runVitest } from '../../support/project.ts'
import { ask, topicsOf } from '../support/ask.ts'

const { connection } = inject('real cluster')
const brokers = connection.brokers.join(',')
const env = { KAFKA_TESTKIT_CLUSTER: 'external', KAFKA_BROKERS: brokers, KAFKA_TESTKIT_TIMEOUT: '15000' }
const groupsOf = async () => (await ask(brokers, (admin) => admin.listGroups())).groups.map(({ groupId }) => groupId)

const config = `import kafka from 'kafka-testkit/vitest/config'
export default { plugins: [kafka()], test: { testTimeout: 60000, hookTimeout: 60000 } }
`
// Fixed names, and a consumer that nobody closes: what a first run leaves would make the second one fail.
const file = `import { expect, test } from 'kafka-testkit/vitest'
import { Kafka, logLevel } from 'kafkajs'

test('the application starts from nothing', async ({ kafka }) => {
  const orders = kafka.topic('orders')
  expect(await orders.records({ from: 'beginning' })).toEqual([])
  expect(await orders.produce({ key: 'o-1', value: 1 })).toMatchObject({ offset: 0 })
  const consumer = new Kafka({ brokers: kafka.brokers, logLevel: logLevel.NOTHING }).consumer({ groupId: 'order-service' })
  await consumer.connect()
  await consumer.subscribe({ topic: 'orders', fromBeginning: true })
  await consumer.run({ eachMessage: async () => {} })
  await expect(kafka.group('order-service')).toCatchUp()
  await expect(kafka.group('order-service')).toHaveMembers(1)
})
`

test('what a run leaves under fixed names goes with it, so the second run is as the first', async () => {
  await emptyCluster(connection.brokers)
  await ask(brokers, (admin) => admin.createTopics({ topics: [{ topic: 'of-others' }] }))
  using project = createProject(5, { 'vitest.config.ts': config, 'a.test.ts': file })
  for (const time of ['first', 'second']) {
    const { exitCode, output } = await runVitest(project, [], env)
    expect(exitCode, `the ${time} run: ${output}`).toBe(0)
    expect(await topicsOf(brokers)).toEqual(['of-others'])
    expect(await groupsOf()).toEqual([])
  }
  expect(readdirSync(join(project.folder, '.kafka-testkit/clusters'))).toEqual([])
})

test('cleanUp: false leaves all of it', async () => {
  await emptyCluster(connection.brokers)
  const kept = config.replace('kafka()', "kafka({ cluster: { kind: 'external', cleanUp: false } })")
  using project = createProject(5, { 'vitest.config.ts': kept, 'a.test.ts': file })
  const { exitCode, output } = await runVitest(project, [], env)
  expect(exitCode, output).toBe(0)
  expect(await topicsOf(brokers)).toEqual(['orders'])
  expect(await groupsOf()).toEqual(['order-service'])
})

test('what was there before the run is not touched, neither by its end nor by clear and reset', async () => {
  await emptyCluster(connection.brokers)
  await ask(brokers, (admin) => admin.createTopics({ topics: [{ topic: 'of-others' }] }))
  const client = new Kafka({ brokers: connection.brokers, logLevel: logLevel.NOTHING })
  const producer = client.producer()
  await producer.connect()
  await producer.send({ topic: 'of-others', messages: [{ value: 'a' }] })
  const { cluster } = resolveConfig({}, env)
  const run = await startRunCluster({ cluster: cluster as RunClusterOptions['cluster'], root: process.cwd() })
  const worker = realCluster(run.worker as RealCluster)
  try {
    worker.hold?.('of-others')
    worker.hold?.('of-the-run')
    await worker.ensureTopic('of-the-run')
    await expect(worker.clear(['of-others'])).rejects.toThrowErrorMatchingInlineSnapshot(
      `[Error: topic of-others of an external cluster: it was there before the tests, so its records are not theirs to delete. Use a topic of the run's own: kafka.createTopic()]`,
    )
    await expect(worker.reset()).rejects.toThrow('topic of-others of an external cluster')
    await worker.clear(['of-the-run'])
  } finally {
    await worker.close()
    await producer.disconnect()
    await run.stop()
  }
  expect(await topicsOf(brokers)).toEqual(['of-others'])
  const [{ high } = { high: '' }] = await ask(brokers, (admin) => admin.fetchTopicOffsets('of-others'))
  expect(high).toBe('1')
})

const fixtures = fileURLToPath(new URL('../../../fixtures', import.meta.url))

test('the fixture passes twice on one cluster, and leaves it empty', { timeout: 600_000 }, async () => {
  await emptyCluster(connection.brokers)
  using project = createProject(5, join(fixtures, 'retail'))
  const args = ['--no-file-parallelism', '--testTimeout=60000', '--hookTimeout=60000']
  for (const time of ['first', 'second']) {
    const { exitCode, output } = await runVitest(project, args, env, 270_000)
    expect(exitCode, `the ${time} run: ${output}`).toBe(0)
    expect(await topicsOf(brokers)).toEqual([])
    expect(await groupsOf()).toEqual([])
  }
})
