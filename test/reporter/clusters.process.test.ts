import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { expect, test } from 'vitest'
import { startBroker } from '../../src/broker/index.ts'
import { clustersOf } from '../../src/run/clusters.ts'
import type { ClusterLine, Line } from '../../src/run/model.ts'
import { createJestProject, runJest } from '../support/jest.ts'
import { createProject, runVitest } from '../support/project.ts'

const cluster = (brokers: readonly string[]): string => `{
  environment: 'staging',
  environments: { staging: { color: 'yellow', cluster: { kind: 'external', brokers: '${brokers[0]}', prefix: 'ci-' } } },
}`
const vitestConfig = (brokers: readonly string[]): string => `import kafka from 'kafka-testkit/vitest/config'
export default { plugins: [kafka(${cluster(brokers)})] }
`
const testFile = (topic: string, more = ''): string => `import { expect, test } from 'kafka-testkit/vitest'
test('an order', async ({ kafka }) => {
  await kafka.createTopic('${topic}', { partitions: 2, config: { 'retention.ms': '60000' } })
  await kafka.topic('${topic}').produce({ value: 1 })
  await kafka.topic('shared').produce({ value: 1 })
  ${more}
})
`

const clusterLines = (lines: readonly Line[]): ClusterLine[] => lines.filter((line) => line.type === 'cluster')

test('a real cluster is one configuration whatever the workers: what was set, what it answered, and its topics', async () => {
  await using broker = await startBroker({ topics: [{ name: 'shared', partitions: 3 }], nodeId: 7 })
  using project = createProject(5, {
    'vitest.config.ts': vitestConfig(broker.brokers),
    'one.test.ts': testFile('first'),
    'two.test.ts': testFile('second'),
  })
  const { output, exitCode, lines } = await runVitest(project)
  expect(exitCode, output).toBe(0)
  const types = lines.map(({ type }) => type)
  expect([types.slice(0, 2), types.slice(-2), types.filter((type) => type === 'cluster').length]).toEqual([
    ['run', 'cluster'],
    ['cluster', 'end'],
    2,
  ])
  const [one, ...others] = clustersOf(lines)
  expect(others).toEqual([])
  expect(one).toEqual({
    type: 'cluster',
    kind: 'external',
    environment: 'staging',
    color: 'yellow',
    brokers: broker.brokers,
    image: null,
    protocol: 'PLAINTEXT',
    mechanism: null,
    client: {
      prefix: 'ci-',
      cleanUp: true,
      servername: null,
      verified: false,
      ownAuthority: false,
      ownCertificate: false,
    },
    broker: null,
    answer: {
      clusterId: expect.stringMatching(/^[\w-]{22}$/),
      version: '4.1',
      versionBy: 'Fetch 18',
      features: [{ name: 'transaction.version', level: 2 }],
      nodes: [{ id: 7, address: broker.brokers[0] }],
    },
    problem: null,
    topics: [
      { name: 'first', partitions: 2, configs: [{ name: 'retention.ms', value: '60000' }] },
      { name: 'second', partitions: 2, configs: [{ name: 'retention.ms', value: '60000' }] },
      { name: 'shared', partitions: 3, configs: [] },
    ],
    moreTopics: 0,
  })
  // What is known before it answers stands behind the run's line.
  expect(clusterLines(lines)[0]).toMatchObject({ brokers: broker.brokers, answer: null, topics: [] })
})

test('a cluster that answers no more at the end of the run is said, with what was known', async () => {
  const broker = await startBroker({ topics: ['shared'] })
  // The test asks for the end of the broker by connecting here, and waits until it has come.
  const control = createServer((socket) => void broker.close().then(() => socket.destroy()))
  await once(control.listen(0, '127.0.0.1'), 'listening')
  const { port } = control.address() as AddressInfo
  const stop = `const { connect } = await import('node:net')
  await new Promise((ended) => connect(${port}, '127.0.0.1').on('close', ended).resume())`
  const config = vitestConfig(broker.brokers).replace("prefix: 'ci-'", 'cleanUp: false')
  using project = createProject(5, { 'vitest.config.ts': config, 'one.test.ts': testFile('first', stop) })
  const { lines } = await runVitest(project)
  control.close()
  const [one] = clustersOf(lines)
  expect(one).toMatchObject({ answer: null, topics: [{ name: 'first' }] })
  expect(one!.problem!.replaceAll(/127\.0\.0\.1:\d+/g, 'host:port')).toMatchInlineSnapshot(
    `"Nothing listens on host:port: the connection was refused. Is the cluster running (npx kafka-testkit cluster check says more)?"`,
  )
})

test('the embedded brokers of all files are one configuration, which nobody is asked for', async () => {
  using project = createProject(5, {
    'vitest.config.ts': `import kafka from 'kafka-testkit/vitest/config'
export default { plugins: [kafka({ broker: { partitions: 2, strict: { clock: true } } })] }
`,
    'one.test.ts': testFile('first'),
    'two.test.ts': testFile('second'),
    'none.test.ts': "import { test } from 'vitest'\ntest('no Kafka', () => {})\n",
  })
  const { lines } = await runVitest(project)
  expect(clusterLines(lines)).toHaveLength(2)
  expect(clustersOf(lines)).toEqual([
    {
      type: 'cluster',
      kind: 'embedded',
      environment: null,
      color: null,
      brokers: [],
      image: null,
      protocol: 'PLAINTEXT',
      mechanism: null,
      client: null,
      answer: null,
      problem: null,
      moreTopics: 0,
      broker: {
        version: expect.stringMatching(/^\d+\.\d+\.\d+/),
        scope: 'file',
        partitions: 2,
        autoCreateTopics: true,
        strict: ['clock'],
      },
      topics: [
        { name: 'first', partitions: 2, configs: [{ name: 'retention.ms', value: '60000' }] },
        { name: 'second', partitions: 2, configs: [{ name: 'retention.ms', value: '60000' }] },
        { name: 'shared', partitions: 2, configs: [] },
      ],
    },
  ])
})

test('Jest tells the same', async () => {
  await using broker = await startBroker({ topics: ['shared'] })
  using project = createJestProject(30, {
    'jest.config.js': `module.exports = { preset: 'kafka-testkit', testEnvironmentOptions: { kafka: ${cluster(broker.brokers)} } }`,
    'one.test.js': `const { kafka } = require('kafka-testkit/jest')
test('an order', async () => {
  await kafka.topic('shared').produce({ value: 1 })
})
`,
  })
  const { output, lines } = await runJest(project)
  expect(clusterLines(lines), output).toHaveLength(2)
  expect(clustersOf(lines)).toMatchObject([
    { environment: 'staging', answer: { nodes: [{ address: broker.brokers[0] }] }, topics: [{ name: 'shared' }] },
  ])
})
