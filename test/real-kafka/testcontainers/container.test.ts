import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, expect, test } from 'vitest'
import { createProject, type Project, run, runVitest } from '../../support/project.ts'
import { createCertificates } from '../support/certificates.ts'

let project: Project
afterEach(() => project?.[Symbol.dispose]())

const vitest = ['node_modules/vitest/vitest.mjs', 'run']
const produceAndExpect = `import { writeFileSync } from 'node:fs'
import { expect, test } from 'kafka-testkit/vitest'

test('an order arrives', async ({ kafka }) => {
  const topic = await kafka.createTopic()
  await topic.produce({ key: 'o-1', value: { sku: 'lamp' } })
  await expect(topic).toReceiveRecord({ key: 'o-1' })
  writeFileSync('brokers-' + process.env.VITEST_POOL_ID, String(process.env.KAFKA_BROKERS))
  if (process.env.HANG) await new Promise((resolve) => setTimeout(resolve, 60000))
})
`
function withCluster(options: string): string {
  return `import kafka from 'kafka-testkit/vitest/config'
export default { plugins: [kafka({ timeout: 15000, cluster: { kind: 'testcontainers', ${options} } })], test: { testTimeout: 60000, maxWorkers: 2 } }
`
}

/** Ids of the containers that runs have started. */
function containers(): string[] {
  const ids = execFileSync('docker', ['ps', '--quiet', '--filter', 'label=kafka-testkit.run'], { encoding: 'utf8' })
  return ids.split('\n').filter((id) => id !== '')
}

test.each(['SIGINT', 'SIGKILL'] as const)('after %s the container is removed', async (signal) => {
  const before = containers()
  project = createProject(5, { 'vitest.config.ts': withCluster(''), 'orders.test.ts': produceAndExpect })
  const { NODE_OPTIONS: _, VITEST: __, ...inherited } = process.env
  const runner = spawn(process.execPath, vitest, {
    cwd: project.folder,
    env: { ...inherited, HANG: 'yes' },
    stdio: 'ignore',
  })
  while (!existsSync(join(project.folder, 'brokers-1'))) await delay(50)
  const ended = once(runner, 'close')
  const [ours] = containers().filter((id) => !before.includes(id))
  expect(ours).toBeDefined()
  runner.kill(signal)
  await ended
  while (containers().includes(ours!)) await delay(50)
  rmSync(join(project.folder, 'brokers-1'))
})

test('TLS and SCRAM: a listener with both is given out', async () => {
  using certificates = await createCertificates('dns:localhost')
  const saslSsl = JSON.stringify({
    username: 'ann',
    password: 'lamp-secret',
    keystore: certificates.keystore,
    passphrase: certificates.passphrase,
    ca: certificates.ca,
  })
  project = createProject(5, {
    'vitest.config.ts': withCluster(`saslSsl: ${saslSsl}`),
    'orders.test.ts': produceAndExpect,
  })
  const { exitCode, output, lines } = await runVitest(project)
  expect(exitCode, output).toBe(0)
  expect(JSON.stringify(lines) + output).not.toContain('lamp-secret')
})

test('a container that never becomes ready is an error with the end of its log, and is removed', async () => {
  const before = containers()
  // A broker that refuses its own settings.
  const options = "startTimeout: 15000, env: { KAFKA_LOG_RETENTION_MS: 'lamp' }"
  project = createProject(5, { 'vitest.config.ts': withCluster(options), 'orders.test.ts': produceAndExpect })
  const { exitCode, output } = await run(project, vitest)
  expect(exitCode).toBe(1)
  expect(output).toContain("cluster 'testcontainers': confluentinc/cp-kafka:8.1.1 did not start")
  expect(output).toMatch(/The end of its log:\n.*lamp/s)
  while (containers().some((id) => !before.includes(id))) await delay(50)
})

test('without the package it is said which one is missing', async () => {
  project = createProject(5, { 'vitest.config.ts': withCluster(''), 'orders.test.ts': produceAndExpect })
  rmSync(join(project.folder, 'node_modules/@testcontainers'), { recursive: true, force: true })
  const { output } = await run(project, vitest)
  expect(output).toContain('needs the package @testcontainers/kafka: npm install --save-dev @testcontainers/kafka')
  expect(output).toContain('KAFKA_TESTKIT_CLUSTER=embedded')
})

test('without Docker it is said so, and which way is left', async () => {
  project = createProject(5, { 'vitest.config.ts': withCluster(''), 'orders.test.ts': produceAndExpect })
  // Docker can't be taken from a machine: this answers as Testcontainers does where there is none.
  const folder = join(project.folder, 'node_modules/@testcontainers')
  rmSync(folder, { recursive: true, force: true })
  const { mkdirSync } = await import('node:fs')
  mkdirSync(join(folder, 'kafka'), { recursive: true })
  mkdirSync(join(folder, 'kafka/node_modules/testcontainers'), { recursive: true })
  writeFileSync(join(folder, 'kafka/node_modules/testcontainers/index.js'), '')
  writeFileSync(
    join(folder, 'kafka/index.js'),
    `exports.KafkaContainer = class {
  constructor() { return new Proxy({}, { get: (_, name, self) => name === 'start' ? async () => { throw new Error('Could not find a working container runtime strategy') } : () => self }) }
}`,
  )
  const { output } = await run(project, vitest)
  expect(output).toContain(
    "cluster 'testcontainers': no Docker answers here (Could not find a working container runtime strategy)",
  )
  expect(output).toContain(
    "or run on the embedded cluster, which needs none: cluster: 'embedded' (KAFKA_TESTKIT_CLUSTER=embedded)",
  )
})
