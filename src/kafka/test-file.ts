import { relative } from 'node:path'
import { useTestClock } from '../base/clock.ts'
import { noCluster } from '../cluster/apart.ts'
import type { Cluster } from '../cluster/cluster.ts'
import { silenceNegativeTimeouts } from '../cluster/negative-timeouts.ts'
import { openCluster } from '../cluster/open.ts'
import type { WorkerOptions } from '../config/worker-options.ts'
import type { RedactedConsole } from '../redaction/console.ts'
import type { RedactConfig } from '../redaction/options.ts'
import { type Redaction, tighten } from '../redaction/redaction.ts'
import { type FileRecorder, noRecorder } from '../run/recorder.ts'
import { spoolRecorder } from '../run/spool.ts'
import type { AppendedRecords } from './appended.ts'
import { redactByDefault } from './owner.ts'
import { type Sandbox, sameRealm } from './sandbox.ts'
import { type EarlierTest, type OpenScope, openScope, type Scope } from './scope.ts'

/** A test as its runner knows it. */
export interface RunningTest {
  /** The runner's id of it. */
  id: string
  /** `suite > test`. */
  name: string
  /** From 0. */
  attempt: number
  /** The runner's timeout in milliseconds; 0 for none. */
  timeout: number
}

const outsideOfTests: RunningTest = { id: '', name: '', attempt: 0, timeout: 0 }

/** A test file that runs in this worker, under either runner: its cluster, and the scopes of the tests that run. */
export class TestFile {
  readonly #cluster: Cluster
  readonly #options: WorkerOptions
  /** Relative to the root. */
  readonly path: string
  readonly #sandbox: Sandbox
  /** Whether each test has a broker of its own. */
  readonly #isApart: boolean
  readonly #recorder: FileRecorder
  readonly #running: Map<string, OpenScope> = new Map()
  /** For what is used outside of tests: `beforeAll`, module level. */
  readonly #outside: OpenScope
  #latest: Scope | undefined
  /** What the console must not print, where it is redacted. */
  #appended: AppendedRecords | undefined
  /** Each attempt that began, so that what a record goes back to can be named. */
  readonly #begun: EarlierTest[] = []

  private constructor(
    cluster: Cluster,
    options: WorkerOptions,
    path: string,
    {
      redaction,
      sandbox = sameRealm,
      isApart,
    }: { redaction: Redaction; sandbox?: Sandbox | undefined; isApart: boolean },
  ) {
    const spool = process.env.KAFKA_TESTKIT_SPOOL
    this.#cluster = cluster
    this.#options = options
    this.#sandbox = sandbox
    this.#isApart = isApart
    this.path = relative(options.root, path).replaceAll('\\', '/')
    this.#recorder = spool === undefined ? noRecorder : spoolRecorder(spool)
    this.#outside = this.#open(outsideOfTests, cluster, () => redaction)
    redactByDefault(() => this.#strictest())
  }

  /**
   * Runs before the test file's own imports: the cluster answers and its address is in `process.env.KAFKA_BROKERS`, so
   * that a module which connects when it is imported works.
   */
  static async open(options: WorkerOptions, path: string, sandbox?: Sandbox): Promise<TestFile> {
    silenceNegativeTimeouts()
    if (sandbox !== undefined) useTestClock(() => sandbox.now())
    const { broker, cluster: kind } = options
    const isApart = kind.kind === 'embedded' && broker.scope === 'test'
    const cluster = isApart ? noCluster() : await openCluster(options)
    const file = new TestFile(cluster, options, path, {
      redaction: await redactionOf(options.redact),
      sandbox,
      isApart,
    })
    file.#announce(isApart ? undefined : cluster)
    return file
  }

  /**
   * The attempt of a test begins: at once, unless it has a broker of its own. Its `end` runs what the test left to be
   * closed.
   */
  begin(test: RunningTest): OpenScope | Promise<OpenScope> {
    return this.#isApart ? this.#beginApart(test) : this.#begin(test, this.#cluster)
  }

  async #beginApart(test: RunningTest): Promise<OpenScope> {
    const cluster = await openCluster(this.#options)
    this.#announce(cluster)
    this.#appended?.watch(cluster)
    const opened = this.#begin(test, cluster)
    return {
      ...opened,
      end: async (tell) => {
        try {
          await opened.end(tell)
        } finally {
          await this.#tellTopics(cluster)
          await cluster.close()
        }
      },
    }
  }

  #begin(test: RunningTest, cluster: Cluster): OpenScope {
    // What a `beforeAll` or the module itself asks for holds for all tests that come after.
    const opened = this.#open(test, cluster, () => this.#outside.scope.redaction)
    this.#running.set(test.id, opened)
    this.#latest = opened.scope
    const { testId, testName, began } = opened.scope
    this.#begun.push({ testId, testName, began })
    return {
      ...opened,
      end: async (tell) => {
        try {
          await opened.end(tell)
        } finally {
          if (this.#running.get(test.id) === opened) this.#running.delete(test.id)
        }
      },
    }
  }

  /** The scope of a test that runs; outside of tests that of the file. */
  scopeOf(testId: string): Scope {
    return (this.#running.get(testId) ?? this.#outside).scope
  }

  /** The scope of the test that runs; of several at once, the one that began last. */
  currentScope(): Scope {
    return this.#running.size > 0 && this.#latest !== undefined ? this.#latest : this.#outside.scope
  }

  /** What the config says of the environment, for `kafka.environment` and `kafka.variables`. */
  environment(): { name: string | null; variables: Readonly<Record<string, string>> } {
    const { environment, variables } = this.#options
    return { name: environment, variables }
  }

  /** Where the config asks for it: takes record data out of what this console prints, until the file is closed. */
  async redactConsole(console: RedactedConsole): Promise<void> {
    if (!this.#options.redact.console) return
    const [{ redactConsole }, { AppendedRecords }] = await Promise.all([
      import('../redaction/console.ts'),
      import('./appended.ts'),
    ])
    const appended = new AppendedRecords()
    const noted = (): unknown[] => [...this.#running.values(), this.#outside].flatMap(({ scope }) => scope.data.noted)
    const restore = redactConsole(console, {
      redaction: () => this.#strictest(),
      noted: () => [...noted(), ...appended.records],
    })
    appended.watch(this.#cluster)
    this.#appended = appended
    this.#outside.scope.onEnd(() => {
      appended.stop()
      restore()
    })
  }

  async close(): Promise<void> {
    await this.#outside.end()
    await this.#tellTopics(this.#cluster)
    await this.#cluster.close()
    this.#recorder.close()
    // Nothing holds on to the file, whose sandbox may be large.
    const strictest = this.#strictest()
    redactByDefault(() => strictest)
    useTestClock()
  }

  /** Leaves what the cluster knows of topics that are gone when the run ends. */
  async #tellTopics(cluster: Cluster): Promise<void> {
    if (this.#recorder === noRecorder) return
    const topics = await cluster.passingTopics()
    const { kind, brokers } = cluster
    if (topics.length > 0) {
      this.#recorder.write({ type: 'topics', kind, brokers: kind === 'embedded' ? [] : brokers, topics })
    }
  }

  #strictest(): Redaction {
    return [...this.#running.values()].reduce(
      (strictest, { scope }) => tighten(strictest, scope.redaction),
      this.#outside.scope.redaction,
    )
  }

  /** Where the application finds it. */
  #announce(cluster: Cluster | undefined): void {
    for (const env of new Set([process.env, this.#sandbox.env])) {
      for (const name of this.#options.env) {
        if (cluster === undefined) delete env[name]
        else env[name] = cluster.brokers.join(',')
      }
    }
  }

  #open(test: RunningTest, cluster: Cluster, redaction: () => Redaction): OpenScope {
    return openScope({
      cluster,
      recorder: this.#recorder,
      sandbox: this.#sandbox,
      testId: test.id,
      testName: test.name,
      file: this.path,
      attempt: test.attempt,
      defaultTimeout: this.#options.timeout,
      defaultWithin: this.#options.within,
      testTimeout: test.timeout,
      earlier: this.#begun,
      running: () => this.#running.size,
      redaction,
    })
  }
}

/** Rules are loaded where there are some: no other test pays for them. */
async function redactionOf(config: RedactConfig): Promise<Redaction> {
  const { records, checks, keepHeaders, rules, hideByDefault } = config
  if (rules.length === 0 && !hideByDefault) return { records, checks, keepHeaders, rules: undefined }
  const { compileRules } = await import('../redaction/rules.ts')
  return { records, checks, keepHeaders, rules: compileRules(config) }
}
