import { createHash, randomUUID } from 'node:crypto'
import { uuid7 } from '../../../src/base/ids.ts'
import type {
  ClusterLine,
  EndLine,
  Line,
  Metrics,
  RecordLine,
  RunLine,
  Status,
  TestLine,
} from '../../../src/run/model.ts'

const metrics: Metrics = {
  recordsProduced: 1,
  recordsReceived: 1,
  bytesProduced: 20,
  bytesReceived: 20,
  produceToAck: null,
  ackToReceive: null,
}

export function runLine(changes: Partial<RunLine> = {}): RunLine {
  return {
    type: 'run',
    schema: 1,
    id: uuid7(),
    project: 'orders',
    branch: 'main',
    commit: '0a1b2c3',
    ci: null,
    runner: { name: 'vitest', version: '5.1.1' },
    node: '24.21.0',
    environment: null,
    cluster: { kind: 'embedded' },
    shard: null,
    redacted: { records: false, checks: false },
    startedAt: Date.now(),
    ...changes,
  }
}

/** What is known of the cluster of an environment. */
export function clusterLine(changes: Partial<ClusterLine> = {}): ClusterLine {
  return {
    type: 'cluster',
    kind: 'external',
    environment: null,
    color: null,
    brokers: ['kafka:9092'],
    image: null,
    protocol: 'PLAINTEXT',
    mechanism: null,
    client: null,
    broker: null,
    answer: null,
    problem: null,
    topics: [],
    moreTopics: 0,
    ...changes,
  }
}

/** A test that produces a record, receives it and checks it, as the reporter writes it. */
export function testLines(
  name: string,
  { status = 'passed', data = 'lamp', duration = 12.5, startedAt = Date.now() }: TestOptions = {},
): Line[] {
  const id = randomUUID()
  const of = { test: id, attempt: 0 }
  const failed = status === 'failed'
  const message = failed ? `expected ${data}` : null
  const test: TestLine = {
    type: 'test',
    id,
    key: `orders test/orders.test.ts ${name}`,
    project: '',
    file: 'test/orders.test.ts',
    name,
    status,
    startedAt,
    duration,
    flaky: false,
    attempts: [
      {
        attempt: 0,
        status,
        startedAt,
        duration,
        errors: message === null ? [] : [{ name: 'AssertionError', message }],
      },
    ],
    metrics,
  }
  return [
    test,
    {
      type: 'task',
      id: `${id}-1`,
      ...of,
      kind: 'produce',
      topic: 'orders',
      group: null,
      at: 1,
      duration: 2,
      status: 'passed',
      error: null,
      records: 1,
      bytes: 20,
    },
    {
      type: 'event',
      ...of,
      at: 3,
      kind: 'produced',
      topic: 'orders',
      partition: 0,
      firstOffset: 0,
      lastOffset: 0,
      bytes: 20,
      group: null,
      by: 'this test',
      detail: null,
    },
    recordLine(of, data),
    {
      type: 'check',
      ...of,
      matcher: 'toReceiveRecord',
      negated: false,
      subject: 'topic orders',
      verdict: failed ? 'failed' : 'passed',
      at: 4,
      duration: 1,
      expected: failed ? data : null,
      actual: null,
      message,
      closest: null,
      paths: [],
    },
  ]
}

interface TestOptions {
  status?: Status
  /** What the record holds. */
  data?: string
  duration?: number
  startedAt?: number
}

function recordLine(of: { test: string; attempt: number }, data: string): RecordLine {
  const value = JSON.stringify({ sku: data })
  return {
    type: 'record',
    ...of,
    task: `${of.test}-1`,
    direction: 'produced',
    topic: 'orders',
    partition: 0,
    offset: 0,
    timestamp: 1_760_000_000_000,
    key: { encoding: 'utf8', bytes: 3, truncated: false, data: 'o-1' },
    value: { encoding: 'utf8', bytes: value.length, truncated: false, data: value },
    headers: [{ name: 'source', value: { encoding: 'utf8', bytes: 4, truncated: false, data: 'shop' } }],
    sizes: { key: 3, value: value.length, headers: 10 },
    serde: { key: 'auto', value: 'auto' },
    schemaId: null,
  }
}

export function endLine(lines: readonly Line[]): EndLine {
  const tests = lines.filter((line): line is TestLine => line.type === 'test')
  const count = (status: Status): number => tests.filter((test) => test.status === status).length
  const failed = tests.length - count('passed') - count('skipped')
  return {
    type: 'end',
    status: failed > 0 ? 'failed' : 'passed',
    duration: 1000,
    totals: {
      tests: tests.length,
      passed: count('passed'),
      failed,
      skipped: count('skipped'),
      flaky: tests.filter(({ flaky }) => flaky).length,
      withKafka: tests.length,
    },
    metrics,
  }
}

export function ndjson(lines: readonly Line[]): Buffer {
  return Buffer.from(lines.map((line) => `${JSON.stringify(line)}\n`).join(''))
}

export function digest(...parts: readonly Uint8Array[]): string {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return `sha-256=:${hash.digest('base64')}:`
}
