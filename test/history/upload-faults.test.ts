import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { zstdDecompressSync } from 'node:zlib'
import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { resolveConfig } from '../../src/config/config.ts'
import { pushRun } from '../../src/history/push.ts'
import { Store } from '../../src/history/store.ts'
import type { TestResult } from '../../src/reporter/join.ts'
import { type EndedRun, Run } from '../../src/reporter/run.ts'
import { SpoolFiles } from '../../src/reporter/spool-files.ts'
import { spoolRecorder } from '../../src/run/spool.ts'
import { type Fault, parseLines, TestEndpoint } from '../support/endpoint.ts'

/*
 * What a runner's reporter does, with a real server that has faults. `upload.process.test.ts` has the same in whole runs
 * of a runner, where the faults are those of its process.
 */
const root = mkdtempSync(join(tmpdir(), 'kafka-testkit-upload-'))
const spool = new SpoolFiles()
const store = new Store(root)
let endpoint: TestEndpoint
beforeEach(async () => {
  vi.stubEnv('KAFKA_TESTKIT_TOKEN', 'secret')
  endpoint = await TestEndpoint.start()
})
afterEach(async () => {
  vi.unstubAllEnvs()
  await endpoint.close()
  rmSync(store.folder, { recursive: true, force: true })
})
afterAll(() => {
  rmSync(root, { recursive: true, force: true })
  spool.remove()
})

/** A run of two test files, of which each has one test that touches Kafka. */
async function runTests({ timeout = 10_000, url = endpoint.url, enabled = true } = {}): Promise<EndedRun> {
  const config = resolveConfig({ project: 'shop', history: { enabled, endpoint: { url, timeout } } })
  const run = await Run.begin({ root, config, runner: { name: 'vitest', version: '5.1.1' }, shard: null }, spool)
  const results = ['one.test.ts', 'two.test.ts'].map((file): TestResult => {
    recordTest(file)
    const times = { startedAt: Date.now(), duration: 12.5 }
    const attempt = { attempt: 0, status: 'passed' as const, ...times, errors: [] }
    return {
      id: file,
      project: '',
      file,
      name: 'an order',
      titles: ['an order'],
      status: 'passed',
      ...times,
      attempts: () => [attempt],
    }
  })
  for (const result of results) run.fileEnded({ tests: [result], errors: [] })
  return await run.end({ tests: results, errors: [] }, false)
}

function recordTest(test: string): void {
  const recorder = spoolRecorder(spool.folder)
  recorder.write({ type: 'attempt', test, attempt: 0, startedAt: Date.now(), file: test, name: 'an order' })
  for (let index = 0; index < 20; index++) {
    const times = { at: index, duration: Math.random() }
    const moved = { records: 1, bytes: 17 }
    const what = { id: `${index}`, kind: 'produce' as const, topic: 'orders', group: null, status: 'passed' as const }
    recorder.write({ type: 'task', test, attempt: 0, ...what, ...times, ...moved, error: null })
  }
  const verdict = {
    verdict: 'failed' as const,
    expected: '"hunter2"',
    actual: null,
    message: 'no hunter2',
    closest: null,
  }
  const subject = { matcher: 'toReceiveRecord', negated: false, subject: 'topic orders', paths: [] }
  recorder.write({ type: 'check', test, attempt: 0, ...subject, ...verdict, at: 20, duration: 1 })
  recorder.write({ type: 'attempt end', test, attempt: 0, duration: 12.5 })
  recorder.close()
}

const newest = (): string => store.ids()[0]!

/** The run is at the endpoint once, with every line that the store has, and waits no longer. */
function expectArrived(): void {
  const folder = join(store.folder, 'runs', newest())
  expect(endpoint.linesOf(newest())).toEqual(parseLines(readFileSync(join(folder, 'run.ndjson'))))
  expect(readdirSync(folder)).toEqual(['run.ndjson'])
  if (process.platform !== 'win32') expect(statSync(join(folder, 'run.ndjson')).mode & 0o777).toBe(0o600)
}

/** Faults that an upload gets over by itself. */
const passing: Record<string, () => void> = {
  '502 once': () => {
    endpoint.fault = ({ what, count }, response) => what === 'chunk' && count === 1 && answer(response, 502)
  },
  '429 with Retry-After': () => {
    endpoint.fault = ({ what, count }, response) =>
      what === 'run' && count === 1 && answer(response, 429, { 'retry-after': '1' })
  },
  '503 when all is there': () => {
    endpoint.fault = ({ what, count }, response) => what === 'complete' && count === 1 && answer(response, 503)
  },
  'slow answers': () => {
    endpoint.fault = () => new Promise((resolve) => setTimeout(() => resolve(false), 200))
  },
  'a reset in the middle of a body': () => {
    let resets = 0
    endpoint.onBody = ({ socket, url }) => {
      if (url?.includes('/chunks/') && resets++ === 0) socket.resetAndDestroy()
    }
  },
  'half a response': () => {
    endpoint.fault = ({ what, count }, response) => what === 'chunk' && count === 1 && answerByHalf(response)
  },
  'an endpoint that has forgotten the run': () => {
    endpoint.fault = ({ what, count }) => {
      if (what === 'complete' && count === 1) endpoint.runs.clear()
      return false
    }
  },
  'an endpoint that has lost a chunk': () => {
    endpoint.fault = ({ what, count }) => {
      if (what === 'complete' && count === 1) for (const { chunks } of endpoint.runs.values()) chunks.delete(0)
      return false
    }
  },
}

test.each(Object.entries(passing))('%s costs nothing but time', async (_, prepare) => {
  prepare()
  expect((await runTests()).warning).toBe(null)
  expectArrived()
})

test.each([
  ['zstd', 'gzip'],
  ['zstd gzip', 'identity'],
])('an endpoint that does not take %s gets %s', async (refused, used) => {
  endpoint.fault = ({ what, incoming }, response) =>
    what === 'chunk' &&
    refused.split(' ').includes(String(incoming.headers['content-encoding'])) &&
    answer(response, 415)
  expect((await runTests()).warning).toBe(null)
  expectArrived()
  const [received] = endpoint.runs.values()
  expect([...received!.chunks.values()].map(({ encoding }) => encoding)).toContain(used)
})

test('a chunk that is too large is split', async () => {
  endpoint.fault = ({ what, bytes }, response) => what === 'chunk' && bytes.length > 500 && answer(response, 413)
  expect((await runTests()).warning).toBe(null)
  expectArrived()
  expect([...endpoint.runs.values()][0]!.chunks.size).toBeGreaterThan(2)
})

/** Faults that an upload gives up on: what its one line says of each. */
const lasting: Record<string, [prepare: () => void | Promise<void>, says: string | RegExp]> = {
  'a refused connection': [() => endpoint.close(), "can't be reached (ECONNREFUSED)"],
  'a black hole': [
    () => {
      endpoint.fault = () => new Promise(() => {})
    },
    /took longer than 1 s|no answer within 1 s/,
  ],
  'answers later than the deadline': [
    () => {
      endpoint.fault = ({ what }) =>
        what === 'complete' ? new Promise((resolve) => setTimeout(() => resolve(false), 5000).unref()) : false
    },
    /took longer than 1 s|no answer within 1 s/,
  ],
  '401': [() => always(401), /answered 401 .*KAFKA_TESTKIT_TOKEN/],
  '403': [() => always(403), /answered 403 .*has no right/],
  '404': [() => always(404), /answered 404 .*is the URL/],
  '413 for a single line': [
    () => {
      endpoint.fault = ({ what }, response) => what === 'chunk' && answer(response, 413)
    },
    'answered 413',
  ],
  '415 for whatever it is': [
    () => {
      endpoint.fault = ({ what }, response) => what === 'chunk' && answer(response, 415)
    },
    'answered 415',
  ],
  '422 with its reason': [
    () => {
      endpoint.fault = ({ what }, response) =>
        what === 'chunk' && answer(response, 422, {}, { title: 'redaction required', detail: 'record data\u001b[2J' })
    },
    /answered 422 .*: redaction required: record data \[2J \(push --redact all leaves the data out\);/,
  ],
  '429 for an hour': [
    () => {
      endpoint.fault = (_, response) => answer(response, 429, { 'retry-after': '3600' })
    },
    'answered 429',
  ],
  '500': [() => always(500), 'answered 500'],
  '502 for ever': [() => always(502), /answered 502|took longer/],
  'resets in the middle of each body': [
    () => {
      endpoint.onBody = ({ socket, url }) => url?.includes('/chunks/') && socket.resetAndDestroy()
    },
    /can't be reached|took longer/,
  ],
  'half of each response': [
    () => {
      endpoint.fault = (_, response) => answerByHalf(response)
    },
    /can't be reached|took longer/,
  ],
  'a body that arrives otherwise than it was sent': [
    () => {
      endpoint.fault = ({ what }, response) =>
        what === 'chunk' && answer(response, 400, {}, { title: 'digest differs' })
    },
    'answered 400',
  ],
  'a run that arrived otherwise than it was sent': [
    () => {
      endpoint.fault = ({ what }, response) =>
        what === 'complete' && answer(response, 422, {}, { title: 'digest differs' })
    },
    'answered 422',
  ],
}

describe.each(Object.entries(lasting))('%s', (_, [prepare, says]) => {
  test('costs one line, and the run is pushed later, once and whole', async () => {
    await prepare()
    const { warning, fails } = await runTests({ timeout: 1000 })
    expect(warning).toMatch(/^this run isn't uploaded: [^\n]*; it waits in .kafka-testkit: npx kafka-testkit push$/)
    expect(warning).toMatch(says)
    expect(fails).toBe(false)

    endpoint.heal()
    if (!endpoint.listening) await endpoint.listen()
    expect(store.waitingIds()).toEqual([newest()])
    await pushRun(store, newest(), store.waiting(newest())!, { token: 'secret' })
    expectArrived()
  })
})

test('the token goes to no other address: a redirect is not followed', async () => {
  const seen: string[] = []
  const other = createServer((request, response) => {
    seen.push(request.url!)
    response.end('{}')
  }).listen(0, '127.0.0.1')
  await once(other, 'listening')
  const { port } = other.address() as AddressInfo
  endpoint.fault = ({ incoming }, response) =>
    answer(response, 307, { location: `http://127.0.0.1:${port}${incoming.url}` })
  expect((await runTests()).warning).toContain('redirects, which is not followed')
  expect(seen).toEqual([])
  other.close()
})

test('where runs are not stored, one stays only until it has arrived', async () => {
  expect((await runTests({ enabled: false })).folder).toBe(null)
  expect([...endpoint.runs.values()]).toMatchObject([{ complete: true }])
  expect(store.ids()).toEqual([])

  await endpoint.close()
  await runTests({ enabled: false })
  const [id] = store.ids()
  endpoint.heal()
  await endpoint.listen()
  await pushRun(store, id!, store.waiting(id!)!, { token: 'secret' })
  expect(endpoint.runs.get(id!)).toMatchObject({ complete: true })
  expect(store.ids()).toEqual([])
})

test('a proxy is asked for a tunnel to the endpoint, and never sees the token; this machine is reached without one', async () => {
  const seen: string[] = []
  const proxy = createServer((request) => seen.push(`${request.method} ${request.url}`))
  proxy.on('connect', ({ method, url, headers }, socket) => {
    seen.push(`${method} ${url} ${JSON.stringify(headers)}`)
    socket.end('HTTP/1.1 403 Forbidden\r\n\r\n')
  })
  proxy.listen(0, '127.0.0.1')
  await once(proxy, 'listening')
  for (const name of ['https_proxy', 'http_proxy']) {
    vi.stubEnv(name, `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`)
  }
  for (const name of ['no_proxy', 'NO_PROXY']) vi.stubEnv(name, '')

  expect((await runTests()).warning).toBe(null)
  expect(seen).toEqual([])

  const { warning } = await runTests({ url: 'https://history.example:8443', timeout: 5000 })
  expect(warning).toContain("https://history.example:8443 can't be reached")
  expect(seen[0]).toMatch(/^CONNECT history\.example:8443 /)
  expect(seen.join()).not.toContain('secret')
  proxy.close()
})

test('push leaves out what it is told to, also where the endpoint refused the run as it is', async () => {
  endpoint.fault = ({ what, bytes }, response) =>
    what === 'chunk' &&
    zstdDecompressSync(bytes).includes('hunter2') &&
    answer(response, 422, {}, { title: 'redaction required' })
  expect((await runTests()).warning).toContain('push --redact all')
  const waiting = { ...store.waiting(newest())!, cuts: [] }
  await pushRun(store, newest(), waiting, { token: 'secret', redact: { records: true, checks: true } })
  const lines = endpoint.linesOf(newest())
  expect(lines).toHaveLength(parseLines(store.readFile(newest()).lines).length + 1)
  expect(JSON.stringify(lines)).not.toContain('hunter2')
  expect(store.waitingIds()).toEqual([])
})

test('a run that is there without data is not mixed with the one that has it', async () => {
  await endpoint.close()
  await runTests()
  endpoint.heal()
  await endpoint.listen()
  const waiting = { ...store.waiting(newest())!, cuts: [] }
  await pushRun(store, newest(), waiting, { token: 'secret', redact: { records: true, checks: true } })
  expect(endpoint.linesOf(newest())[0]).toMatchObject({ redacted: { records: true, checks: true } })
  await expect(pushRun(store, newest(), waiting, { token: 'secret' })).rejects.toThrow('answered 409 to a new run')
  expect(store.waitingIds()).toEqual([])
})

function always(status: number): void {
  endpoint.fault = (_, response) => answer(response, status)
}

function answer(
  response: Parameters<Fault>[1],
  status: number,
  headers: Record<string, string> = {},
  body: object = { title: 'a fault' },
): true {
  response.writeHead(status, { 'content-type': 'application/problem+json', ...headers })
  response.end(JSON.stringify(body))
  return true
}

function answerByHalf(response: Parameters<Fault>[1]): true {
  response.writeHead(201, { 'content-length': '100' })
  response.write('{', () => response.destroy())
  return true
}
