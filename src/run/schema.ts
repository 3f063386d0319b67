import { z } from 'zod'
import type { ClusterLine, EndLine, Line, RunLine } from './model.ts'

/*
 * The stored model, for those who check a file: not loaded by any test. `model.ts` has the same as types, and
 * `test/types/model.test-d.ts` holds the two together. What isn't named here isn't written (`redaction/projection.ts`
 * reads the JSON Schema made of it), and docs/data-security.md lists what is.
 */

/** What a field holds, and which of the two switches take it out. */
function field<S extends z.ZodType>(schema: S, description: string, ...redactedBy: ('records' | 'checks')[]): S {
  return schema.meta({ description, ...(redactedBy.length > 0 && { redactedBy }) }) as S
}

const status = z.enum(['passed', 'failed', 'skipped', 'timed out', 'crashed'])
const verdict = z.enum(['passed', 'failed'])
const text = z.string().nullable()
const number = z.number().nullable()
const startedAt = field(z.number(), 'When it began, in milliseconds since the epoch')
const duration = field(z.number(), 'Milliseconds')
const at = field(z.number(), 'Milliseconds since the attempt began')
const percentiles = z.strictObject({ count: z.number(), p50: z.number(), p99: z.number(), max: z.number() }).nullable()
const metrics = z.strictObject({
  recordsProduced: field(z.number(), 'How many records the tests produced'),
  recordsReceived: field(z.number(), 'How many records tasks and checks received'),
  bytesProduced: field(z.number(), 'Of their keys and values'),
  bytesReceived: field(z.number(), 'Of their keys and values'),
  produceToAck: field(percentiles, 'Milliseconds from the start of a produce task to its acknowledgement'),
  ackToReceive: field(
    percentiles,
    'Milliseconds from an acknowledgement to the task or check that received the record',
  ),
})
const preview = z.strictObject({
  encoding: field(z.enum(['utf8', 'base64', 'redacted']), 'How `data` is to be read; `redacted`: it holds none'),
  bytes: field(z.number(), 'How many there were, redacted or not'),
  truncated: field(z.boolean(), 'Whether they were more than 20 KiB, and are cut off'),
  data: field(z.string(), 'The first 20 KiB, or `<redacted>`'),
})
const error = z.strictObject({
  // Whatever was thrown may have been given any name.
  name: z.string().meta({
    description: 'The class of the error; what is not called so is redacted',
    redactedBy: ['records', 'checks'],
    kept: '^[A-Z][A-Za-z]{0,60}Error$|^Error$',
  }),
  message: field(z.string(), 'Its message', 'records', 'checks'),
})
/** Which test a line belongs to; several tests of one file run at once. */
const ofTest = {
  test: field(z.string(), 'The id of its test'),
  attempt: field(z.number(), 'Of which attempt, from 0'),
}

const run = z.strictObject({
  type: z.literal('run'),
  schema: field(z.literal([1, 2]), 'The version of this model'),
  id: field(z.string(), 'UUIDv7'),
  project: field(z.string(), 'The name in the config, or in package.json'),
  branch: field(text, 'Of git, or as the CI system says'),
  commit: field(text, 'Of git'),
  ci: field(
    z
      .strictObject({
        name: field(z.string(), 'Of the CI system'),
        build: field(text, 'The id of the build'),
        url: field(text, 'Of the build, without credentials'),
        job: field(text, 'Of the build'),
        attempt: field(number, 'Of the build'),
        pullRequest: field(text, 'Its number'),
      })
      .nullable(),
    'The build, where the run is one of CI',
  ),
  runner: z.strictObject({ name: z.enum(['vitest', 'jest']), version: field(z.string(), "The runner's version") }),
  node: field(z.string(), "Node's version"),
  environment: field(text, 'The name of the environment'),
  cluster: z.strictObject({
    kind: field(z.enum(['embedded', 'testcontainers', 'external']), 'Where the records lived'),
  }),
  shard: field(z.strictObject({ index: z.number(), count: z.number() }).nullable(), 'Which of how many shards'),
  redacted: field(
    z.strictObject({ records: z.boolean(), checks: z.boolean() }),
    'What is redacted in all of its tests; single tests may redact more',
  ),
  startedAt,
})

const cluster = z.strictObject({
  type: z.literal('cluster'),
  kind: field(z.enum(['embedded', 'testcontainers', 'external']), 'Where the records lived'),
  environment: field(text, 'The name of the environment'),
  color: field(
    z.enum(['red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'gray']).nullable(),
    'Of the environment, as the config has it',
  ),
  brokers: field(z.array(z.string()), 'host:port, as the config has them; without what stands before an @'),
  image: field(text, 'Of the container, with its tag; without credentials'),
  protocol: field(z.enum(['PLAINTEXT', 'SSL', 'SASL_PLAINTEXT', 'SASL_SSL']), 'How it is connected to'),
  mechanism: field(
    z.enum(['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512', 'AWS', 'OAUTHBEARER']).nullable(),
    'Of SASL; never a user, a password or a token',
  ),
  client: z
    .strictObject({
      prefix: field(z.string(), 'What names begin with that are made up'),
      cleanUp: field(z.boolean(), 'Whether what the tests leave is deleted at the end of the run'),
      servername: field(text, 'The name in the certificate, where the config has one'),
      verified: field(z.boolean(), 'Whether certificates are looked at'),
      ownAuthority: field(z.boolean(), 'Whether the config has an authority of its own; never the certificate'),
      ownCertificate: field(z.boolean(), 'Whether the config has a certificate of the client; never it or its key'),
    })
    .nullable(),
  broker: z
    .strictObject({
      version: field(z.string(), 'Of kafka-testkit, whose broker is embedded'),
      scope: field(z.enum(['file', 'test']), 'Who has one of its own'),
      partitions: field(z.number(), 'Of a topic of which nobody says how many'),
      autoCreateTopics: field(z.boolean(), 'Whether a topic comes to be when it is first used'),
      strict: field(z.array(z.string()), 'The names of the switches in which it is as Kafka'),
    })
    .nullable(),
  answer: z
    .strictObject({
      clusterId: field(text, 'As the cluster calls itself'),
      version: field(text, "Kafka's release: at least this one"),
      versionBy: field(text, 'By which feature or API version that is known'),
      features: field(
        z.array(z.strictObject({ name: z.string(), level: z.number() })),
        'What the cluster has finalized, and on which level',
      ),
      nodes: field(
        z.array(z.strictObject({ id: z.number(), address: z.string() })),
        'Its brokers: number and host:port',
      ),
    })
    .nullable(),
  problem: field(text, 'Why it did not answer, or not to all'),
  topics: z.array(
    z.strictObject({
      name: field(z.string(), 'The name of a topic that the tests touched'),
      partitions: field(z.number(), 'How many it has'),
      configs: field(
        z.array(z.strictObject({ name: z.string(), value: z.string() })),
        "What is set for this topic: Kafka's own names only",
      ),
    }),
  ),
  moreTopics: field(z.number(), 'How many topics more there were than are listed'),
})

const attempt = z.strictObject({
  attempt: field(z.number(), 'From 0'),
  repeat: field(z.number(), 'Which repetition of the test it belongs to, from 0; not in version 1').optional(),
  status: field(status, 'How it ended'),
  startedAt,
  duration,
  errors: z.array(error),
})

const test = z.strictObject({
  type: z.literal('test'),
  id: field(z.string(), "The runner's id"),
  key: field(z.string(), 'The same from run to run: project, file and name'),
  project: field(z.string(), "The runner's project"),
  file: field(z.string(), 'The path of the test file, relative to the root'),
  name: field(z.string(), 'The titles of its suites and its own'),
  status: field(status, 'How it ended'),
  startedAt,
  duration,
  flaky: field(z.boolean(), 'Whether it passed after an attempt that did not'),
  attempts: z.array(attempt),
  metrics,
})

const task = z.strictObject({
  type: z.literal('task'),
  id: field(z.string(), 'UUID'),
  ...ofTest,
  kind: field(
    z.enum(['produce', 'receive', 'consume', 'records', 'create topic', 'clear topic', 'reset']),
    'What was done',
  ),
  topic: field(z.string(), 'The name of the topic; * of a reset'),
  group: field(text, 'The id of the consumer group'),
  at,
  duration,
  status: field(verdict, 'How it ended'),
  error: field(error.nullable(), 'Why it failed'),
  records: field(z.number(), 'How many it moved'),
  bytes: field(z.number(), 'Of their keys and values'),
})

const event = z.strictObject({
  type: z.literal('event'),
  ...ofTest,
  at,
  kind: field(
    z.enum([
      'produced',
      'received',
      'joined',
      'left',
      'rebalanced',
      'committed',
      'paused',
      'refused',
      'transaction began',
      'transaction committed',
      'transaction aborted',
      'topic created',
    ]),
    'What the cluster told; `paused` (a member does not ask for a partition), `refused` and those of transactions are not in version 1',
  ),
  topic: field(text, 'The name of the topic'),
  partition: field(number, 'Of the topic'),
  firstOffset: field(number, 'Of the records that it is about'),
  lastOffset: field(number, 'Of the records that it is about'),
  bytes: field(number, 'Of these records'),
  group: field(text, 'The id of the consumer group'),
  by: field(text, 'The client id of who did it, or "this test"'),
  detail: field(text, 'The rest in words: "2 members", "offset 3"'),
})

const record = z.strictObject({
  type: z.literal('record'),
  ...ofTest,
  task: field(text, 'The id of the task that moved it'),
  direction: field(z.enum(['produced', 'received']), 'Which way it went'),
  topic: field(z.string(), 'The name of the topic'),
  partition: field(z.number(), 'Where it lies'),
  offset: field(z.number(), 'Where it lies'),
  timestamp: field(z.number(), 'Milliseconds since the epoch'),
  key: field(preview.nullable(), 'Its key; null where it has none', 'records'),
  value: field(preview.nullable(), 'Its value; null is a tombstone', 'records'),
  headers: z.array(
    z.strictObject({
      name: field(z.string(), 'The name of the header'),
      value: field(preview.nullable(), 'The value of the header', 'records'),
    }),
  ),
  sizes: field(
    z.strictObject({ key: z.number(), value: z.number(), headers: z.number() }),
    'Bytes of each, before compression',
  ),
  serde: field(z.strictObject({ key: z.string(), value: z.string() }), 'The names of its serdes'),
  schemaId: field(number, "Of the registry's schema"),
})

const check = z.strictObject({
  type: z.literal('check'),
  ...ofTest,
  matcher: field(z.string(), 'The name of the matcher'),
  negated: field(z.boolean(), 'Whether it was asked with .not'),
  subject: field(z.string(), '"topic orders", "group order-service", "record orders/0@3"'),
  verdict: field(verdict, 'How it ended'),
  at,
  duration,
  expected: field(text, 'What was expected, on one line', 'records', 'checks'),
  actual: field(text, 'What there was, on one line', 'records', 'checks'),
  message: field(text, 'The message of a check that failed', 'records', 'checks'),
  closest: field(text, 'Where the closest record lies: `topic/partition@offset`'),
  paths: field(z.array(z.string()), 'The fields in which that differs; with record data redacted no names in a value'),
  waited: field(
    z.number(),
    'Milliseconds that it waited, where nothing but that was known, or on a real cluster at least; not in version 1',
  ).optional(),
  notes: field(
    z.array(z.string()),
    'What it could not know when it held, or did not wait for: clients, groups and partitions; not in version 1',
  ).optional(),
})

const outside = z.strictObject({
  type: z.literal('error'),
  project: field(z.string(), "The runner's project"),
  file: field(text, 'The path of the test file, relative to the root; null where it is of the whole run'),
  suite: field(text, 'The titles of the suite whose hook failed'),
  ...error.shape,
})

const end = z.strictObject({
  type: z.literal('end'),
  status: field(verdict, 'How the run ended'),
  duration,
  totals: field(
    z.strictObject({
      tests: z.number(),
      passed: z.number(),
      failed: z.number(),
      skipped: z.number(),
      flaky: z.number(),
      withKafka: z.number(),
      errors: z.number().optional(),
    }),
    'How many tests, and how many errors outside of them (not in version 1)',
  ),
  metrics,
})

/** The line that a run begins with. */
export const runLineSchema: z.ZodType<RunLine> = run

/** What is known of a cluster of it. */
export const clusterLineSchema: z.ZodType<ClusterLine> = cluster

/** The line that it ends with. */
export const endLineSchema: z.ZodType<EndLine> = end

/** One line of a run's file. */
export const lineSchema: z.ZodType<Line> = z.discriminatedUnion('type', [
  run,
  cluster,
  test,
  task,
  event,
  record,
  check,
  outside,
  end,
])
