import { expect, test } from 'vitest'
import { clusterText, isNotable } from '../../src/run/cluster-text.ts'
import type { ClusterLine } from '../../src/run/model.ts'

const nothing = {
  environment: null,
  color: null,
  brokers: [],
  image: null,
  mechanism: null,
  client: null,
  broker: null,
}
const line: ClusterLine = {
  type: 'cluster',
  kind: 'external',
  ...nothing,
  protocol: 'PLAINTEXT',
  answer: null,
  problem: null,
  topics: [],
  moreTopics: 0,
}
const broker = {
  version: '1.2.3',
  scope: 'file',
  partitions: 1,
  autoCreateTopics: true,
  strict: [] as string[],
} as const
const topics = [{ name: 'orders', partitions: 1, configs: [] }]
const nodes = [1, 2].map((id) => ({ id, address: `kafka-${id}:9092` }))

const clusters: Record<string, ClusterLine> = {
  'of an environment, that answered': {
    ...line,
    environment: 'staging',
    brokers: ['kafka:9092', 'other:9092'],
    protocol: 'SASL_SSL',
    mechanism: 'SCRAM-SHA-512',
    topics,
    moreTopics: 30,
    answer: { clusterId: 'c', version: '4.1', versionBy: 'metadata.version 27', features: [], nodes },
  },
  'in a container, that did not': {
    ...line,
    kind: 'testcontainers',
    image: 'apache/kafka:4.1.1',
    topics,
    problem: 'it did not answer within 4000 ms',
  },
  'of no release that is known': {
    ...line,
    brokers: ['kafka:9092'],
    answer: { clusterId: null, version: null, versionBy: null, features: [], nodes: nodes.slice(1) },
  },
  embedded: { ...line, kind: 'embedded', broker: { ...broker, strict: [] }, topics },
  'embedded and strict': { ...line, kind: 'embedded', broker: { ...broker, strict: ['clock', 'fetchWait'] } },
}

test('clusters on a line', () => {
  const texts = Object.entries(clusters).map(([name, one]) => `${name}: ${clusterText(one)}`)
  expect(texts.join('\n')).toMatchInlineSnapshot(`
    "of an environment, that answered: external, environment staging, kafka:9092 other:9092, SASL_SSL by SCRAM-SHA-512, Kafka 4.1 or later (metadata.version 27), 2 brokers, 31 topics
    in a container, that did not: testcontainers, apache/kafka:4.1.1, PLAINTEXT, 1 topic, what it is wasn't learnt: it did not answer within 4000 ms
    of no release that is known: external, kafka:9092, PLAINTEXT, Kafka of a release that is not known, 1 broker, 0 topics
    embedded: embedded, the broker of kafka-testkit 1.2.3, 1 topic
    embedded and strict: embedded, the broker of kafka-testkit 1.2.3, strict: clock, fetchWait, 0 topics"
  `)
})

test('the embedded broker as it is by default is not worth a line', () => {
  const without = Object.entries(clusters).filter(([, one]) => !isNotable(one))
  expect(without.map(([name]) => name)).toEqual(['embedded'])
})
