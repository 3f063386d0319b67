import { expect, test } from 'vitest'
import type { ClusterConfig } from '../../src/config/cluster.ts'
import { resolveConfig } from '../../src/config/config.ts'

const external = { kind: 'external', brokers: 'kafka:9092' } as const
const resolve = (cluster: ClusterConfig | undefined, env: NodeJS.ProcessEnv = {}) =>
  resolveConfig({ cluster }, env).cluster

test('an external cluster is what the variables say', () => {
  const env = {
    KAFKA_BROKERS: 'a:9093, b:9093',
    KAFKA_SSL_CA: 'ca.pem',
    KAFKA_SSL_REJECT_UNAUTHORIZED: 'false',
    KAFKA_SASL_MECHANISM: 'SCRAM-SHA-512',
    KAFKA_SASL_USERNAME: 'ann',
    KAFKA_SASL_PASSWORD: 's3cret',
    // Of another mechanism.
    KAFKA_SASL_TOKEN: 'x',
  }
  expect(resolve('external', env)).toEqual({
    kind: 'external',
    prefix: '',
    cleanUp: true,
    brokers: ['a:9093', 'b:9093'],
    ssl: { ca: 'ca.pem', rejectUnauthorized: false },
    sasl: { mechanism: 'scram-sha-512', username: 'ann', password: 's3cret' },
  })
  expect(resolve(undefined, { ...env, KAFKA_TESTKIT_CLUSTER: 'external' })).toMatchObject({ kind: 'external' })
})

test('the variables fill in what the config leaves out, and change nothing that it says', () => {
  const env = { KAFKA_BROKERS: 'other:1', KAFKA_SSL: 'true', KAFKA_SASL_PASSWORD: 's3cret', KAFKA_SASL_USERNAME: 'bob' }
  const cluster = { ...external, sasl: { mechanism: 'plain', username: 'ann' }, prefix: 'tests-' } as const
  expect(resolve(cluster, env)).toEqual({
    kind: 'external',
    prefix: 'tests-',
    cleanUp: true,
    brokers: ['kafka:9092'],
    ssl: true,
    sasl: { mechanism: 'plain', username: 'ann', password: 's3cret' },
  })
  const off = resolve({ ...external, ssl: false, sasl: false }, env)
  expect(off).toMatchObject({ ssl: false, sasl: false })
})

test('the variable that chooses the kind keeps the options that are of it', () => {
  const env = { KAFKA_TESTKIT_CLUSTER: 'testcontainers' }
  expect(resolve({ kind: 'testcontainers', image: 'registry:5000/kafka:7.9.0', reuse: true }, env)).toEqual({
    kind: 'testcontainers',
    image: 'registry:5000/kafka',
    tag: '7.9.0',
    reuse: true,
    env: {},
    prefix: '',
    startTimeout: 120_000,
    saslSsl: null,
  })
  expect(resolve(external, env)).toMatchObject({ image: 'confluentinc/cp-kafka', tag: '8.1.1' })
})

test.each<[unknown, string]>([
  [{ kind: 'extern' }, 'option "kind" is "extern", one of "embedded", "testcontainers", "external" is wanted'],
  [{ ...external, broker: 'x' }, 'there is no option "broker", did you mean "brokers"?'],
  [{ ...external, brokers: 'kafka' }, 'the broker "kafka" is no address, host:port is wanted'],
  [{ kind: 'external' }, 'an external cluster needs its brokers: set KAFKA_BROKERS'],
  [{ ...external, ssl: { cafile: 'x' } }, 'there is no option "cafile"'],
  [{ ...external, sasl: { mechanism: 'kerberos' } }, '"mechanism" is "kerberos", one of "plain"'],
  [{ ...external, sasl: { username: 'ann' } }, 'its mechanism is missing'],
  [{ ...external, sasl: { mechanism: 'plain', username: 'ann' } }, 'its password is missing (KAFKA_SASL_PASSWORD)'],
  [{ ...external, sasl: { mechanism: 'plain', username: 'a', password: 'b', token: 'c' } }, 'no option "token"'],
  [{ ...external, sasl: { mechanism: 'oauthbearer' } }, 'oauthbearer needs a tokenProvider'],
  [{ ...external, sasl: { mechanism: 'oauthbearer', tokenProvider: () => '' } }, 'tokenProvider is a function, which'],
  [{ kind: 'testcontainers', tags: '8' }, 'did you mean "tag"?'],
  [{ kind: 'testcontainers', saslSsl: { username: 'ann' } }, 'its password is missing'],
  [7, 'option "cluster" is 7'],
])('%j is refused', (cluster, message) => {
  expect(() => resolve(cluster as ClusterConfig)).toThrow(message)
})

test('a secret is not printed, not even when it is wrong', () => {
  const sasl = { mechanism: 'plain', username: 'ann', password: 48151623 }
  const refused = () => resolve({ ...external, sasl } as never)
  expect(refused).toThrow('option "password" is a secret of type number, a string that is not empty is wanted')
  expect(refused).not.toThrow('48151623')
})

test('an environment has its cluster and its variables', () => {
  const config = {
    cluster: 'testcontainers',
    variables: { api: 'http://localhost', depth: '1' },
    environments: {
      staging: { color: 'yellow', cluster: external, variables: { api: 'https://staging', token: { env: 'TOKEN' } } },
      night: {},
    },
  } as const
  expect(resolveConfig(config, { KAFKA_TESTKIT_ENVIRONMENT: 'staging', TOKEN: 't' })).toMatchObject({
    environment: 'staging',
    color: 'yellow',
    cluster: { kind: 'external', brokers: ['kafka:9092'] },
    variables: { api: 'https://staging', depth: '1', token: 't' },
  })
  expect(resolveConfig({ ...config, environment: 'night' }, {})).toMatchObject({ cluster: { kind: 'testcontainers' } })
  expect(() => resolveConfig(config, { KAFKA_TESTKIT_ENVIRONMENT: 'stageing' })).toThrow('did you mean "staging"?')
  expect(() => resolveConfig(config, { KAFKA_TESTKIT_ENVIRONMENT: 'staging' })).toThrow(
    'environment staging: its variable "token" needs the environment variable TOKEN, which isn\'t set',
  )
  const wrong = { environments: { staging: { colour: 'red' } } }
  expect(() => resolveConfig(wrong as never, {})).toThrow('environment staging: there is no option "colour"')
})
