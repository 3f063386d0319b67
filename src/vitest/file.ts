import { readFileSync } from 'node:fs'
import type { afterAll, beforeEach, RunnerTestCase, TestContext } from 'vitest'
import type { WorkerOptions } from '../config/worker-options.ts'
import type { Scope } from '../kafka/scope.ts'
import { TestFile } from '../kafka/test-file.ts'
import { unawaited } from '../matchers/awaited.ts'
import { warnOfTitle } from '../redaction/scrub.ts'
import type { Told } from '../run/recorder.ts'
import { scrubAnnotations, scrubResult } from './scrub.ts'

let file: TestFile | undefined

/** What `setup.ts` has of Vitest: imported here, it would keep this out of the one module that every test file loads. */
interface Runner {
  afterAll: typeof afterAll
  beforeEach: typeof beforeEach
  path: string
}

/** Runs in the worker before each test file's own imports (`setup.ts`). */
export async function setUpFile(options: WorkerOptions, { afterAll, beforeEach, path }: Runner): Promise<void> {
  const opened = await TestFile.open(await withOwnConfig(options, path), path)
  file = opened
  await opened.redactConsole(console)
  // Vitest reads the names of the fixtures out of this pattern.
  beforeEach(async ({ task, onTestFinished }) => {
    const scope = await beginAttempt(opened, task, onTestFinished)
    await scope.cluster.pin(scope.began)
  })
  afterAll(async () => {
    await opened.close()
    if (file === opened) file = undefined
  })
}

const topComments = /^(?:\s*(?:\/\*[\s\S]*?\*\/|\/\/.*))*/

/** What the file says for itself in the comments at its top; Jest finds that by itself. */
async function withOwnConfig(options: WorkerOptions, path: string): Promise<WorkerOptions> {
  const [comments = ''] = topComments.exec(readFileSync(path, 'utf8')) ?? []
  const said = /@kafka-testkit\s+(\S.*?)\s*(?:\*\/)?$/m.exec(comments)?.[1]
  if (said === undefined) return options
  const { withFileConfig } = await import('../config/file-options.ts')
  return withFileConfig(options, said)
}

async function beginAttempt(
  opened: TestFile,
  task: RunnerTestCase,
  onTestFinished: TestContext['onTestFinished'],
): Promise<Scope> {
  const { id, timeout } = task
  const told = whatIsTold(task)
  // Retries are counted over all repetitions.
  const attempt = (task.result?.retryCount ?? 0) + (task.result?.repeatCount ?? 0)
  const { scope, end } = await opened.begin({ id, name: nameOf(task), attempt, timeout })
  if (attempt === 0) scrubAnnotations(() => opened.scopeOf(id), task.context)
  // That of the context: the global one takes the wrong test under `test.concurrent`. Registered first, so it runs last: after the test's own hooks, in every attempt.
  onTestFinished(async () => {
    const forgotten = unawaited(scope)
    try {
      await scrubResult(scope, task)
      await warnOfTitle(scope, task.file.name)
    } finally {
      await end(() => told)
    }
    if (forgotten !== undefined) throw forgotten
  })
  return scope
}

/** Each attempt of a test that may have several: Vitest 4 only counts them, Vitest 5 has their times by another clock. */
function whatIsTold({ repeats = 0, retry = 0, result }: RunnerTestCase): Told | undefined {
  const retries = typeof retry === 'object' ? (retry.count ?? 0) : retry
  if (result === undefined || (repeats === 0 && retries === 0)) return undefined
  return { repeat: result.repeatCount ?? 0, errorsBefore: result.errors?.length ?? 0 }
}

/** `suite > suite > test`, without the file. */
function nameOf(task: RunnerTestCase): string {
  const names = [task.name]
  for (let suite = task.suite; suite !== undefined && suite.name !== ''; suite = suite.suite) names.unshift(suite.name)
  return names.join(' > ')
}

function currentFile(): TestFile {
  if (file !== undefined) return file
  throw new Error(
    "kafka-testkit isn't set up: add its plugin to vitest.config.ts (import kafka from 'kafka-testkit/vitest/config', then plugins: [kafka()])",
  )
}

/** The scope of the test that runs; with `test.concurrent` the one that began last, so use the fixture there. */
export function currentScope(): Scope {
  return currentFile().currentScope()
}

export function scopeOfTask(task: RunnerTestCase): Scope {
  return currentFile().scopeOf(task.id)
}

/** What the config says of the environment, for `kafka.environment` and `kafka.variables`. */
export function currentEnvironment(): ReturnType<TestFile['environment']> {
  return currentFile().environment()
}
