import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeEach, expect, test, vi } from 'vitest'
import { resolveConfig } from '../../src/config/config.ts'
import { Store } from '../../src/history/store.ts'
import type { Results } from '../../src/reporter/join.ts'
import { type EndedRun, Run } from '../../src/reporter/run.ts'
import { SpoolFiles } from '../../src/reporter/spool-files.ts'
import type { RunLine } from '../../src/run/model.ts'
import { TestEndpoint } from '../support/endpoint.ts'

// Which runs without a test that touched Kafka are worth keeping.
const root = mkdtempSync(join(tmpdir(), 'kafka-testkit-without-kafka-'))
const spool = new SpoolFiles()
let endpoint: TestEndpoint
beforeEach(async () => {
  vi.stubEnv('KAFKA_TESTKIT_TOKEN', 'secret')
  endpoint = await TestEndpoint.start()
})
afterEach(async () => {
  vi.unstubAllEnvs()
  await endpoint.close()
})
afterAll(() => {
  rmSync(root, { recursive: true, force: true })
  spool.remove()
})

const error = { project: '', file: 'a.test.ts', suite: null, name: 'Error', message: 'the service did not start' }

async function runTests({
  shard = null,
  errors = [],
}: {
  shard?: RunLine['shard']
  errors?: Results['errors']
}): Promise<EndedRun> {
  const config = resolveConfig({ project: 'shop', history: { endpoint: { url: endpoint.url } } })
  const run = await Run.begin({ root, config, runner: { name: 'vitest', version: '5.1.1' }, shard }, spool)
  const times = { startedAt: Date.now(), duration: 1 }
  const named = { id: '1', project: '', file: 'a.test.ts', name: 'without', titles: ['without'] }
  const attempt = { attempt: 0, status: 'passed' as const, ...times, errors: [] }
  run.fileEnded({ tests: [{ ...named, ...times, status: 'passed', attempts: () => [attempt] }], errors })
  return await run.end({ tests: [], errors: [] }, errors.length > 0)
}

test('a run without Kafka is neither stored nor uploaded', async () => {
  const { run } = await runTests({})
  expect(new Store(root).ids()).toEqual([])
  expect(endpoint.runs.has(run.id)).toBe(false)
})

test('a shard without Kafka is both: the others need it to become a run', async () => {
  const { run } = await runTests({ shard: { index: 2, count: 3 } })
  const { lines } = new Store(root).read(run.id)
  expect(lines.map(({ type }) => type)).toEqual(['run', 'cluster', 'test', 'end'])
  expect(endpoint.linesOf(run.id)).toEqual(lines)
})

test('so is a run in which something failed outside of its tests', async () => {
  const { run } = await runTests({ errors: [error] })
  const { lines } = new Store(root).read(run.id)
  expect(lines.map(({ type }) => type)).toEqual(['run', 'cluster', 'test', 'error', 'end'])
  expect(endpoint.linesOf(run.id)).toEqual(lines)
})
