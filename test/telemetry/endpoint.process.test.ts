import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Client } from '../endpoint/support/client.ts'
import { ndjson, runLine, testLines } from '../endpoint/support/run.ts'
import { createProject } from '../support/project.ts'
import { findCanaries, plant } from './canaries.ts'
import { createPerson, type Person } from './person.ts'
import { refusedPort, startAgent, startBlackHole, startSink } from './sinks.ts'

let operator: Person
beforeEach(() => {
  operator = createPerson(createProject(5, {}))
})
afterEach(() => operator[Symbol.dispose]())

interface Served {
  client: Client
  data: string
  log: string[]
  stop(): Promise<number | null>
  [Symbol.asyncDispose](): Promise<void>
}

/** `npx kafka-testkit serve` with an operator's environment, when it listens. */
async function serve(env: Record<string, string>): Promise<Served> {
  const data = join(operator.project.folder, 'data')
  const args = ['node_modules/kafka-testkit/dist/cli/main.js', 'serve', '--port', '0', '--data', data]
  const child: ChildProcess = spawn(process.execPath, args, {
    cwd: operator.project.folder,
    env: { ...process.env, ...operator.env, KAFKA_TESTKIT_ADMIN_TOKEN: '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const closed = once(child, 'close')
  const log: string[] = []
  createInterface({ input: child.stderr! }).on('line', (line) => log.push(line))
  let url: string | undefined
  let token: string | undefined
  for await (const line of createInterface({ input: child.stdout! })) {
    url ??= /listens on (\S+)/.exec(line)?.[1]
    token ??= /shown this once: (\S+)/.exec(line)?.[1]
    if (url !== undefined && token !== undefined) break
  }
  if (url === undefined) throw new Error(`it does not listen:\n${log.join('\n')}`)
  child.stdout!.resume()
  const stop = async (): Promise<number | null> => {
    child.kill('SIGTERM')
    return (await closed)[0] as number | null
  }
  return { client: new Client(url, token), data, log, stop, [Symbol.asyncDispose]: async () => void (await stop()) }
}

function destinations(http: number, udp: number): Record<string, string> {
  return {
    KAFKA_TESTKIT_TELEMETRY: 'on',
    KAFKA_TESTKIT_TELEMETRY_SEGMENT_WRITE_KEY: 'writeKey',
    KAFKA_TESTKIT_TELEMETRY_SEGMENT_HOST: `http://127.0.0.1:${http}`,
    KAFKA_TESTKIT_TELEMETRY_SENTRY_DSN: `http://key@127.0.0.1:${http}/1`,
    KAFKA_TESTKIT_TELEMETRY_DOGSTATSD: `127.0.0.1:${udp}`,
  }
}

test("an operator's environment turns it on: usage, failures and metrics arrive, and nothing that was uploaded", async () => {
  const words = plant(['user', 'tags', 'project', 'branch', 'test', 'unknownPath', 'query', 'agent'])
  await using sink = await startSink()
  await using agent = await startAgent()
  const environment = { USER: words.user, HOSTNAME: words.user, DD_TAGS: `a:${words.tags}`, DD_SERVICE: words.tags }
  await using served = await serve({ ...destinations(sink.port, agent.port), ...environment })
  const { client } = served

  const run = { ...runLine(), branch: words.branch }
  await client.upload([testLines(words.test)], run, words.project)
  await client.send('GET', `/v1/${words.unknownPath}?a=${words.query}`, undefined, { 'user-agent': words.agent })
  await agent.saw('kafka_testkit.endpoint.requests:1|c|#method:GET')

  // No chunk can be written where its folder is a file.
  rmSync(join(served.data, 'chunks'), { recursive: true })
  writeFileSync(join(served.data, 'chunks'), '')
  const next = runLine()
  await client.begin(next, words.project)
  for (let seq = 0; seq < 3; seq++)
    expect((await client.chunk(next.id, seq, ndjson(testLines(words.test)))).status).toBe(500)
  await agent.saw('kafka_testkit.endpoint.requests:1|c|#method:PUT,route:/v1/runs/id/chunks/seq,status:500')
  await sink.saw(2)

  expect(agent.lines).toContain('kafka_testkit.endpoint.requests:1|c|#method:PUT,route:/v1/runs/id/complete,status:200')
  expect(agent.lines).toContain('kafka_testkit.endpoint.runs_completed:1|c')
  expect(agent.lines.join('\n')).toMatch(/^kafka_testkit\.endpoint\.request\.milliseconds:\d+\|d\|#method:PUT/m)
  expect(sink.usage()).toMatchObject([{ event: 'kafka-testkit serve', properties: { failed: false } }])
  expect(sink.errors()).toMatchObject([
    { exception: { values: [{ type: 'Error' }] }, tags: { code: expect.any(String) } },
  ])
  const arrived = sink.received.map(({ url, headers, body }) => `${url}\n${JSON.stringify(headers)}\n${body}`)
  expect(findCanaries(words, [...arrived, ...agent.lines].join('\n'))).toEqual([])
}, 60_000)

test.each([
  ['never answers', startBlackHole],
  ['is not there', async () => ({ port: await refusedPort(), [Symbol.asyncDispose]: async () => {} })],
])(
  'an endpoint serves and stops as it would, when what it reports to %s',
  async (_, start) => {
    await using dead = await start()
    await using served = await serve(destinations(dead.port, dead.port))
    await served.client.upload([testLines('one')])
    expect(await served.stop()).toBe(process.platform === 'win32' ? null : 0)
    expect(served.log.filter((line) => /telemetry|"error"/.test(line))).toEqual([])
  },
  60_000,
)

test('what is not installed is one line of its log each', async () => {
  for (const name of ['@sentry', 'hot-shots'])
    rmSync(join(operator.project.folder, 'node_modules', name), { recursive: true })
  await using incomplete = await serve(destinations(await refusedPort(), await refusedPort()))
  expect((await incomplete.client.get('/health')).status).toBe(200)
  expect(incomplete.log.filter((line) => line.includes('telemetry')).map((line) => JSON.parse(line))).toMatchObject([
    { level: 'warn', event: 'telemetry: @sentry/node is not installed (npm i -D @sentry/node)' },
    { level: 'warn', event: 'telemetry: hot-shots is not installed (npm i -D hot-shots)' },
  ])
}, 60_000)

test('what is wrong is one line of its log', async () => {
  await using wrong = await serve({ KAFKA_TESTKIT_TELEMETRY: 'on', KAFKA_TESTKIT_TELEMETRY_DOGSTATSD: 'agent' })
  expect((await wrong.client.get('/health')).status).toBe(200)
  expect(wrong.log.join('\n')).toMatch(/"level":"warn".*option \\"KAFKA_TESTKIT_TELEMETRY_DOGSTATSD\\" is \\"agent\\"/)
}, 60_000)
