import { relative } from 'node:path'
import { afterAll, beforeEach, expect, type RunnerTestCase, Snapshots, type TestContext } from 'vitest'
import { type Broker, startBroker } from '../broker/index.ts'
import type { Cluster } from '../cluster/cluster.ts'
import { embeddedCluster } from '../cluster/embedded.ts'
import { noRecorder, type Recorder } from '../execution/recorder.ts'
import { spoolRecorder } from '../execution/spool.ts'
import { silenceNegativeTimeouts } from '../kafka/kafkajs.ts'
import { type OpenScope, openScope, type Scope } from '../kafka/scope.ts'
import { closeProducers } from '../kafka/shared-producer.ts'
import { unawaited } from '../matchers/awaited.ts'
import { createMatchers } from '../matchers/index.ts'
import type { MatchSnapshot } from '../matchers/to-match-record-snapshot.ts'
import type { WorkerOptions } from './config.ts'

/** The test file that this worker runs now: its broker, and the scopes of the tests that run. */
interface TestFile {
  options: WorkerOptions
  path: string
  broker: Broker
  cluster: Cluster
  recorder: Recorder
  /** For what is used outside of tests: `beforeAll`, module level. */
  outside: OpenScope
  running: Map<RunnerTestCase, OpenScope>
  attempts: Map<RunnerTestCase, number>
  latest: Scope | undefined
}

let file: TestFile | undefined

silenceNegativeTimeouts()

/**
 * Runs in the worker before each test file's own imports (`setup.ts`): the broker listens and its address is in
 * `process.env.KAFKA_BROKERS`, so that a module which connects when it is imported works.
 */
export async function setUpFile(options: WorkerOptions): Promise<void> {
  const broker = await startBroker({ ...options.broker, keepAlive: false })
  process.env.KAFKA_BROKERS = broker.brokers.join(',')
  const cluster = embeddedCluster(broker)
  const spool = process.env.KAFKA_TESTKIT_SPOOL
  const recorder = spool === undefined ? noRecorder : spoolRecorder(spool)
  const path = expect.getState().testPath ?? ''
  const current: TestFile = {
    options,
    path: relative(options.root, path).replaceAll('\\', '/'),
    broker,
    cluster,
    recorder,
    outside: undefined as never,
    running: new Map(),
    attempts: new Map(),
    latest: undefined,
  }
  current.outside = open(current, { id: '', name: '', attempt: 0, timeout: 0 })
  file = current
  expect.extend(createMatchers(Snapshots.toMatchSnapshot as MatchSnapshot))
  // Vitest reads the names of the fixtures out of this pattern.
  beforeEach(({ task, onTestFinished }) => beginAttempt(current, task, onTestFinished))
  afterAll(() => closeFile(current))
}

function open(current: TestFile, test: { id: string; name: string; attempt: number; timeout: number }): OpenScope {
  return openScope({
    cluster: current.cluster,
    recorder: current.recorder,
    testId: test.id,
    testName: test.name,
    file: current.path,
    attempt: test.attempt,
    defaultTimeout: current.options.timeout,
    defaultWithin: current.options.within,
    testTimeout: test.timeout,
    running: () => current.running.size,
  })
}

function beginAttempt(current: TestFile, task: RunnerTestCase, onTestFinished: TestContext['onTestFinished']): void {
  const attempt = current.attempts.get(task) ?? 0
  current.attempts.set(task, attempt + 1)
  const opened = open(current, { id: task.id, name: nameOf(task), attempt, timeout: task.timeout })
  current.running.set(task, opened)
  current.latest = opened.scope
  // That of the context: the global one takes the wrong test under `test.concurrent`. Registered first, so it runs last: after the test's own hooks, in every attempt.
  onTestFinished(async () => {
    const forgotten = unawaited(opened.scope)
    await opened.end()
    current.running.delete(task)
    if (forgotten !== undefined) throw new Error(forgotten)
  })
}

/** `suite > suite > test`, without the file. */
function nameOf(task: RunnerTestCase): string {
  const names = [task.name]
  for (let suite = task.suite; suite !== undefined && suite.name !== ''; suite = suite.suite) names.unshift(suite.name)
  return names.join(' > ')
}

async function closeFile(current: TestFile): Promise<void> {
  await closeProducers(current.cluster)
  await current.outside.end()
  await current.cluster.close()
  await current.broker.close()
  if (file === current) file = undefined
}

function currentFile(): TestFile {
  if (file !== undefined) return file
  throw new Error(
    "kafka-testkit isn't set up: add its plugin to vitest.config.ts (import kafka from 'kafka-testkit/vitest/config', then plugins: [kafka()])",
  )
}

/** The scope of the test that runs; with `test.concurrent` the one that began last, so use the fixture there. */
export function currentScope(): Scope {
  const { latest, outside, running } = currentFile()
  return running.size > 0 && latest !== undefined ? latest : outside.scope
}

export function scopeOfTask(task: RunnerTestCase): Scope {
  return currentFile().running.get(task)?.scope ?? currentFile().outside.scope
}

/** What the config says of the environment, for `kafka.environment` and `kafka.variables`. */
export function currentEnvironment(): { name: string | null; variables: Readonly<Record<string, string>> } {
  const { environment, variables } = currentFile().options
  return { name: environment, variables }
}
