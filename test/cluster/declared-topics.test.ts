import { Kafka, logLevel } from 'kafkajs'
import { expect, test } from 'vitest'
import { openBroker } from '../../src/broker/listener.ts'
import { embeddedCluster } from '../../src/cluster/embedded.ts'
import { resolveConfig } from '../../src/config/config.ts'
import { withFileConfig } from '../../src/config/file-options.ts'
import { workerOptions } from '../../src/config/worker-options.ts'
import { setUp } from '../support/kafka.ts'

test('a broker begins with the topics that it is told, before a client asks for them', async () => {
  const topics = ['orders', { name: 'prices', partitions: 3, config: { 'cleanup.policy': 'compact' } }]
  await using broker = await openBroker({ topics, autoCreateTopics: false, keepAlive: false })
  expect(broker.loaded).toBeUndefined()
  const admin = new Kafka({ brokers: [...broker.brokers], logLevel: logLevel.NOTHING }).admin()
  await admin.connect()
  try {
    const { topics } = await admin.fetchTopicMetadata({ topics: ['orders', 'prices'] })
    const partitions = topics.map(({ name, partitions }) => [name, partitions.length])
    expect(Object.fromEntries(partitions)).toEqual({ orders: 1, prices: 3 })
  } finally {
    await admin.disconnect()
  }
})

test('a topic of the config that the broker refuses is named to who first uses it', async () => {
  const topics = [{ name: 'prices', config: { 'cleanup.polcy': 'compact' } }]
  await using broker = await openBroker({ topics, keepAlive: false, log() {} })
  await expect(embeddedCluster(broker, true).topics()).rejects.toThrow(
    "Topic prices can't be created: Unknown topic config name: cleanup.polcy",
  )
})

test.each([
  [{ topics: 'orders' }, "option 'topics' must be a object"],
  [{ topics: [{ partitions: 3 }] }, "option 'topics' must be a list of names, or of { name, partitions, config }."],
  [{ topics: {} }, "option 'topics' must be a list of names"],
])('openBroker(%j) is refused', async (options, message) => {
  await expect(openBroker(options as never)).rejects.toThrow(message)
})

test('createTopic says of an existing topic how to take it, and takes it where it may', async () => {
  await using setting = await setUp()
  const { kafka } = setting
  await kafka.createTopic('orders', { partitions: 2 })
  await expect(kafka.createTopic('orders')).rejects.toThrowErrorMatchingInlineSnapshot(
    `[Error: Topic orders can't be created: Topic 'orders' already exists. To take it as it is: createTopic('orders', { ifExists: 'use' }); without a name createTopic() makes one of the test's own]`,
  )
  const orders = await kafka.createTopic('orders', { ifExists: 'use' })
  await kafka.createTopic('orders', { ifExists: 'use', partitions: 2 })
  expect(await orders.produce({ value: 1, partition: 1 })).toMatchObject({ offset: 0 })
  await expect(
    kafka.createTopic('orders', { ifExists: 'use', partitions: 3 }),
  ).rejects.toThrowErrorMatchingInlineSnapshot(
    `[Error: Topic orders is there with 2 partitions, 3 are wanted: delete it, or leave out partitions]`,
  )
  await expect(kafka.createTopic('orders', { ifExists: 'replace' as never })).rejects.toThrow(
    `option "ifExists" is "replace", one of "fail", "use" is wanted`,
  )
})

const options = (config: Parameters<typeof resolveConfig>[0]) =>
  workerOptions(resolveConfig(config, {}), '/project', { kind: 'embedded' })

test('what a file says for itself comes before the config, its topics beside those of the config', () => {
  const said = '{"topics": ["events", {"name": "prices", "partitions": 5}], "timeout": 50, "broker": {"partitions": 2}}'
  const config = options({ topics: ['orders', { name: 'prices', partitions: 3 }], broker: { autoCreateTopics: false } })
  expect(withFileConfig(config, said)).toEqual({
    ...config,
    timeout: 50,
    broker: { ...config.broker, partitions: 2 },
    topics: [{ name: 'orders' }, { name: 'events' }, { name: 'prices', partitions: 5 }],
  })
})

test.each([
  ['{"topic": []}', '@kafka-testkit: there is no option "topic", did you mean "topics"?'],
  ['{"topics": [{"name": "a b"}]}', "@kafka-testkit topics[0]: Topic name is invalid: 'a b' contains one or more"],
  ['{"broker": {"partition": 2}}', '@kafka-testkit broker: there is no option "partition", did you mean "partitions"?'],
  ['topics: orders', '@kafka-testkit: what stands behind it is no JSON on one line, as {"topics": ["orders"]}: '],
  ['["orders"]', '@kafka-testkit: there is no option "0"'],
  ['3', '@kafka-testkit: its options are 3, an object is wanted'],
])('@kafka-testkit %s is refused', (said, message) => {
  expect(() => withFileConfig(options({}), said)).toThrow(message)
})
