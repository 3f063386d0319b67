import { expect, test } from 'vitest'
import { askCluster } from '../../../src/cluster/answer.ts'
import { RealClient } from '../../../src/cluster/real-client.ts'
import type { ClusterAddress } from '../../../src/config/cluster.ts'

test('Kafka says who it is, what it has finalized, and how topics are set up; one that is not there is left out', async () => {
  const brokers = process.env.KAFKA_TESTKIT_REAL_BROKERS!.split(',')
  const connection: ClusterAddress = { brokers, ssl: false, sasl: false, root: process.cwd() }
  const client = new RealClient(connection)
  const config = { 'retention.ms': '60000', 'cleanup.policy': 'compact' }
  await client.ask((client) => client.createTopic({ name: 'configured', partitions: 2, config }))
  const answer = await askCluster(connection, ['configured', 'nobody-has-it'], 5000)
  await client.ask((client) => client.deleteTopics(['configured']))
  await client.close()
  expect(answer).toEqual({
    clusterId: expect.stringMatching(/^[\w-]{22}$/),
    // The broker of these tests is of 4.1 unless KAFKA_BROKERS names another.
    version: expect.stringMatching(/^4\.\d$/),
    versionBy: expect.stringMatching(/^metadata\.version \d\d$/),
    features: expect.arrayContaining([
      { name: 'group.version', level: 1 },
      { name: 'metadata.version', level: expect.any(Number) },
    ]),
    nodes: expect.arrayContaining([{ id: expect.any(Number), address: brokers[0] }]),
    topics: [
      {
        name: 'configured',
        partitions: 2,
        configs: [
          { name: 'cleanup.policy', value: 'compact' },
          { name: 'retention.ms', value: '60000' },
        ],
      },
    ],
  })
})
