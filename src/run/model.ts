/**
 * What is stored of a run: one JSON object a line, in this order: `run`, then for each test its `test` line followed by
 * its `task`, `event`, `record` and `check` lines, with an `error` line for what failed outside of them, at last `end`. A
 * file without `end` is a run that was lost. What is known of a cluster stands in a `cluster` line behind `run`, and with
 * what else was learnt of it in one before `end` (`clustersOf` reads them).
 * Times (`startedAt`) are milliseconds since the epoch, durations and `at` (since the attempt began) milliseconds; both
 * in fractions. `src/run/schema.ts` validates the same; the two are held together by a type test.
 */
export type Line =
  | RunLine
  | ClusterLine
  | TestLine
  | TaskLine
  | EventLine
  | RecordLine
  | CheckLine
  | ErrorLine
  | EndLine

export interface RunLine {
  type: 'run'
  /** Version 2 has `error` lines, and tells repetitions from retries: who reads version 1 only would call it green. */
  schema: 1 | 2
  /** UUIDv7, so that ids sort by time. */
  id: string
  project: string
  branch: string | null
  commit: string | null
  /** The CI system and what it says, where the run is one of CI. */
  ci: Ci | null
  runner: { name: 'vitest' | 'jest'; version: string }
  node: string
  environment: string | null
  /** Never its secrets. */
  cluster: { kind: 'embedded' | 'testcontainers' | 'external' }
  shard: { index: number; count: number } | null
  /** What is redacted in all of its tests. */
  redacted: { records: boolean; checks: boolean }
  startedAt: number
}

interface Ci {
  /** "GitHub Actions". */
  name: string
  /** Its id of the build, the same for each of its jobs. */
  build: string | null
  /** The build's page; never with credentials or a query that could hold some. */
  url: string | null
  job: string | null
  /** From 1, where the CI system counts them. */
  attempt: number | null
  /** Its number. */
  pullRequest: string | null
}

/** A cluster that tests ran on. Never a secret of it: each field is chosen, none is the rest of a config. */
export interface ClusterLine {
  type: 'cluster'
  kind: RunLine['cluster']['kind']
  /** The environment's name, and its colour in the config. */
  environment: string | null
  color: 'red' | 'green' | 'yellow' | 'blue' | 'magenta' | 'cyan' | 'gray' | null
  /** `host:port`, as the config has them; none of a broker that was started for the run. */
  brokers: string[]
  /** Of the container, with its tag. */
  image: string | null
  protocol: 'PLAINTEXT' | 'SSL' | 'SASL_PLAINTEXT' | 'SASL_SSL'
  mechanism: 'PLAIN' | 'SCRAM-SHA-256' | 'SCRAM-SHA-512' | 'AWS' | 'OAUTHBEARER' | null
  /** How a real one is reached. */
  client: ClusterClient | null
  /** How the embedded broker was set up. */
  broker: EmbeddedBroker | null
  /** What a real one said of itself at the end of the run; null before, and where it said nothing. */
  answer: ClusterAnswer | null
  /** Why it said nothing, or not all. */
  problem: string | null
  /** Those that the tests touched. A name stands twice where two test files had it otherwise. */
  topics: TopicConfiguration[]
  /** How many more there were. */
  moreTopics: number
}

interface ClusterClient {
  /** What the names begin with that are made up. */
  prefix: string
  /** Whether topics and groups of the tests are deleted at the run's end. */
  cleanUp: boolean
  /** The name in the certificate, where the config has one. */
  servername: string | null
  /** Whether certificates are looked at. */
  verified: boolean
  /** Whether the config names an authority, and a certificate of the client. */
  ownAuthority: boolean
  ownCertificate: boolean
}

interface EmbeddedBroker {
  /** Of kafka-testkit. */
  version: string
  scope: 'file' | 'test'
  /** Of a topic of which nobody says how many. */
  partitions: number
  autoCreateTopics: boolean
  /** In what it is as Kafka also where it is kinder on purpose. */
  strict: string[]
}

interface ClusterAnswer {
  clusterId: string | null
  /** Kafka's release: at least this one. */
  version: string | null
  /** By what that is known: "metadata.version 33", "Fetch 17". */
  versionBy: string | null
  features: { name: string; level: number }[]
  nodes: { id: number; address: string }[]
}

export interface TopicConfiguration {
  name: string
  partitions: number
  /** What isn't as the cluster has it for all topics; Kafka's own names only. */
  configs: { name: string; value: string }[]
}

export type Status = 'passed' | 'failed' | 'skipped' | 'timed out' | 'crashed'

export interface TestLine {
  type: 'test'
  /** The runner's id of it in this run. */
  id: string
  /** The same from run to run: project + file + full name. */
  key: string
  project: string
  /** Relative to the root, with forward slashes. */
  file: string
  /** `suite > test`. */
  name: string
  status: Status
  startedAt: number
  duration: number
  flaky: boolean
  attempts: Attempt[]
  metrics: Metrics
}

export interface Attempt {
  /** From 0. */
  attempt: number
  /** Which repetition of the test it belongs to, from 0: the others of the same one are retries. Not in version 1. */
  repeat?: number
  status: Status
  startedAt: number
  duration: number
  errors: { name: string; message: string }[]
}

export interface Metrics {
  recordsProduced: number
  recordsReceived: number
  bytesProduced: number
  bytesReceived: number
  /** From the start of a produce task to its acknowledgement. */
  produceToAck: Percentiles | null
  /** From a record's acknowledgement to the check or task that received it. */
  ackToReceive: Percentiles | null
}

export interface Percentiles {
  count: number
  p50: number
  p99: number
  max: number
}

/** One thing that a test did to a system. */
export interface TaskLine {
  type: 'task'
  id: string
  test: string
  attempt: number
  kind: 'produce' | 'receive' | 'consume' | 'records' | 'create topic' | 'clear topic' | 'reset'
  /** `*` of a reset. */
  topic: string
  group: string | null
  at: number
  duration: number
  status: 'passed' | 'failed'
  error: { name: string; message: string } | null
  records: number
  bytes: number
}

/** What the cluster told while the test ran. */
export interface EventLine {
  type: 'event'
  test: string
  attempt: number
  at: number
  kind:
    | 'produced'
    | 'received'
    | 'joined'
    | 'left'
    | 'rebalanced'
    | 'committed'
    | 'paused'
    | 'refused'
    | 'transaction began'
    | 'transaction committed'
    | 'transaction aborted'
    | 'topic created'
  topic: string | null
  partition: number | null
  firstOffset: number | null
  lastOffset: number | null
  bytes: number | null
  group: string | null
  /** "this test", or "client order-service-1". */
  by: string | null
  /** The rest in words: "2 members", "generation 3, Stable". */
  detail: string | null
}

export interface RecordLine {
  type: 'record'
  test: string
  attempt: number
  task: string | null
  direction: 'produced' | 'received'
  topic: string
  partition: number
  offset: number
  timestamp: number
  key: Preview | null
  value: Preview | null
  headers: { name: string; value: Preview | null }[]
  /** Bytes on the wire before compression. */
  sizes: { key: number; value: number; headers: number }
  serde: { key: string; value: string }
  schemaId: number | null
}

/**
 * At most 20 KiB of a key, a value or a header's value. A tombstone's value is `null`, the empty string has 0 bytes, and
 * what is redacted says so by its encoding.
 */
export interface Preview {
  encoding: 'utf8' | 'base64' | 'redacted'
  /** How many there were, redacted or not. */
  bytes: number
  truncated: boolean
  data: string
}

/** One matcher's verdict. */
export interface CheckLine {
  type: 'check'
  test: string
  attempt: number
  matcher: string
  negated: boolean
  /** "topic orders", "group order-service", "record orders/0@3". */
  subject: string
  verdict: 'passed' | 'failed'
  at: number
  duration: number
  expected: string | null
  actual: string | null
  message: string | null
  /** The record nearest to the expected one, as `topic/partition@offset`. */
  closest: string | null
  /** In which fields that differs: "value.type". */
  paths: string[]
  /** Milliseconds that it waited for less than certainty: all of `within`, on a real cluster at least. */
  waited?: number
  /** What it could not know when it held, or did not wait for. */
  notes?: string[]
}

/** What failed outside of any test: a file that can't be imported, a hook of a suite, an error that nobody caught. */
export interface ErrorLine {
  type: 'error'
  /** The runner's; "" for the only one. */
  project: string
  /** Relative to the root; null where only the run is known to have failed. */
  file: string | null
  /** `suite > suite`; null where it is none's. */
  suite: string | null
  name: string
  message: string
}

export interface EndLine {
  type: 'end'
  status: 'passed' | 'failed'
  duration: number
  totals: {
    tests: number
    passed: number
    failed: number
    skipped: number
    flaky: number
    withKafka: number
    /** `error` lines. Not in version 1. */
    errors?: number
  }
  metrics: Metrics
}
