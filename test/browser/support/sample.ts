import type {
  CheckLine,
  ClusterLine,
  EventLine,
  Line,
  Preview,
  RecordLine,
  TaskLine,
  TestLine,
} from '../../../src/run/model.ts'
import { endLine, runLine } from '../../endpoint/support/run.ts'

const startedAt: number = Date.UTC(2026, 10, 25, 12, 0, 0)

export function text(data: string, changes: Partial<Preview> = {}): Preview {
  return { encoding: 'utf8', bytes: Buffer.byteLength(data), truncated: false, data, ...changes }
}

const redacted: Preview = { encoding: 'redacted', bytes: 12, truncated: false, data: '<redacted>' }

export function testLine(id: string, changes: Partial<TestLine> = {}): TestLine {
  const { status = 'passed', duration = 120 } = changes
  return {
    type: 'test',
    id,
    key: `shop test/${id}.test.ts ${id}`,
    project: '',
    file: `test/${id}.test.ts`,
    name: id,
    status,
    startedAt,
    duration,
    flaky: false,
    attempts: [{ attempt: 0, status, startedAt, duration, errors: [] }],
    metrics: {
      recordsProduced: 1,
      recordsReceived: 1,
      bytesProduced: 20,
      bytesReceived: 20,
      produceToAck: null,
      ackToReceive: null,
    },
    ...changes,
  }
}

export function record(test: string, offset: number, changes: Partial<RecordLine> = {}): RecordLine {
  return {
    type: 'record',
    test,
    attempt: 0,
    task: null,
    direction: 'produced',
    topic: 'orders',
    partition: 0,
    offset,
    timestamp: startedAt + offset,
    key: text(`o-${offset}`),
    value: text(`{"sku":"lamp","quantity":${offset}}`),
    headers: [{ name: 'source', value: text('shop') }],
    sizes: { key: 3, value: 27, headers: 10 },
    serde: { key: 'auto', value: 'auto' },
    schemaId: null,
    ...changes,
  }
}

export function event(test: string, at: number, kind: EventLine['kind'], changes: Partial<EventLine> = {}): EventLine {
  const none = { partition: null, firstOffset: null, lastOffset: null, bytes: null, group: null, detail: null }
  return { type: 'event', test, attempt: 0, at, kind, topic: null, ...none, by: 'this test', ...changes }
}

export function moved(test: string, at: number, kind: 'produced' | 'received', offset: number, by: string): EventLine {
  const place = { topic: 'orders', partition: 0, firstOffset: offset, lastOffset: offset, bytes: 30 }
  return event(test, at, kind, { ...place, by })
}

export function task(test: string, at: number, changes: Partial<TaskLine> = {}): TaskLine {
  return {
    type: 'task',
    id: `${test}-${at}`,
    test,
    attempt: 0,
    kind: 'produce',
    topic: 'orders',
    group: null,
    at,
    duration: 20,
    status: 'passed',
    error: null,
    records: 1,
    bytes: 30,
    ...changes,
  }
}

export function check(test: string, at: number, changes: Partial<CheckLine> = {}): CheckLine {
  return {
    type: 'check',
    test,
    attempt: 0,
    matcher: 'toReceiveRecord',
    negated: false,
    subject: 'topic orders',
    verdict: 'passed',
    at,
    duration: 5,
    expected: '{"key": "o-1"}',
    actual: 'orders/0@1',
    message: null,
    closest: null,
    paths: [],
    ...changes,
  }
}

const message = `expect(topic).toReceiveRecord(expected) failed

Topic:     orders (1 partition, embedded)
Expected:  {"key": "o-1", "value": {"type": "rejected"}}
Received:  3 records since the test began; none matches
Timeout:   1000 ms

Closest record: orders/0@1, 30 ms into the test
- Expected
+ Received

  {
    "key": "o-1",
    "value": {
-     "type": "rejected",
+     "type": "accepted",
    },
  }

Timeline
   20 ms  produced  orders/0@0  by this test
Hint: "reson" is no field of the record, did you mean "reason"?`

/** A test that failed, with each kind of step and each state of a record. */
function failedTest(id = 'rejected'): Line[] {
  const error = { name: 'Error', message }
  const attempts = [0, 1].map((attempt) => {
    return { attempt, status: 'failed' as const, startedAt, duration: 1200, errors: attempt === 1 ? [error] : [] }
  })
  const second = <L extends { attempt: number }>(line: L): L => ({ ...line, attempt: 1 })
  return [
    testLine(id, { name: 'orders > an order over stock is rejected', status: 'failed', duration: 1300, attempts }),
    ...[
      event(id, 5, 'topic created', { topic: 'orders', detail: '1 partition' }),
      event(id, 12, 'joined', { group: 'order-service', by: 'client order-service', detail: '1 member' }),
      task(id, 15, { id: 'produce-1', records: 3, bytes: 90 }),
      moved(id, 30, 'produced', 0, 'this test'),
      moved(id, 31, 'produced', 1, 'this test'),
      moved(id, 32, 'produced', 2, 'this test'),
      moved(id, 40, 'received', 1, 'client order-service'),
      event(id, 55, 'committed', { group: 'order-service', topic: 'orders', partition: 0, detail: 'offset 2' }),
      check(id, 60, {
        matcher: 'toCatchUp',
        subject: 'group order-service',
        waited: 4,
        notes: ['client x fetches ahead'],
      }),
      record(id, 0, { task: 'produce-1' }),
      record(id, 1, { value: text('{"type":"accepted","reason":null}') }),
      record(id, 2, { value: null, key: text('') }),
      record(id, 3, { value: text('x'.repeat(20_480), { bytes: 50_000, truncated: true }) }),
      record(id, 4, {
        value: { encoding: 'base64', bytes: 4, truncated: false, data: 'AAH+/w==' },
        key: null,
        headers: [],
      }),
      record(id, 5, { value: redacted, key: redacted, headers: [{ name: 'source', value: redacted }] }),
      check(id, 70, {
        verdict: 'failed',
        duration: 1000,
        message,
        closest: 'orders/0@1',
        paths: ['value.type'],
        expected: '{"key": "o-1", "value": {"type": "rejected"}}',
      }),
    ].map(second),
  ]
}

/** A real cluster of an environment, that answered. */
export function clusterLine(changes: Partial<ClusterLine> = {}): ClusterLine {
  return {
    type: 'cluster',
    kind: 'external',
    environment: 'staging',
    color: 'yellow',
    image: null,
    broker: null,
    brokers: ['kafka-1.staging.example.com:9093', 'kafka-2.staging.example.com:9093'],
    protocol: 'SASL_SSL',
    mechanism: 'SCRAM-SHA-512',
    problem: null,
    moreTopics: 3,
    client: {
      prefix: 'ci-',
      cleanUp: true,
      servername: null,
      verified: true,
      ownAuthority: true,
      ownCertificate: false,
    },
    answer: {
      clusterId: 'Jx0p2bXhQ6mZkq1fA3cXyw',
      version: '4.1',
      versionBy: 'metadata.version 27',
      features: [
        { name: 'group.version', level: 1 },
        { name: 'metadata.version', level: 27 },
      ],
      nodes: [1, 2].map((id) => ({ id, address: `kafka-${id}.staging.example.com:9093` })),
    },
    topics: [
      { name: 'order-events', partitions: 12, configs: [] },
      { name: 'orders', partitions: 3, configs: [{ name: 'retention.ms', value: '60000' }] },
    ],
    ...changes,
  }
}

/** A run of one test that failed, one that is flaky, one that was skipped, and so many that passed. */
export function sampleRun(passed = 3): Line[] {
  const tests: Line[] = [
    ...failedTest(),
    testLine('flaky', { name: 'orders > is flaky', flaky: true }),
    testLine('skipped', { name: 'orders > is skipped', status: 'skipped', duration: 0, attempts: [] }),
    ...Array.from({ length: passed }, (_, index) => testLine(`passed-${index}`, { file: 'test/passed.test.ts' })),
  ]
  const ci = {
    name: 'GitHub Actions',
    build: '17',
    url: 'https://ci.example/17',
    job: 'test',
    attempt: 1,
    pullRequest: null,
  }
  return [runLine({ project: 'shop', startedAt, ci }), clusterLine(), ...tests, { ...endLine(tests), duration: 2400 }]
}
