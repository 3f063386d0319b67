import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { createProject, type Project, runVitest, type VitestResult } from '../support/project.ts'
import { findCanaries, plant } from './canaries.ts'
import { createPerson, type Person } from './person.ts'
import { type Sink, startSink } from './sinks.ts'

const words = plant([
  ...(['host', 'user', 'home', 'path', 'project', 'branch', 'file', 'describe', 'test', 'environment'] as const),
  ...(['topic', 'group', 'client', 'key', 'value', 'property', 'header', 'headerValue', 'variable'] as const),
  ...(['message', 'errorName', 'errorCode', 'cause', 'console', 'pattern', 'env', 'argument'] as const),
  ...(['datadogTags', 'datadogEnv', 'sentryName', 'sentryRelease', 'sentryEnvironment'] as const),
  ...(['scopeUser', 'scopeTag', 'scopeAttachment', 'breadcrumb', 'processor'] as const),
])

/** What a project may do in the runner's main process: a Sentry of its own, whose global scope reaches every client. */
const config = `import * as Sentry from '@sentry/node'
import kafka from 'kafka-testkit/vitest/config'
Sentry.getGlobalScope().setUser({ username: '${words.scopeUser}' }).setTag('tag', '${words.scopeTag}')
Sentry.getGlobalScope().addAttachment({ filename: 'a.txt', data: '${words.scopeAttachment}' })
Sentry.getIsolationScope().addBreadcrumb({ message: '${words.breadcrumb}' })
Sentry.getGlobalScope().addEventProcessor((event) => ({ ...event, message: '${words.processor}', extra: { a: '${words.processor}' } }))
export default {
  plugins: [kafka({ project: '${words.project}', environment: '${words.environment}', variables: { secret: '${words.variable}' } })],
}`

const tests = `import { expect, test } from 'kafka-testkit/vitest'
import { describe } from 'vitest'
class Failure extends Error { name = '${words.errorName}'; code = '${words.errorCode}' }
describe('${words.describe}', () => {
  test('${words.test}', async ({ kafka }) => {
    console.log('${words.console}', kafka.variables.secret)
    await kafka.topic('${words.topic}').produce({
      key: '${words.key}', value: { '${words.property}': '${words.value}' }, headers: { '${words.header}': '${words.headerValue}' },
    })
    await kafka.client({ clientId: '${words.client}' }).admin().connect()
    const consumer = await kafka.consumer({ groupId: '${words.group}' })
    await consumer.subscribe({ topics: ['${words.topic}'], fromBeginning: true })
    await consumer.run({ eachMessage: async () => {} })
    await expect(kafka.group('${words.group}')).toCatchUp()
    await expect(kafka.topic('${words.topic}')).toReceiveRecord({ value: { '${words.property}': '${words.pattern}' } }, { timeout: 50 })
  })
  test('a test that throws', () => { throw new Failure('${words.message}', { cause: new Error('${words.cause}') }) })
})`

/** The machine's names, as every library of the process sees them. */
const machine = `import os from 'node:os'
import { syncBuiltinESMExports } from 'node:module'
os.hostname = () => '${words.host}'
const { userInfo } = os
os.userInfo = (options) => ({ ...userInfo(options), username: '${words.user}' })
syncBuiltinESMExports()`

const env = {
  USER: words.user,
  USERNAME: words.user,
  LOGNAME: words.user,
  HOSTNAME: words.host,
  SECRET: words.env,
  DD_TAGS: `a:${words.datadogTags}`,
  DD_ENV: words.datadogEnv,
  DD_SERVICE: words.datadogEnv,
  SENTRY_NAME: words.sentryName,
  SENTRY_RELEASE: words.sentryRelease,
  SENTRY_ENVIRONMENT: words.sentryEnvironment,
}

let folder: string
let person: Person<Project>
let sink: Sink
let stored: VitestResult

beforeAll(async () => {
  folder = join(mkdtempSync(join(tmpdir(), 'kafka-testkit-')), words.path)
  mkdirSync(folder)
  for (const name of ['TMPDIR', 'TEMP', 'TMP']) vi.stubEnv(name, folder)
  const files = { 'vitest.config.ts': config, [`${words.file}.test.ts`]: tests, 'machine.mjs': machine }
  const project = createProject(5, { ...files, '.git/HEAD': `ref: refs/heads/${words.branch}\n` })
  person = createPerson(project, words.home)
  Object.assign(person.env, env, {
    NODE_OPTIONS: `--import=${pathToFileURL(join(person.project.folder, 'machine.mjs'))}`,
  })
  sink = await startSink()
  const segment = ['--segment-write-key', 'writeKey', '--segment-host', `http://127.0.0.1:${sink.port}`]
  await person.kafkaTestkit(['telemetry', 'on', ...segment, '--sentry-dsn', `http://key@127.0.0.1:${sink.port}/1`])
  stored = await runVitest(person.project, [], person.env)
}, 100_000)
afterAll(async () => {
  person[Symbol.dispose]()
  await sink[Symbol.asyncDispose]()
  vi.unstubAllEnvs()
  rmSync(folder, { recursive: true, force: true })
})

test('the run has them all, and the search finds each', () => {
  const { lines, output } = stored
  const machineAndEnvironment = Object.values(env).join()
  const everything = [JSON.stringify(lines), output, machineAndEnvironment, folder, person.env.HOME, config, tests]
  const all = everything.join('\n')
  expect(findCanaries(words, all)).toEqual(Object.keys(words).filter((slot) => slot !== 'argument'))
  for (const slot of ['topic', 'test', 'value', 'branch', 'group', 'message'] as const) {
    expect(JSON.stringify(lines)).toContain(words[slot])
  }
  for (const encoding of ['base64', 'hex'] as const) {
    expect(findCanaries(words, Buffer.from(`..${words.key}..`).toString(encoding))).toEqual(['key'])
    expect(findCanaries(words, Buffer.from(`.${words.key}..`).toString(encoding))).toEqual(['key'])
  }
})

test('the counts of a run arrive, and nothing else of it', () => {
  expect(sink.usage()).toMatchObject([
    {
      event: 'Run Ended',
      properties: { vitest: true, embedded: true, tests: 2, failed: 2, withKafka: 1, recordsProduced: 1 },
    },
  ])
  for (const value of Object.values(sink.usage()[0]!.properties)) expect(['number', 'boolean']).toContain(typeof value)
  expectNone()
})

test('an error of the reporter arrives, and nothing of its message', async () => {
  // No folder can be made where a file is.
  rmSync(join(person.project.folder, '.kafka-testkit'), { recursive: true })
  writeFileSync(join(person.project.folder, '.kafka-testkit'), '')
  const { output } = await runVitest(person.project, [], person.env)
  expect(output).toMatch(new RegExp(`this run isn't stored: .*${words.path}`))
  expect(sink.errors()).toMatchObject([
    { exception: { values: [{ type: 'Error' }] }, tags: { code: expect.any(String) } },
  ])
  expectNone()
}, 100_000)

test('an error of a command arrives, and nothing of what it was given', async () => {
  rmSync(join(person.project.folder, '.kafka-testkit'))
  await runVitest(person.project, [], person.env)
  const { output } = await person.kafkaTestkit(['history', 'show', words.argument])
  expect(output).toContain(words.argument)
  expect(sink.errors()).toHaveLength(2)
  expectNone()
}, 100_000)

test('what "show" prints has none', async () => {
  const { output } = await person.kafkaTestkit(['telemetry', 'show'])
  expect(output).toContain('"event":"Run Ended"')
  // Its first line says where the choice lies.
  expect(findCanaries(words, output.split('\n').slice(1).join('\n'))).toEqual([])
}, 100_000)

function expectNone(): void {
  const all = sink.received.map(({ url, headers, body }) => `${url}\n${JSON.stringify(headers)}\n${body}`).join('\n')
  expect(findCanaries(words, all)).toEqual([])
}
