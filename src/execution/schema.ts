import { z } from 'zod'
import type { Line, RunLine } from './model.ts'

/*
 * The stored model, for those who check a file: not loaded by any test. `model.ts` has the same as types, and
 * `test/types/model.test-d.ts` holds the two together. What isn't named here isn't written.
 */
const status = z.enum(['passed', 'failed', 'skipped', 'timed out', 'crashed'])
const verdict = z.enum(['passed', 'failed'])
const text = z.string().nullable()
const number = z.number().nullable()
const percentiles = z.strictObject({ count: z.number(), p50: z.number(), p99: z.number(), max: z.number() }).nullable()
const metrics = z.strictObject({
  recordsProduced: z.number(),
  recordsReceived: z.number(),
  bytesProduced: z.number(),
  bytesReceived: z.number(),
  produceToAck: percentiles,
  ackToReceive: percentiles,
})
const preview = z.strictObject({
  encoding: z.enum(['utf8', 'base64', 'redacted']),
  bytes: z.number(),
  truncated: z.boolean(),
  data: z.string(),
})
const error = z.strictObject({ name: z.string(), message: z.string() })
/** Which test a line belongs to; several tests of one file run at once. */
const ofTest = { test: z.string(), attempt: z.number() }

const run = z.strictObject({
  type: z.literal('run'),
  schema: z.literal(1),
  id: z.string(),
  project: z.string(),
  branch: text,
  commit: text,
  ci: z
    .strictObject({ name: z.string(), build: text, url: text, job: text, attempt: number, pullRequest: text })
    .nullable(),
  runner: z.strictObject({ name: z.enum(['vitest', 'jest']), version: z.string() }),
  node: z.string(),
  environment: text,
  cluster: z.strictObject({ kind: z.enum(['embedded', 'testcontainers', 'external']) }),
  shard: z.strictObject({ index: z.number(), count: z.number() }).nullable(),
  redacted: z.strictObject({ records: z.boolean(), checks: z.boolean() }),
  startedAt: z.number(),
})

const attempt = z.strictObject({
  attempt: z.number(),
  status,
  startedAt: z.number(),
  duration: z.number(),
  errors: z.array(error),
})

const test = z.strictObject({
  type: z.literal('test'),
  id: z.string(),
  key: z.string(),
  project: z.string(),
  file: z.string(),
  name: z.string(),
  status,
  startedAt: z.number(),
  duration: z.number(),
  flaky: z.boolean(),
  attempts: z.array(attempt),
  metrics,
})

const task = z.strictObject({
  type: z.literal('task'),
  id: z.string(),
  ...ofTest,
  kind: z.enum(['produce', 'receive', 'consume', 'records', 'create topic']),
  topic: z.string(),
  group: text,
  at: z.number(),
  duration: z.number(),
  status: verdict,
  error: error.nullable(),
  records: z.number(),
  bytes: z.number(),
})

const event = z.strictObject({
  type: z.literal('event'),
  ...ofTest,
  at: z.number(),
  kind: z.enum(['produced', 'received', 'joined', 'left', 'rebalanced', 'committed', 'topic created']),
  topic: text,
  partition: number,
  firstOffset: number,
  lastOffset: number,
  bytes: number,
  group: text,
  by: text,
  detail: text,
})

const record = z.strictObject({
  type: z.literal('record'),
  ...ofTest,
  task: text,
  direction: z.enum(['produced', 'received']),
  topic: z.string(),
  partition: z.number(),
  offset: z.number(),
  timestamp: z.number(),
  key: preview.nullable(),
  value: preview.nullable(),
  headers: z.array(z.strictObject({ name: z.string(), value: preview.nullable() })),
  sizes: z.strictObject({ key: z.number(), value: z.number(), headers: z.number() }),
  serde: z.strictObject({ key: z.string(), value: z.string() }),
  schemaId: number,
})

const check = z.strictObject({
  type: z.literal('check'),
  ...ofTest,
  matcher: z.string(),
  negated: z.boolean(),
  subject: z.string(),
  verdict,
  at: z.number(),
  duration: z.number(),
  expected: text,
  actual: text,
  message: text,
  closest: text,
  paths: z.array(z.string()),
})

const end = z.strictObject({
  type: z.literal('end'),
  status: verdict,
  duration: z.number(),
  totals: z.strictObject({
    tests: z.number(),
    passed: z.number(),
    failed: z.number(),
    skipped: z.number(),
    flaky: z.number(),
    withKafka: z.number(),
  }),
  metrics,
})

/** The line that a run begins with. */
export const runLineSchema: z.ZodType<RunLine> = run

/** One line of a run's file. */
export const lineSchema: z.ZodType<Line> = z.discriminatedUnion('type', [run, test, task, event, record, check, end])
