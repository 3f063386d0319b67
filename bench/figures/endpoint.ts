import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Line } from '../../src/run/model.ts'
import { Client } from '../../test/endpoint/support/client.ts'
import { endLine, ndjson, runLine, testLines } from '../../test/endpoint/support/run.ts'
import { built } from '../support/built.ts'
import type { Outcome } from '../support/figure.ts'
import { firstLine } from '../support/process.ts'
import { percentile } from '../support/statistics.ts'

const DAY_MS = 24 * 60 * 60 * 1000
const token = 'ktk_the-administrator-of-the-bench'
const project = 'orders'
const uploads = { runs: 200, atOnce: 8, tests: 10 }
const largeRun = { tests: 10_000, testsAChunk: 2000 }
/** A million executions: 1,000 tests, eleven runs a day for three months. */
const history = { runs: 1000, tests: 1000, days: 90 }
const reads = 200

interface Served {
  client: Client
  [Symbol.asyncDispose](): Promise<void>
}

/** `kafka-testkit serve` in a process and a folder of its own. */
async function serve(): Promise<Served> {
  const folder = mkdtempSync(join(tmpdir(), 'kafka-testkit-bench-'))
  const args = ['serve', '--port', '0', '--rate-limit', '0', '--data', folder]
  const child = spawn(process.execPath, [fileURLToPath(built('cli/main.js')), ...args], {
    env: { ...process.env, KAFKA_TESTKIT_ADMIN_TOKEN: token, DATABASE_URL: '' },
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const url = /listens on (\S+)/.exec(await firstLine(child))?.[1]
  if (url === undefined) throw new Error('kafka-testkit serve does not say where it listens')
  child.stdout?.resume()
  return {
    client: new Client(url, token),
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGTERM')
      await once(child, 'close')
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Many small runs from several uploaders, as pipelines send them. */
async function uploadsPerSecond({ client }: Served): Promise<number> {
  const tests = Array.from({ length: uploads.tests }, (_, index) => testLines(`test ${index}`))
  const each = uploads.runs / uploads.atOnce
  const began = performance.now()
  await Promise.all(
    Array.from({ length: uploads.atOnce }, async () => {
      for (let run = 0; run < each; run += 1) await client.upload([tests.flat()], runLine(), project)
    }),
  )
  return uploads.runs / ((performance.now() - began) / 1000)
}

/** Milliseconds to take one large run in, from its begin to its completion. */
async function ingest({ client }: Served): Promise<number> {
  const tests = Array.from({ length: largeRun.tests }, (_, index) => testLines(`suite ${index % 100} > test ${index}`))
  const parts: Line[][] = []
  for (let start = 0; start < tests.length; start += largeRun.testsAChunk) {
    parts.push(tests.slice(start, start + largeRun.testsAChunk).flat())
  }
  const began = performance.now()
  await client.upload(parts, runLine(), 'large')
  return performance.now() - began
}

/** Fills in the history, test lines only: what was recorded in a test is not in any list. */
async function fill({ client }: Served): Promise<{ run: string; test: string }> {
  const now = Date.now()
  const chunks = Array.from({ length: 10 }, (_, variant) => {
    const lines = Array.from({ length: history.tests }, (__, index) => {
      const status = (index * 7 + variant) % 97 === 0 ? 'failed' : 'passed'
      return testLines(`suite ${index % 50} > test ${index}`, { status, duration: 5 + (index % 40) })[0]!
    })
    return ndjson([...lines, endLine(lines)])
  })
  let last = ''
  for (let index = 0; index < history.runs; index += 1) {
    const chunk = chunks[index % chunks.length]!
    const run = runLine({ startedAt: now - ((history.runs - index) * history.days * DAY_MS) / history.runs })
    await client.begin(run, project)
    await client.chunk(run.id, 0, chunk)
    const { status } = await client.complete(run.id, [chunk])
    if (status !== 200) throw new Error(`the history is not filled: ${status}`)
    last = run.id
  }
  const { body } = await client.get(`/v1/projects/${project}/insights/tests?limit=1`)
  return { run: last, test: body.tests[0].test.id }
}

/** Milliseconds of each read, over HTTP, one after the other. */
async function read(client: Client, path: string): Promise<{ p50: number; p95: number }> {
  const times: number[] = []
  for (let index = 0; index < reads; index += 1) {
    const began = performance.now()
    const { status } = await client.get(path)
    times.push(performance.now() - began)
    if (status !== 200) throw new Error(`${path} answers ${status}`)
  }
  return { p50: percentile(times, 50), p95: percentile(times, 95) }
}

async function memory({ client }: Served): Promise<number> {
  const { body } = await client.get('/metrics')
  return Number(/^process_resident_memory_bytes (\d+)$/m.exec(body)?.[1]) / 1024 / 1024
}

/** The endpoint with its embedded store: how fast runs come in, and how fast pages get what they show. */
export default async function endpoint(): Promise<Outcome[]> {
  await using served = await serve()
  const idle = await memory(served)
  const perSecond = await uploadsPerSecond(served)
  const ingested = await ingest(served)
  const { run, test } = await fill(served)
  const from = new Date(Date.now() - history.days * DAY_MS).toISOString().slice(0, 10)
  const of = `/v1/projects/${project}`
  const pages = {
    'list of runs': `${of}/runs`,
    'tests of a run': `/v1/runs/${run}/tests`,
    'a test from run to run': `${of}/tests/${test}?from=${from}`,
    'insights by day, 90 days': `${of}/insights/days?from=${from}`,
    'insights by test, 30 days': `${of}/insights/tests`,
    'insights by test, 90 days': `${of}/insights/tests?from=${from}`,
    'insights by task, 90 days': `${of}/insights/tasks?from=${from}`,
  }
  const outcomes: Outcome[] = []
  for (const [name, path] of Object.entries(pages)) {
    const { p50, p95 } = await read(served.client, path)
    const details = { executions: history.runs * history.tests, 'p50 ms': p50 }
    outcomes.push({ name: `${name}, p95`, measured: p95, unit: 'ms', goal: { atMost: 100 }, details })
  }
  const whole = await memory(served)
  return [
    { name: 'uploads of small runs', measured: perSecond, unit: 'a second', details: { 'at once': uploads.atOnce } },
    { name: 'a run of 10,000 tests taken in', measured: ingested, unit: 'ms', details: { tests: largeRun.tests } },
    ...outcomes,
    { name: 'memory of the endpoint after all that', measured: whole, unit: 'MB', details: { 'idle MB': idle } },
  ]
}
