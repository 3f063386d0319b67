import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { resolveConfig } from '../../src/config/config.ts'
import { pushRun } from '../../src/history/push.ts'
import { Store } from '../../src/history/store.ts'
import { type EndedRun, Run } from '../../src/reporter/run.ts'
import { SpoolFiles } from '../../src/reporter/spool-files.ts'
import { spoolRecorder } from '../../src/run/spool.ts'
import { type Fault, parseLines, type Request, TestEndpoint } from '../support/endpoint.ts'

/*
 * Answers with status 200 of what is no endpoint: a proxy, a login page, a web application at a wrong path, a mock. None
 * of them is taken for an upload, and nothing is deleted for one.
 */
const root = mkdtempSync(join(tmpdir(), 'kafka-testkit-foreign-'))
const spool = new SpoolFiles()
const store = new Store(root)
const token = 'a-token-that-nobody-is-to-see'
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

/** A run of one test that touches Kafka; it has to arrive, and is kept only until then. */
async function runTests(): Promise<EndedRun> {
  const history = { enabled: false, required: true, endpoint: { url: endpoint.url, timeout: 10_000 } }
  const config = resolveConfig({ project: 'shop', history })
  const run = await Run.begin({ root, config, runner: { name: 'vitest', version: '5.1.1' }, shard: null }, spool)
  const recorder = spoolRecorder(spool.folder)
  recorder.write({ type: 'attempt', test: '1', attempt: 0, startedAt: Date.now(), file: 'a.test.ts', name: 'an order' })
  recorder.write({ type: 'attempt end', test: '1', attempt: 0, duration: 12.5 })
  recorder.close()
  const times = { startedAt: Date.now(), duration: 12.5 }
  const attempts = [{ attempt: 0, status: 'passed' as const, ...times, errors: [] }]
  const named = {
    id: '1',
    project: '',
    file: 'a.test.ts',
    name: 'an order',
    titles: ['an order'],
    status: 'passed' as const,
  }
  return await run.end({ tests: [{ ...named, ...times, attempts: () => attempts }], errors: [] }, false)
}

/** What is said of the upload; port and id are others each time. */
const said = ({ warning, run }: EndedRun): string =>
  warning!.replaceAll(endpoint.url, '<endpoint>').replaceAll(run.id, '<id>')

type Foreign = (request: Request) => { type?: string; status?: number; text: string }

const foreign: Record<string, Foreign> = {
  'a login page': () => ({ type: 'text/html; charset=utf-8', text: '<html>Please log in</html>' }),
  'a page of several lines, with control characters': () => ({
    type: 'text/html',
    text: `<!doctype html>\r\n\t<title>\u001b[2JSign in</title>\n${'<p>welcome</p>'.repeat(20)}`,
  }),
  'nothing at all': () => ({ text: '' }),
  'JSON of something else': () => ({ type: 'application/json', text: '{"ok":true}' }),
  'JSON that is said to be text': ({ incoming }) => ({
    type: 'text/plain',
    text: JSON.stringify({ id: incoming.url!.split('/')[3], state: 'complete', digest: null }),
  }),
  'a list': () => ({ type: 'application/json', text: '[]' }),
  'what was sent, headers and all': ({ incoming, bytes }) => ({
    type: 'application/json',
    text: JSON.stringify({ authorization: incoming.headers.authorization, data: bytes.toString('latin1') }),
  }),
  'a refusal by a proxy': () => ({ status: 403, type: 'text/html', text: '<h1>Blocked by policy</h1>' }),
  'another run': () => ({
    type: 'application/json',
    text: '{"id":"01a213a1-a1ea-747a-8c14-ea849b8a91bb","state":"complete","digest":null}',
  }),
}

function answerBy(given: Foreign, whats: readonly string[]): Fault {
  return (request, response) => {
    if (!whats.includes(request.what)) return false
    const { type, status = 200, text } = given(request)
    response.writeHead(status, { 'set-cookie': 'session=hunter2', ...(type !== undefined && { 'content-type': type }) })
    response.end(text)
    return true
  }
}

async function expectPushed(): Promise<void> {
  endpoint.heal()
  const [id] = store.ids()
  const lines = parseLines(readFileSync(join(store.folder, 'runs', id!, 'run.ndjson')))
  expect(store.waitingIds()).toEqual([id])
  await pushRun(store, id!, store.waiting(id!)!, { token: 'secret' })
  expect(endpoint.linesOf(id!)).toEqual(lines)
  expect(readdirSync(join(store.folder, 'runs'))).toEqual([])
}

describe.each(Object.entries(foreign))('%s', (_, given) => {
  test('in the place of every answer is no upload: the run waits, and says what it got', async () => {
    endpoint.fault = answerBy(given, ['run', 'chunk', 'complete', 'chunks'])
    const ended = await runTests()
    expect(ended).toMatchObject({ uploaded: null, fails: true })
    expect(said(ended)).toMatchSnapshot()
    await expectPushed()
  })

  test.each(['chunk', 'complete'])('in the place of the answer to a %s is none either', async (what) => {
    endpoint.fault = answerBy(given, [what])
    const ended = await runTests()
    expect(ended).toMatchObject({ uploaded: null, fails: true })
    expect(said(ended)).toContain('not as an endpoint of kafka-testkit does')
    await expectPushed()
  })

  test('is no answer to a push', async () => {
    endpoint.fault = answerBy(given, ['run'])
    await runTests()
    const [id] = store.ids()
    for (const what of ['chunks', 'run', 'chunk', 'complete']) {
      endpoint.heal()
      endpoint.fault = answerBy(given, [what])
      await expect(pushRun(store, id!, store.waiting(id!)!, { token: 'secret' })).rejects.toThrow(
        'not as an endpoint of kafka-testkit does',
      )
    }
    await expectPushed()
  })
})

test.each([
  ['another digest', { state: 'complete', digest: `sha-256=:${'A'.repeat(43)}=:` }],
  ['no digest', { state: 'complete' }],
  ['another state', { state: 'running', digest: null }],
])('an end that is answered with %s has not arrived', async (_, members) => {
  endpoint.fault = ({ what, incoming }, response) => {
    if (what !== 'complete') return false
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end(JSON.stringify({ id: incoming.url!.split('/')[3], ...members }))
    return true
  }
  expect(await runTests()).toMatchObject({ uploaded: null, fails: true })
  await expectPushed()
})

test('of the token nothing is said, whoever sends it back', async () => {
  vi.stubEnv('KAFKA_TESTKIT_TOKEN', token)
  endpoint.fault = ({ incoming }, response) => {
    response.writeHead(200, { 'content-type': 'text/plain' })
    response.end(`you sent ${incoming.headers.authorization}`)
    return true
  }
  const { warning } = await runTests()
  expect(warning).toContain('you sent Bearer <redacted>')
  expect(warning).not.toContain(token)
})

test('a run that was not waiting waits after a push that a proxy answered', async () => {
  endpoint.fault = answerBy(foreign['a login page']!, ['run'])
  await runTests()
  const [id] = store.ids()
  const waiting = { ...store.waiting(id!)!, temporary: false }
  store.arrived(id!)
  await expect(pushRun(store, id!, waiting, { token: 'secret' })).rejects.toThrow('Please log in')
  expect(store.waitingIds()).toEqual([id])
})
