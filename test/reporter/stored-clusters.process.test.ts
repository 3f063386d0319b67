import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { ClusterConfig } from '../../src/config/cluster.ts'
import { resolveConfig } from '../../src/config/config.ts'
import { Store } from '../../src/history/store.ts'
import { RunClusters } from '../../src/reporter/clusters.ts'
import { Run } from '../../src/reporter/run.ts'
import { SpoolFiles } from '../../src/reporter/spool-files.ts'
import { clustersOf, listed } from '../../src/run/clusters.ts'
import type { ClusterLine, TopicConfiguration } from '../../src/run/model.ts'
import { lineSchema } from '../../src/run/schema.ts'
import { Canaries } from '../support/canaries.ts'

let root: string
let spool: SpoolFiles
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'run-clusters-'))
  for (const name of ['TMPDIR', 'TMP', 'TEMP']) vi.stubEnv(name, root)
  vi.stubEnv('KAFKA_TESTKIT_SPOOL', undefined)
  spool = new SpoolFiles()
})
afterEach(() => {
  spool.remove()
  vi.unstubAllEnvs()
  rmSync(root, { recursive: true })
})

const canaries = new Canaries()
const planted: string[] = []
function canary(slot: string): string {
  planted.push(slot)
  return canaries.token(slot)
}

const pem = (kind: string, slot: string): string => `-----BEGIN ${kind}-----\n${canary(slot)}\n-----END ${kind}-----\n`
const ssl = {
  ca: pem('CERTIFICATE', 'ca'),
  cert: pem('CERTIFICATE', 'cert'),
  key: pem('PRIVATE KEY', 'key'),
  passphrase: canary('passphrase'),
  servername: 'kafka.example.com',
}
const jaas = `org.apache.kafka.common.security.plain.PlainLoginModule required username="u" password="${canary('jaas')}";`

/** A config for each way in which a cluster can hold a secret. */
const configs: Record<string, ClusterConfig> = {
  plain: {
    kind: 'external',
    brokers: ['one.example.com:9093', 'two.example.com:9093'],
    ssl,
    sasl: { mechanism: 'plain', username: canary('plain user'), password: canary('plain password') },
  },
  scram: {
    kind: 'external',
    brokers: 'kafka.example.com:9092',
    sasl: { mechanism: 'scram-sha-256', username: canary('scram user'), password: canary('scram password') },
  },
  aws: {
    kind: 'external',
    brokers: 'kafka.example.com:9092',
    ssl: { rejectUnauthorized: false },
    sasl: {
      mechanism: 'aws',
      authorizationIdentity: canary('aws identity'),
      accessKeyId: canary('aws access key'),
      secretAccessKey: canary('aws secret key'),
      sessionToken: canary('aws session'),
    },
  },
  oauth: {
    kind: 'external',
    brokers: 'kafka.example.com:9092',
    ssl: true,
    sasl: { mechanism: 'oauthbearer', token: canary('oauth token') },
  },
  provider: {
    kind: 'external',
    brokers: 'kafka.example.com:9092',
    sasl: { mechanism: 'oauthbearer', tokenProvider: `./${canary('oauth provider')}.js` },
  },
  container: {
    kind: 'testcontainers',
    image: `app:${canary('image')}@registry.example.com:5000/team/kafka`,
    env: { KAFKA_LISTENER_NAME_SASL_PLAINTEXT_PLAIN_SASL_JAAS_CONFIG: jaas, [canary('variable')]: canary('value') },
    saslSsl: {
      username: canary('container user'),
      password: canary('container password'),
      keystore: `${canary('keystore')}.p12`,
      passphrase: canary('keystore passphrase'),
      ca: pem('CERTIFICATE', 'container ca'),
    },
  },
}

async function storedOf(cluster: ClusterConfig): Promise<ClusterLine[]> {
  const config = resolveConfig({
    cluster,
    report: 'always',
    variables: { password: canary('variable of the config') },
  })
  const run = await Run.begin({ root, config, runner: { name: 'vitest', version: '5.0.0' }, shard: null }, spool)
  const error = { project: '', file: 'a.test.ts', suite: null, name: 'Error', message: 'none of ours' }
  const { report, problem } = await run.end({ tests: [], errors: [error] }, true)
  expect([problem, report === null]).toEqual([null, false])
  const lines = new Store(root).read(run.line.id).lines
  for (const line of lines) expect(lineSchema.safeParse(line).error).toBeUndefined()
  return [...clustersOf(lines), ...(await new RunClusters(config).ended([]))]
}

describe.each(Object.keys(configs))('%s', (name) => {
  test('what is stored of its cluster, and no secret', async () => {
    const [stored, ended] = await storedOf(configs[name]!)
    expect(stored).toMatchSnapshot()
    expect(ended).toEqual({ ...stored, problem: 'it was not started' })
    canaries.add(planted)
    expect(canaries.in(root)).toEqual([])
    expect(canaries.of('ended', Buffer.from(JSON.stringify(ended)))).toEqual([])
  })
})

test('a broker with a user in front of it is refused, and what may be a password is not repeated', () => {
  const brokers = ['one.example.com:9092', `app:${canary('address')}@two.example.com:9092`]
  expect(() => resolveConfig({ cluster: { kind: 'external', brokers } })).toThrowErrorMatchingInlineSnapshot(
    `[Error: kafka-testkit config.cluster: the broker "…@two.example.com:9092" is no address, host:port is wanted; user and password go into sasl]`,
  )
})

test('of very many topics the first are kept, and how many more there were; the same is there once', () => {
  const topics = Array.from({ length: 250 }, (_, index): TopicConfiguration => {
    return { name: `t-${String(index).padStart(3, '0')}`, partitions: 1, configs: [] }
  })
  const { topics: kept, moreTopics } = listed([...topics, { ...topics[0]!, partitions: 2 }, topics[1]!])
  expect([kept.length, moreTopics]).toEqual([200, 51])
  expect(kept.slice(0, 3).map(({ name, partitions }) => [name, partitions])).toEqual([
    ['t-000', 1],
    ['t-000', 2],
    ['t-001', 1],
  ])
})

test('lines of one cluster are one: what a later one learnt, and the topics of all', () => {
  const begun = new RunClusters(resolveConfig({ cluster: { kind: 'external', brokers: 'a:9092' } })).begun()
  const answer = { clusterId: 'c', version: '4.1', versionBy: 'Fetch 18', features: [], nodes: [] }
  const topic = (name: string): TopicConfiguration => ({ name, partitions: 1, configs: [] })
  const shard = (one: Partial<ClusterLine>): ClusterLine => ({ ...begun, ...one })
  const other = { ...begun, brokers: ['b:9092'] }
  expect(
    clustersOf([
      begun,
      shard({ answer, topics: [topic('b')] }),
      other,
      begun,
      shard({ problem: 'it did not answer', topics: [topic('a'), topic('b')] }),
    ]),
  ).toEqual([shard({ answer, problem: 'it did not answer', topics: [topic('a'), topic('b')] }), other])
})
