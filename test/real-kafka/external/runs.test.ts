import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, expect, inject, test } from 'vitest'
import { emptyCluster } from '../../support/kafka.ts'
import { createProject, type Project, run, runVitest } from '../../support/project.ts'
import { ask, topicsOf } from '../support/ask.ts'

const { connection } = inject('real cluster')
const env = {
  KAFKA_TESTKIT_CLUSTER: 'external',
  KAFKA_BROKERS: connection.brokers.join(','),
  KAFKA_TESTKIT_TIMEOUT: '15000',
}
const config = `import kafka from 'kafka-testkit/vitest/config'
export default { plugins: [kafka({ cluster: { kind: 'external', prefix: 'tests-' } })], test: { testTimeout: 60000, hookTimeout: 60000 } }
`

const projects: Project[] = []
afterEach(() => {
  for (const project of projects.splice(0)) project[Symbol.dispose]()
})
function create(files: Record<string, string>): Project {
  const project = createProject(5, { 'vitest.config.ts': config, ...files })
  projects.push(project)
  return project
}

const brokers = connection.brokers.join(',')

const unique = `import { expect, test } from 'kafka-testkit/vitest'

test.for([1, 2, 3])('run %i', async (n, { kafka }) => {
  const topic = await kafka.createTopic()
  const group = kafka.uniqueName()
  await topic.produce([1, 2, 3].map((value) => ({ key: String(process.pid), value })))
  await expect(topic).toReceiveRecordCount(3)
  const taken = await topic.consume({ take: 3, group })
  expect(taken.map(({ value }) => value)).toEqual([1, 2, 3])
  await expect(kafka.group(group)).toCatchUp()
})
`

test('two runs at once do not see each other, and leave nothing behind', async () => {
  await emptyCluster(connection.brokers)
  await ask(brokers, (admin) => admin.createTopics({ topics: [{ topic: 'of-others' }] }))
  const both = await Promise.all(
    [create({ 'a.test.ts': unique }), create({ 'a.test.ts': unique })].map((project) => runVitest(project, [], env)),
  )
  for (const { exitCode, output } of both) expect(exitCode, output).toBe(0)
  expect(await topicsOf(brokers)).toEqual(['of-others'])
  expect((await ask(brokers, (admin) => admin.listGroups())).groups).toEqual([])
})

test('what a killed run left is deleted by the next one, and nothing else', async () => {
  await emptyCluster(connection.brokers)
  const hanging = `import { writeFileSync } from 'node:fs'
import { test } from 'kafka-testkit/vitest'

test('hangs', async ({ kafka }) => {
  await kafka.createTopic()
  await kafka.createTopic('orders')
  writeFileSync('pid', String(process.pid))
  await new Promise((resolve) => setTimeout(resolve, 50000))
})
`
  const project = create({
    'hanging.test.ts': hanging,
    'next.test.ts': `import { test } from 'kafka-testkit/vitest'\ntest('next', () => {})\n`,
  })
  const { NODE_OPTIONS: _, VITEST: __, ...inherited } = process.env
  const runner = spawn(process.execPath, ['node_modules/vitest/vitest.mjs', 'run', 'hanging'], {
    cwd: project.folder,
    env: { ...inherited, ...env },
    stdio: 'ignore',
  })
  const pid = join(project.folder, 'pid')
  while (!existsSync(pid) || readFileSync(pid, 'utf8') === '') await delay(20)
  const ended = once(runner, 'close')
  process.kill(Number(readFileSync(pid, 'utf8')), 'SIGKILL')
  runner.kill('SIGKILL')
  await ended
  const [left] = (await topicsOf(brokers)).filter((name) => name.startsWith('tests-'))
  expect(await topicsOf(brokers)).toEqual(['orders', left])
  // Somebody makes one of the same name in the meantime: it isn't ours.
  await ask(brokers, (admin) => admin.deleteTopics({ topics: ['orders'] }))
  await ask(brokers, (admin) => admin.createTopics({ topics: [{ topic: 'orders' }] }))

  const { exitCode, output } = await run(project, ['node_modules/vitest/vitest.mjs', 'run', 'next'], env)
  expect(exitCode, output).toBe(0)
  expect(await topicsOf(brokers), output).toEqual(['orders'])
  expect(readdirSync(join(project.folder, '.kafka-testkit/created-topics'))).toEqual([])
})

test('where reading starts: no record of an earlier test, none that a test dates itself is missed', async () => {
  await emptyCluster(connection.brokers)
  const file = `import { beforeAll } from 'vitest'
import { expect, test } from 'kafka-testkit/vitest'

test('the first test of the file sees what it dates itself', async ({ kafka }) => {
  await kafka.topic('dated').produce({ key: 'old', value: 1, timestamp: new Date('2020-01-01') })
  await expect(kafka.topic('dated')).toReceiveRecord({ key: 'old' })
})
test('the second sees nothing of it', async ({ kafka }) => {
  await expect(kafka.topic('dated')).not.toReceiveRecord()
})
test('nor does a clock that is behind hide what an application produced', async ({ kafka }) => {
  const producer = await kafka.producer()
  await producer.send({ topic: 'dated', messages: [{ key: 'behind', value: 'x', timestamp: String(Date.now() - 60_000) }] })
  await expect(kafka.topic('dated')).toReceiveRecords([{ key: 'behind' }], { exactly: true })
})
test('what it had before can be read all the same', async ({ kafka }) => {
  expect(await kafka.topic('dated').records({ from: 'beginning' })).toHaveLength(2)
})
`
  const { exitCode, output } = await runVitest(create({ 'a.test.ts': file }), [], env)
  expect(exitCode, output).toBe(0)
})

test('a record of an aborted transaction is none', async () => {
  await emptyCluster(connection.brokers)
  const file = `import { expect, test } from 'kafka-testkit/vitest'

test('transactions', async ({ kafka }) => {
  const topic = await kafka.createTopic()
  const producer = await kafka.producer({ transactionalId: kafka.uniqueName(), maxInFlightRequests: 1, idempotent: true })
  for (const [key, ends] of [['a', 'abort'], ['b', 'commit'], ['c', 'abort'], ['d', 'commit']]) {
    const transaction = await producer.transaction()
    await transaction.send({ topic: topic.name, messages: [{ key, value: 'x' }] })
    await transaction[ends]()
  }
  await expect(topic).toReceiveRecords([{ key: 'b' }, { key: 'd' }], { exactly: true, order: 'strict' })
})
`
  const { exitCode, output } = await runVitest(create({ 'a.test.ts': file }), [], env)
  expect(exitCode, output).toBe(0)
})
