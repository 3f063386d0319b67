import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { parseLines, TestEndpoint } from '../support/endpoint.ts'
import { createJestProject, runJest } from '../support/jest.ts'
import { createProject, type Finished, type Project, run, runVitest } from '../support/project.ts'

const testFile = `import { expect, test } from 'kafka-testkit/vitest'
test('an order is received', async ({ kafka }) => {
  await kafka.topic('orders').produce({ key: 'o-1', value: { sku: 'lamp' } })
  await expect(kafka.topic('orders')).toReceiveRecord({ key: 'o-1' })
})
`
const config = `import kafka from 'kafka-testkit/vitest/config'
import { defineConfig } from 'vitest/config'
const { URL: url, TIMEOUT: timeout = 10_000, REQUIRED: required } = process.env
const endpoint = url === undefined ? undefined : { url, timeout: Number(timeout) }
export default defineConfig({ plugins: [kafka({ history: { endpoint, required: required === '1' } })] })
`

// Each test runs a runner or a command several times.
vi.setConfig({ testTimeout: 60_000 })

let project: Project
let endpoint: TestEndpoint
beforeAll(() => {
  project = createProject(5, {
    'vitest.config.ts': config,
    'one.test.ts': testFile,
    'two.test.ts': testFile,
    'hanging.test.ts':
      "import { test } from 'kafka-testkit/vitest'\ntest.runIf(process.env.HANG)('hangs', () => new Promise(() => {}), 60_000)\n",
    'without.test.ts': "import { test } from 'vitest'\ntest('no Kafka', () => {})\n",
  })
})
afterAll(() => project[Symbol.dispose]())
beforeEach(async () => {
  rmSync(join(project.folder, '.kafka-testkit'), { recursive: true, force: true })
  endpoint = await TestEndpoint.start()
})
afterEach(() => endpoint.close())

function runTests(env: Record<string, string> = {}, args: string[] = []): Promise<Finished> {
  return runVitest(project, args, { KAFKA_TESTKIT_TOKEN: 'secret', URL: endpoint.url, ...env })
}

/** Where the store is a file there is nothing to read of it. */
function runVitestWithoutStore(): Promise<Finished> {
  const args = ['node_modules/vitest/vitest.mjs', 'run', 'one']
  return run(project, args, { KAFKA_TESTKIT_TOKEN: 'secret', URL: endpoint.url })
}

function cli(args: string[], env: Record<string, string> = {}): Promise<Finished> {
  return run(project, ['node_modules/kafka-testkit/dist/cli/main.js', ...args], {
    KAFKA_TESTKIT_TOKEN: 'secret',
    ...env,
  })
}

const runs = (): string => join(project.folder, '.kafka-testkit/runs')
const newest = (): string => readdirSync(runs()).sort().at(-1)!
const stored = (): unknown[] => parseLines(readFileSync(join(runs(), newest(), 'run.ndjson')))
const warnings = ({ output }: Finished): string[] =>
  output.split('\n').filter((line) => line.startsWith('kafka-testkit: '))

/** The run is at the endpoint once, with every line that the store has. */
function expectArrived(): void {
  expect(endpoint.linesOf(newest())).toEqual(stored())
  expect(readdirSync(join(runs(), newest()))).toEqual(['run.ndjson'])
}

test('a run is uploaded while its tests run, and the summary says where to', async () => {
  const result = await runTests()
  expect(result.exitCode, result.output).toBe(0)
  expect(result.output).toMatch(new RegExp(`Uploaded {2}.* to ${endpoint.url}\n`))
  expect(warnings(result)).toEqual([])
  expectArrived()
  expect([...endpoint.runs.values()][0]).toMatchObject({ project: 'project' })
  expect(endpoint.log.at(-1)).toBe('PUT complete 200')
})

test('a run without Kafka is not uploaded', async () => {
  const result = await runTests({}, ['without'])
  expect(result.exitCode).toBe(0)
  expect(endpoint.log).toEqual([])
})

test('history.required makes it an exit code', async () => {
  await endpoint.close()
  expect(await runTests({ REQUIRED: '1' }, ['one'])).toMatchObject({ exitCode: 1 })
})

test('Jest uploads its runs too, and fails where one has to arrive and does not', async () => {
  using jest = createJestProject(30, {
    'jest.config.js':
      "module.exports = { preset: 'kafka-testkit', transform: {}, testEnvironmentOptions: { kafka: { history: { required: true } } } }\n",
    'one.test.js': `const { kafka } = require('kafka-testkit/jest')
test('an order is produced', async () => { await kafka.topic('orders').produce({ key: 'o-1', value: 1 }) })
`,
  })
  const env = { KAFKA_TESTKIT_TOKEN: 'secret', KAFKA_TESTKIT_ENDPOINT: endpoint.url }
  const { exitCode, output, lines } = await runJest(jest, [], env)
  expect(exitCode, output).toBe(0)
  const [received] = endpoint.runs.values()
  expect(endpoint.linesOf(received!.run.id)).toEqual(lines)

  await endpoint.close()
  const missed = await runJest(jest, [], env)
  expect(missed.exitCode).toBe(1)
  expect(warnings(missed)).toEqual([expect.stringContaining("isn't uploaded")])
}, 60_000)

test('without a token it is said, and pushed when there is one', async () => {
  const result = await runTests({ KAFKA_TESTKIT_TOKEN: '' }, ['one'])
  expect(warnings(result)).toEqual([expect.stringContaining('KAFKA_TESTKIT_TOKEN is not set')])
  expect(endpoint.log).toEqual([])
  expect(await cli(['push'], { KAFKA_TESTKIT_TOKEN: '' })).toMatchObject({ exitCode: 1 })
  await cli(['push'])
  expectArrived()
})

test('a store that can not be written is no reason not to arrive', async () => {
  rmSync(join(project.folder, '.kafka-testkit'), { recursive: true, force: true })
  writeFileSync(join(project.folder, '.kafka-testkit'), 'a file where a folder is to be')
  const result = await runVitestWithoutStore()
  expect(result.exitCode, result.output).toBe(0)
  expect(warnings(result)).toEqual([expect.stringMatching(/^kafka-testkit: this run isn't stored: .*(EEXIST|ENOTDIR)/)])
  expect([...endpoint.runs.values()]).toMatchObject([{ complete: true }])

  await endpoint.close()
  const lost = await runVitestWithoutStore()
  expect(lost.exitCode).toBe(0)
  expect(warnings(lost)).toEqual([expect.stringMatching(/isn't stored: .*; this run isn't uploaded: .*ECONNREFUSED/)])
})

test('of a runner that is killed the endpoint has what had ended, and never takes it for whole', async () => {
  const { promise: arrived, resolve } = Promise.withResolvers<void>()
  endpoint.fault = ({ what }) => {
    if (what === 'complete') throw new Error('the run is not to end')
    if (what === 'chunk') resolve()
    return false
  }
  const child = spawn(process.execPath, ['node_modules/vitest/vitest.mjs', 'run', 'one', 'hanging'], {
    cwd: project.folder,
    env: { ...process.env, VITEST: '', NODE_ENV: '', KAFKA_TESTKIT_TOKEN: 'secret', URL: endpoint.url, HANG: '1' },
    stdio: 'ignore',
    detached: process.platform !== 'win32',
  })
  await arrived
  killGroup(child.pid!)
  await once(child, 'close')
  expect(readdirSync(join(runs(), newest()))).toContain('partial.ndjson')

  endpoint.heal()
  const pushed = await cli(['push'])
  expect(pushed).toMatchObject({ exitCode: 0, output: expect.stringContaining('what there is of a run that was lost') })
  const [received] = endpoint.runs.values()
  expect(received!.complete).toBe(false)
  const lines = parseLines(readFileSync(join(runs(), newest(), 'partial.ndjson')))
  expect(endpoint.partOf(newest())).toEqual(lines)
  expect(lines).toContainEqual(expect.objectContaining({ type: 'test', name: 'an order is received' }))
  expect(await cli(['push'])).toMatchObject({ output: 'No run waits to be sent\n' })
}, 60_000)

test('an endpoint that is killed in the middle has the run once and whole after a push', async () => {
  endpoint.fault = async ({ what }) => {
    if (what === 'complete') await endpoint.close()
    return false
  }
  expect(warnings(await runTests())).toHaveLength(1)
  endpoint.heal()
  await endpoint.listen()
  await cli(['push'])
  expectArrived()
  expect(endpoint.log.filter((line) => line === 'PUT chunk 201')).toEqual([])
})

test('two uploads of one run at once are one', async () => {
  await endpoint.close()
  await runTests({}, ['one'])
  endpoint.heal()
  await endpoint.listen()
  const id = newest()
  const both = await Promise.all([cli(['push', id, '--url', endpoint.url]), cli(['push', id, '--url', endpoint.url])])
  expect(both).toMatchObject([{ exitCode: 0 }, { exitCode: 0 }])
  expectArrived()
  expect(endpoint.runs.size).toBe(1)
})

test.each([
  ['http://history.example', 'sent in the clear'],
  ['https://user:hunter2@history.example', 'it has credentials'],
  ['history.example', 'a URL is wanted'],
])('the address %s is refused where it is written', async (url, says) => {
  const { exitCode, output } = await run(project, ['node_modules/vitest/vitest.mjs', 'run', 'one'], { URL: url })
  expect(exitCode).toBe(1)
  expect(output).toContain(says)
  expect(output).not.toContain('hunter2')
})

/** A kill of the runner alone would leave its workers behind. */
function killGroup(pid: number): void {
  process.kill(process.platform === 'win32' ? pid : -pid, 'SIGKILL')
}
