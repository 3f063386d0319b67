import { readdirSync, readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Fault, parseLines, TestEndpoint } from '../support/endpoint.ts'
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

let project: Project
let endpoint: TestEndpoint
beforeAll(() => {
  project = createProject(5, {
    'vitest.config.ts': config,
    'one.test.ts': testFile,
    'two.test.ts': testFile,
    'without.test.ts': "import { test } from 'vitest'\ntest('no Kafka', () => {})\n",
  })
})
afterAll(() => project[Symbol.dispose]())
beforeEach(async () => {
  endpoint = await TestEndpoint.start()
})
afterEach(() => endpoint.close())

function runTests(env: Record<string, string> = {}, args: string[] = []): Promise<Finished> {
  return runVitest(project, args, { KAFKA_TESTKIT_TOKEN: 'secret', URL: endpoint.url, ...env })
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
