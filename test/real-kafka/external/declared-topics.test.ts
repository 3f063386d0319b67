import { expect, inject, test } from 'vitest'
import { type RunClusterOptions, startRunCluster } from '../../../src/cluster/run-cluster.ts'
import { resolveConfig } from '../../../src/config/config.ts'
import { emptyCluster } from '../../support/kafka.ts'
import { createProject, runVitest } from '../../support/project.ts'
import { ask, topicsOf } from '../support/ask.ts'

const { connection } = inject('real cluster')
const brokers = connection.brokers.join(',')
const env = { KAFKA_TESTKIT_CLUSTER: 'external', KAFKA_BROKERS: brokers, KAFKA_TESTKIT_TIMEOUT: '15000' }

const config = `import kafka from 'kafka-testkit/vitest/config'
export default {
  plugins: [kafka({ topics: ['orders', { name: 'prices', partitions: 3, config: { 'cleanup.policy': 'compact' } }] })],
  test: { testTimeout: 60000, hookTimeout: 60000 },
}
`
// An application whose client fails on a topic that isn't there.
const file = `/** @kafka-testkit {"topics": [{"name": "events", "partitions": 2}]} */
import { expect, test } from 'kafka-testkit/vitest'
import { Kafka } from 'kafkajs'

test('an application that subscribes at once finds its topics', async ({ kafka }) => {
  const consumer = new Kafka({ brokers: kafka.brokers }).consumer({ groupId: 'application', allowAutoTopicCreation: false })
  await consumer.connect()
  await consumer.subscribe({ topics: ['orders', 'prices', 'events'] })
  await consumer.disconnect()
  await expect(kafka.createTopic('orders')).rejects.toThrow("Topic 'orders' already exists. To take it as it is: createTopic('orders', { ifExists: 'use' })")
  await kafka.createTopic('prices', { ifExists: 'use', partitions: 3 })
})
`

test('declared topics are there before the application, and those that the run had to create go with it', async () => {
  await emptyCluster(connection.brokers)
  await ask(brokers, (admin) => admin.createTopics({ topics: [{ topic: 'orders' }] }))
  using project = createProject(5, { 'vitest.config.ts': config, 'a.test.ts': file })
  for (const time of ['first', 'second']) {
    const { exitCode, output } = await runVitest(project, [], env)
    expect(exitCode, `the ${time} run: ${output}`).toBe(0)
    expect(await topicsOf(brokers)).not.toContain('prices')
    expect(await topicsOf(brokers)).toContain('orders')
  }
})

test('a topic that is there with other partitions stops the run', async () => {
  await emptyCluster(connection.brokers)
  await ask(brokers, (admin) => admin.createTopics({ topics: [{ topic: 'prices', numPartitions: 1 }] }))
  const { cluster, topics } = resolveConfig({ topics: [{ name: 'prices', partitions: 3 }] }, env)
  const run = await startRunCluster({ cluster: cluster as RunClusterOptions['cluster'], root: process.cwd() })
  await expect(run.createTopics(topics)).rejects.toThrow('Topic prices is there with 1 partition, 3 are wanted')
  await run.stop()
  expect(await topicsOf(brokers)).toEqual(['prices'])
})
