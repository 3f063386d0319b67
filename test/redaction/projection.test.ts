import { expect, test } from 'vitest'
import { projectLine, redactLine } from '../../src/redaction/projection.ts'
import { secretsIn, secretsOf } from '../../src/redaction/secrets.ts'
import type { CheckLine, Line, RecordLine, RunLine, TaskLine, TestLine } from '../../src/run/model.ts'
import { lineSchema } from '../../src/run/schema.ts'

const secret = 'kq8Zt4vWm2Xy'
const ofTest = { test: 't-1', attempt: 0 }
const preview = { encoding: 'utf8', bytes: 12, truncated: false, data: secret } as const
const hidden = { encoding: 'redacted', bytes: 12, truncated: false, data: '<redacted>' }

const run: RunLine = {
  type: 'run',
  schema: 1,
  id: 'r-1',
  project: 'shop',
  branch: 'main',
  commit: null,
  ci: null,
  node: '24',
  runner: { name: 'vitest', version: '5' },
  environment: null,
  cluster: { kind: 'embedded' },
  shard: null,
  redacted: { records: false, checks: false },
  startedAt: 1,
}
const record: RecordLine = {
  type: 'record',
  ...ofTest,
  task: null,
  direction: 'received',
  topic: 'orders',
  partition: 0,
  offset: 3,
  timestamp: 1,
  key: preview,
  value: null,
  headers: [{ name: 'trace', value: preview }],
  sizes: { key: 12, value: 0, headers: 17 },
  serde: { key: 'auto', value: 'auto' },
  schemaId: null,
}
const check: CheckLine = {
  type: 'check',
  ...ofTest,
  matcher: 'toReceiveRecord',
  negated: false,
  subject: 'topic orders',
  verdict: 'failed',
  at: 1,
  duration: 2,
  expected: secret,
  actual: null,
  message: secret,
  closest: 'orders/0@3',
  paths: ['value.name.first', 'headers.trace', 'key'],
}
const task: TaskLine = {
  type: 'task',
  id: 'k-1',
  ...ofTest,
  kind: 'produce',
  topic: 'orders',
  group: null,
  at: 1,
  duration: 2,
  status: 'failed',
  error: { name: 'KafkaJSError', message: secret },
  records: 1,
  bytes: 12,
}
const metrics = {
  recordsProduced: 1,
  recordsReceived: 0,
  bytesProduced: 12,
  bytesReceived: 0,
  produceToAck: { count: 1, p50: 1, p99: 1, max: 1 },
  ackToReceive: null,
}
const tested: TestLine = {
  type: 'test',
  id: 't-1',
  key: 'shop a.test.ts a',
  project: '',
  file: 'a.test.ts',
  name: 'a',
  status: 'failed',
  startedAt: 1,
  duration: 2,
  flaky: false,
  metrics,
  attempts: [{ attempt: 0, status: 'failed', startedAt: 1, duration: 2, errors: [{ name: 'Error', message: secret }] }],
}
const all: Line[] = [run, record, check, task, tested]

test('what the schema names is written as it is', () => {
  for (const line of all) expect(projectLine(line)).toEqual(line)
})

test('what the schema does not name is not written, at any depth', () => {
  const more = { extra: secret, nested: { secret } }
  expect(
    projectLine({ ...record, ...more, key: { ...preview, ...more }, sizes: { ...record.sizes, ...more } }),
  ).toEqual(record)
  expect(projectLine({ ...tested, ...more, attempts: tested.attempts.map((one) => ({ ...one, ...more })) })).toEqual(
    tested,
  )
  expect(projectLine({ ...run, ci: { name: { secret } } as never, node: { secret } as never })).toMatchObject({
    ci: {},
    node: undefined,
  })
  expect(() => projectLine({ type: 'environment', env: process.env } as never)).toThrow(
    'no line of a run has the type "environment"',
  )
})

test('a line that was redacted holds nothing of its data, is valid, and says that it is redacted', () => {
  for (const line of all) {
    const redacted = redactLine(line, { records: true, checks: true })
    expect(JSON.stringify(redacted)).not.toContain(secret)
    expect(lineSchema.parse(redacted)).toEqual(redacted)
    expect(redactLine(redacted, { records: true, checks: true }), 'twice is as once').toEqual(redacted)
  }
  expect(redactLine(run, { records: true })).toMatchObject({ redacted: { records: true, checks: false } })
})

test('record data: keys, values and header values, and every text that may tell of them', () => {
  const switches = { records: true }
  expect(redactLine(record, switches)).toEqual({ ...record, key: hidden, headers: [{ name: 'trace', value: hidden }] })
  expect(redactLine(check, switches)).toEqual({
    ...check,
    expected: '<redacted>',
    message: '<redacted>',
    paths: ['value', 'headers.trace', 'key'],
  })
  expect(redactLine(task, switches)).toMatchObject({ error: { name: 'KafkaJSError', message: '<redacted>' } })
  expect(redactLine(tested, switches)).toMatchObject({
    attempts: [{ errors: [{ name: 'Error', message: '<redacted>' }] }],
  })
})

test('a name that was given to an error is data, that of its class is not', () => {
  const named = (name: string) =>
    redactLine({ ...task, error: { name, message: secret } }, { records: true }).error?.name
  expect(named('KafkaJSProtocolError')).toBe('KafkaJSProtocolError')
  expect(named('Error')).toBe('Error')
  expect(named(secret)).toBe('<redacted>')
  expect(named('Anna Error')).toBe('<redacted>')
})

test('check data: a check keeps matcher, verdict, duration and field paths', () => {
  const switches = { checks: true }
  expect(redactLine(check, switches)).toEqual({ ...check, expected: null, message: null })
  expect(redactLine(record, switches)).toEqual(record)
})

test('passwords, tokens, keys and credentials in URLs are never stored', () => {
  const env = {
    KAFKA_PASSWORD: 'hunter2-hunter2',
    GITHUB_TOKEN: 'ghp_0123456789',
    PATH: '/usr/bin/somewhere',
    A_TOKEN: '',
  }
  const config = {
    kind: 'external',
    sasl: { username: 'app', password: 'p4ss-of-config' },
    ssl: { key: 'pem-of-config' },
  }
  const secrets = [...secretsOf(env), ...secretsIn(config)]
  expect(secrets).toEqual(['hunter2-hunter2', 'ghp_0123456789', 'p4ss-of-config', 'pem-of-config'])
  const message = [
    'registry https://user:pa%40ss@registry.example.com/subjects refused it',
    'https://token@github.com/shop.git',
    'password hunter2-hunter2 of p4ss-of-config',
    'Authorization: Bearer abc.def-ghi=',
    '-----BEGIN RSA PRIVATE KEY-----\nMIIEow\n-----END RSA PRIVATE KEY-----',
    '/usr/bin/somewhere, mail to me@example.com',
  ].join('\n')
  expect((projectLine({ ...check, message }, secrets) as CheckLine).message).toMatchInlineSnapshot(`
    "registry https://<redacted>@registry.example.com/subjects refused it
    https://<redacted>@github.com/shop.git
    password <redacted> of <redacted>
    Authorization: Bearer <redacted>
    <redacted>
    /usr/bin/somewhere, mail to me@example.com"
  `)
})
