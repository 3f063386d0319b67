import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, expect, test } from 'vitest'
import { startKafka } from '../../../bench/support/real-kafka.ts'
import { createProject, type Project, run, runVitest } from '../../support/project.ts'

let project: Project
afterEach(() => project?.[Symbol.dispose]())

const config = `import kafka from 'kafka-testkit/vitest/config'
export default { plugins: [kafka()], test: { testTimeout: 20000 } }
`
const vitest = ['node_modules/vitest/vitest.mjs', 'run']

test('a cluster that dies in mid-run fails each check by its deadline, in words, and the store is complete', async () => {
  await using broker = await startKafka()
  project = createProject(5, {
    'vitest.config.ts': config,
    'orders.test.ts': `import { existsSync, writeFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { expect, test } from 'kafka-testkit/vitest'

test('before', async ({ kafka }) => {
  await kafka.topic('orders').produce({ key: 'o-1', value: 1 })
  await expect(kafka.topic('orders')).toReceiveRecord({ key: 'o-1' })
  writeFileSync('produced', '')
  while (!existsSync('dead')) await delay(20)
})
test('a matcher', ({ kafka }) => expect(kafka.topic('orders')).toReceiveRecord({ key: 'o-2' }, { timeout: 2000 }))
test('an absence', ({ kafka }) => expect(kafka.topic('orders')).not.toReceiveRecord({ key: 'o-2' }, { timeout: 2000 }))
test('a group', ({ kafka }) => expect(kafka.group('service')).toCatchUp({ timeout: 2000 }))
test('a produce', ({ kafka }) => kafka.topic('orders').produce({ key: 'o-3', value: 1 }))
test('a topic', ({ kafka }) => kafka.createTopic())
`,
  })
  const killed = (async () => {
    while (!existsSync(join(project.folder, 'produced'))) await delay(20)
    await broker.kill()
    const { writeFileSync } = await import('node:fs')
    writeFileSync(join(project.folder, 'dead'), '')
  })()
  const env = { KAFKA_TESTKIT_CLUSTER: 'external', KAFKA_BROKERS: broker.brokers }
  const { tests, lines, output } = await runVitest(project, [], env)
  await killed
  expect(tests.map(({ name, status }) => [name, status])).toEqual([
    ['before', 'passed'],
    ...['a matcher', 'an absence', 'a group', 'a produce', 'a topic'].map((name) => [name, 'failed']),
  ])
  const refused = `Nothing listens on ${broker.brokers}: the connection was refused. Is the cluster running`
  for (const { name, messages, status } of tests)
    if (status === 'failed') expect(messages[0], `${name}\n${output}`).toContain(refused)
  expect(lines.filter(({ type }) => type === 'test')).toHaveLength(6)
  expect(lines.at(-1)).toMatchObject({ type: 'end', status: 'failed', totals: { tests: 6, passed: 1, failed: 5 } })
})

test('a cluster that is not there ends the run before the first test, with one message', async () => {
  project = createProject(5, { 'vitest.config.ts': config, 'a.test.ts': '', 'b.test.ts': '' })
  const { exitCode, output } = await run(project, vitest, {
    KAFKA_TESTKIT_CLUSTER: 'external',
    KAFKA_BROKERS: '127.0.0.1:1',
  })
  expect(exitCode).toBe(1)
  expect(output.match(/Error: Nothing listens on 127\.0\.0\.1:1: the connection was refused/g)).toHaveLength(1)
  expect(output).not.toContain('run-cluster.js')
})

test('without brokers the config says what is missing', async () => {
  project = createProject(5, { 'vitest.config.ts': config, 'a.test.ts': '' })
  const { KAFKA_BROKERS: _, ...env } = { KAFKA_TESTKIT_CLUSTER: 'external', KAFKA_BROKERS: '' }
  const { exitCode, output } = await run(project, vitest, { ...env, KAFKA_BROKERS: '' })
  expect(exitCode).toBe(1)
  expect(output).toContain('an external cluster needs its brokers: set KAFKA_BROKERS=host:9092')
})
