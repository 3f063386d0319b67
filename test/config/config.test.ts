import { expect, test } from 'vitest'
import { resolveConfig } from '../../src/config/config.ts'
import { defineConfig } from '../../src/index.ts'

test('a config has its defaults filled in', () => {
  expect(resolveConfig(defineConfig({ timeout: 1000, broker: { partitions: 3 } }))).toMatchObject({
    cluster: { kind: 'embedded' },
    timeout: 1000,
    within: 1000,
    environment: null,
    variables: {},
    broker: { partitions: 3, autoCreateTopics: true },
  })
})

test.each([
  [{ timout: 1 }, 'there is no option "timout", did you mean "timeout"?'],
  [{ timeout: '1s' }, 'option "timeout" is "1s", a number of milliseconds is wanted'],
  [{ cluster: 'docker' }, 'one of "embedded", "testcontainers", "external" is wanted'],
  [{ broker: { partition: 1 } }, 'did you mean "partitions"?'],
  [{ broker: { partitions: 0 } }, 'a whole number, 1 or more is wanted'],
  [{ env: 'KAFKA_URL' }, 'option "env" is "KAFKA_URL", a list, each the name of an environment variable is wanted'],
  [{ env: ['A=B'] }, 'option "env" is ["A=B"], a list, each the name of an environment variable is wanted'],
  [{ broker: { scope: 'run' } }, 'option "scope" is "run", one of "file", "test" is wanted'],
  [{ broker: { strict: 'yes' } }, 'option "strict" is "yes", true, false or an object is wanted'],
  [
    { broker: { strict: { fetchwait: true } } },
    'broker.strict: there is no option "fetchwait", did you mean "fetchWait"?',
  ],
  [{ topics: 'orders' }, 'option "topics" is "orders", a list is wanted'],
  [{ topics: [3] }, 'kafka-testkit config.topics[0]: its options are 3, an object is wanted'],
  [{ topics: [{ partitions: 3 }] }, 'config.topics[0]: Topic name is invalid: the empty string is not allowed'],
  [{ topics: [{ name: 'a', partition: 3 }] }, 'topics[0]: there is no option "partition", did you mean "partitions"?'],
  [{ topics: ['a/b'] }, "config.topics[0]: Topic name is invalid: 'a/b' contains one or more characters"],
  [{ topics: ['a', { name: 'a' }] }, 'config.topics: the topic a is there twice'],
  [{ variables: { A: 1 } }, "an object, each value a string, or { env: 'NAME' } is wanted"],
  [{ history: { runs: -1 } }, 'a whole number, 0 or more is wanted'],
  [{ history: { endpoint: 'https://history.example' } }, 'option "endpoint" is "https://history.example", an object'],
  [{ history: { endpoint: {} } }, 'history.endpoint.url: a URL is wanted'],
  [{ history: { endpoint: { uri: '' } } }, 'did you mean "url"?'],
  [{ history: { endpoint: { url: 'http://history.example' } } }, 'https is wanted (http only to this machine)'],
  [{ history: { endpoint: { url: 'ftp://127.0.0.1' } } }, 'it is ftp, https is wanted'],
  [{ history: { endpoint: { url: 'https://me:secret@history.example' } } }, 'it has credentials'],
  [{ history: { endpoint: { url: 'https://history.example?token=1' } } }, 'it has a query or a fragment'],
  [{ history: { endpoint: { url: 'https://history.example', timeout: 0 } } }, 'a whole number, 1 or more is wanted'],
  [{ redact: { record: true } }, 'config.redact: there is no option "record", did you mean "records"?'],
  [{ redact: { headers: 'hide' } }, 'option "headers" is "hide", one of "keep" is wanted'],
  [{ redact: 'record' }, 'config.redact: there is no switch "record", did you mean "records"?'],
  [{ redact: true }, `option "redact" is true, 'all' or an object is wanted`],
  [{ redact: { presets: ['hipaa'] } }, 'a list, each one of "pci", "gdpr" is wanted'],
  [
    { redact: { rules: [{ selct: {} }] } },
    'config.redact.rules[0]: there is no option "selct", did you mean "select"?',
  ],
  [{ redact: { rules: [{ target: 'body' }] } }, 'option "target" is "body", one of "key", "value", "header"'],
  [{ redact: { rules: [{ select: { path: '$.a[' } }] } }, `rules[0].select.path: "$.a[" is no path from "[" on`],
  [{ redact: { rules: [{ select: { path: '$.a', name: 'b' } }] } }, 'one of path, name, tag or detect is wanted'],
  [{ redact: { rules: [{ select: { name: '/(/' } }] } }, 'rules[0].select.name: Invalid regular expression'],
  [{ redact: { rules: [{ do: 'hide' }] } }, 'rules[0].do: "hide"; one of replace, remove, null, mask, hmac, show'],
  [{ redact: { rules: [{ do: { keepLst: 4 } }] } }, 'there is no option "keepLst", did you mean "keepLast"?'],
  ['fast', 'its options are "fast", an object is wanted'],
])('%j is refused', (config, message) => {
  expect(() => resolveConfig(config as never)).toThrow(message)
})

test('environment variables win over the config, and are checked as it is', () => {
  const env = { KAFKA_TESTKIT_TIMEOUT: '500', KAFKA_TESTKIT_ENVIRONMENT: 'staging', KAFKA_TESTKIT_WITHIN: '' }
  expect(resolveConfig({ timeout: 1000 }, env)).toMatchObject({ timeout: 500, within: 1000, environment: 'staging' })
  expect(() => resolveConfig({}, { KAFKA_TESTKIT_CLUSTER: 'kubernetes' })).toThrow('"cluster" is "kubernetes"')
  expect(() => resolveConfig({}, { KAFKA_TESTKIT_TIMEOUT: 'soon' })).toThrow('"timeout" is "soon"')
})

test('KAFKA_TESTKIT_STRICT sets the switches of the broker', () => {
  const strict = (said: string, written?: boolean) =>
    resolveConfig(written === undefined ? {} : { broker: { strict: written } }, { KAFKA_TESTKIT_STRICT: said }).broker
      .strict
  expect(strict('', true)).toBe(true)
  expect(strict('false', true)).toBe(false)
  expect(strict('1')).toBe(true)
  expect(strict('topicCreation, sessionTimeout')).toEqual({ topicCreation: true, sessionTimeout: true })
  expect(() => strict('topicCreations')).toThrow(
    'KAFKA_TESTKIT_STRICT: there is no option "topicCreations", did you mean "topicCreation"?',
  )
})

test('the variables of the address are KAFKA_BROKERS and those that are named', () => {
  expect(resolveConfig({}).env).toEqual(['KAFKA_BROKERS'])
  expect(
    resolveConfig({ env: ['KAFKA_BOOTSTRAP_SERVERS', 'KAFKA_BROKERS', 'spring.kafka.bootstrap-servers'] }).env,
  ).toEqual(['KAFKA_BROKERS', 'KAFKA_BOOTSTRAP_SERVERS', 'spring.kafka.bootstrap-servers'])
})

test('what is redacted adds up: the strictest wins', () => {
  const redact = (config: object | undefined, variable?: string) =>
    resolveConfig(config as never, variable === undefined ? {} : { KAFKA_TESTKIT_REDACT: variable }).redact
  expect(redact({})).toEqual({
    records: false,
    checks: false,
    keepHeaders: false,
    console: false,
    rules: [],
    hideByDefault: false,
    salt: '',
  })
  expect(redact({ redact: 'all' })).toMatchObject({ records: true, checks: true })
  expect(redact({ redact: { records: true } }, 'checks')).toMatchObject({ records: true, checks: true })
  expect(redact({ redact: { records: true, headers: 'keep' } }, '')).toMatchObject({ records: true, keepHeaders: true })
  expect(redact({ redact: { records: false } }, 'records, checks')).toMatchObject({ records: true, checks: true })
  expect(redact({ redact: { records: false } }, 'all')).toMatchObject({ records: true, checks: true })
  expect(() => redact({}, 'record')).toThrow(
    'KAFKA_TESTKIT_REDACT: there is no switch "record", did you mean "records"?',
  )
})

test('a report is written of a run that failed, unless the config or KAFKA_TESTKIT_REPORT says otherwise', () => {
  expect(resolveConfig({}, {}).report).toBe('on-failure')
  expect(resolveConfig({ report: 'never' }, {}).report).toBe('never')
  expect(resolveConfig({ report: 'never' }, { KAFKA_TESTKIT_REPORT: 'always' }).report).toBe('always')
  expect(() => resolveConfig({}, { KAFKA_TESTKIT_REPORT: 'sometimes' })).toThrow(
    'option "report" is "sometimes", one of "always", "on-failure", "never" is wanted',
  )
})

test('an endpoint is the one of the config, or that of KAFKA_TESTKIT_ENDPOINT', () => {
  const history = { endpoint: { url: 'https://history.example/team', project: 'shop' } }
  expect(resolveConfig({ history }, {}).history.endpoint).toEqual({ ...history.endpoint, timeout: 10_000 })
  for (const url of ['http://localhost:7092', 'http://127.0.0.2:7092', 'http://[::1]:7092']) {
    expect(resolveConfig({ history }, { KAFKA_TESTKIT_ENDPOINT: url }).history.endpoint).toMatchObject({
      url,
      project: 'shop',
    })
  }
  expect(resolveConfig({}, { KAFKA_TESTKIT_ENDPOINT: 'https://b.example' }).history.endpoint?.project).toBe(null)
  expect(resolveConfig({}, {}).history.endpoint).toBe(null)
  expect(() => resolveConfig({}, { KAFKA_TESTKIT_ENDPOINT: 'http://b.example' })).toThrow(
    'KAFKA_TESTKIT_ENDPOINT: it is http',
  )
})
