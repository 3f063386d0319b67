import { uuid7 } from '../base/ids.ts'
import type { ResolvedConfig } from '../config/config.ts'
import type { Color } from '../config/environments.ts'
import { LiveUpload, type Uploaded } from '../history/live-upload.ts'
import { Store, toText } from '../history/store.ts'
import { projectLine, redactLine } from '../redaction/projection.ts'
import { secretsIn, secretsOf } from '../redaction/secrets.ts'
import { metricsOf, sumUp } from '../run/metrics.ts'
import type { EndLine, ErrorLine, Line, RunLine, TestLine } from '../run/model.ts'
import { numbering } from '../run/test-key.ts'
import { readCi } from './ci.ts'
import { RunClusters } from './clusters.ts'
import { readGit, readProject } from './facts.ts'
import { endLine, type Joined, join, type Results } from './join.ts'
import { plainLine } from './plain.ts'
import type { SpooledAttempt, SpoolFiles } from './spool-files.ts'

/** A run that has ended: what is stored of it. */
export interface EndedRun {
  run: RunLine
  tests: TestLine[]
  /** Tests and what they did, as in the file. */
  lines: Line[]
  end: EndLine
  /** Of the environment's name, as the config has it. */
  color: Color | null
  /** Where it is stored; null where it isn't. */
  folder: string | null
  /** The file of its report; null where none was written. */
  report: string | null
  /** Where it was uploaded to, if it was. */
  uploaded: { url: string; bytes: number } | null
  /** What went wrong, in one line to be printed; null when nothing did. */
  warning: string | null
  /** What kept it from being stored. */
  problem: Error | null
  /** Whether the runner is to end with exit code 1 for it. */
  fails: boolean
}

type Outcome = Pick<EndedRun, 'folder' | 'report' | 'uploaded' | 'warning' | 'problem' | 'fails'>

/** What became of a run's page. */
interface Reported {
  path: string | null
  problem?: string
}

export interface RunOptions {
  root: string
  config: ResolvedConfig
  runner: RunLine['runner']
  shard: RunLine['shard']
}

/**
 * One invocation of the runner, from its begin to the store. In watch mode each rerun is one. Only what `begin` can't do
 * throws: of the rest the run itself says in `warning` what it could not do.
 */
export class Run {
  readonly line: RunLine
  readonly #store: Store
  readonly #config: ResolvedConfig
  readonly #spool: SpoolFiles
  readonly #clusters: RunClusters
  /** What must never be stored. */
  readonly #secrets: readonly string[]
  readonly #taken = new Set<string>()
  readonly #number = numbering()
  readonly #joined: Joined = { tests: [], lines: [], measured: [], touched: 0 }
  readonly #upload: LiveUpload | undefined
  /** How much failed outside of tests. */
  #errors = 0
  /** Lines that wait for the run to be worth keeping: before that nothing is uploaded. */
  #unsent = ''
  /** Why the store has no more of it. */
  #problem: Error | null = null

  private constructor(line: RunLine, { root, config }: RunOptions, spool: SpoolFiles) {
    this.#secrets = [...secretsOf(process.env), ...secretsIn(config.cluster)]
    this.line = projectLine(line, this.#secrets)
    this.#config = config
    this.#spool = spool
    this.#clusters = new RunClusters(config)
    this.#store = new Store(root)
    const { endpoint, enabled } = config.history
    if (endpoint !== null) this.#upload = new LiveUpload(this.line, { endpoint, enabled }, this.#store)
  }

  static async begin(options: RunOptions, spool: SpoolFiles): Promise<Run> {
    const { root, config, runner } = options
    const git = readGit(root)
    const ci = await readCi(root)
    const line: RunLine = {
      type: 'run',
      schema: 2,
      id: uuid7(),
      project: config.project ?? readProject(root),
      // A CI system checks out a commit without its branch.
      branch: ci?.branch ?? git.branch,
      commit: git.commit ?? ci?.commit ?? null,
      ci: ci?.ci ?? null,
      runner,
      node: process.versions.node,
      environment: config.environment,
      cluster: { kind: config.cluster.kind },
      shard: options.shard ?? ci?.shard ?? null,
      redacted: { records: config.redact.records, checks: config.redact.checks },
      startedAt: Date.now(),
    }
    const run = new Run(line, options, spool)
    spool.ensure()
    run.#stored(() => run.#store.begin(run.line))
    run.#write([run.#clusters.begun()])
    return run
  }

  /** Takes the results of a test file that has ended, while others run. What isn't given here, `end` takes. */
  fileEnded({ tests, errors }: Results): void {
    const fresh = tests.filter(({ id }) => !this.#taken.has(id))
    this.#add({ tests: fresh, errors }, this.#spool.take(fresh.map(({ id }) => id)))
  }

  /**
   * Joins the runner's results with what the workers left, stores both, and waits for the upload if there is one. A run
   * without Kafka leaves nothing, unless it is a shard, whose others wait for it, or something failed outside of its
   * tests: who knows what those would have touched. `errors` are those that no file told. `tell` hears how far the
   * upload is.
   */
  async end(results: Results, failed: boolean, tell: (text: string) => void = () => {}): Promise<EndedRun> {
    const rest = this.#spool.takeAll()
    this.#add({ ...results, tests: results.tests.filter(({ id }) => !this.#taken.has(id)) }, rest)
    const { tests, lines, measured, touched } = this.#joined
    // A run that touched no Kafka asks nobody anything.
    if (touched > 0) this.#write(await this.#clusters.ended(this.#spool.takeTopics()))
    const end = endLine(this.line, tests, metricsOf(sumUp(measured)), {
      withKafka: touched,
      errors: this.#errors,
      failed,
    })
    const none = {
      color: this.#config.color,
      folder: null,
      report: null,
      uploaded: null,
      warning: null,
      problem: null,
      fails: false,
    }
    const ended: EndedRun = { run: this.line, tests, lines, end, ...none }
    if (!this.#isKept) {
      this.#stored(() => this.#store.remove(this.line.id))
      this.#upload?.drop()
      return ended
    }
    const text = toText([end])
    this.#stored(() => this.#store.append(this.line, text))
    this.#send(text)
    // The chunks are known before the run's file appears: nobody can push it who would cut it otherwise.
    this.#upload?.seal()
    this.#stored(() => {
      this.#store.end(this.line, end)
      this.#store.prune({ ...this.#config.history, keep: this.line.id })
    })
    const reported = await this.#report(ended)
    return { ...ended, ...this.#outcome(reported, await this.#upload?.finish(tell)) }
  }

  /**
   * The run as a page, where it is stored and the config wants one, and on the page of a job of GitHub Actions; what went
   * wrong where that can't be written.
   */
  async #report(ended: EndedRun): Promise<Reported> {
    const { report, history } = this.#config
    if (report === 'never' || !history.enabled || this.#problem !== null) return { path: null }
    const lines = [this.line, ...ended.lines, ended.end]
    try {
      const summary = process.env.GITHUB_STEP_SUMMARY
      if (summary) (await import('./job-summary.ts')).appendJobSummary(summary, lines)
      if (report === 'on-failure' && ended.end.status === 'passed') return { path: null }
      const { reportPage, writeReport } = await import('../history/report/page.ts')
      const path = this.#store.reportFile(this.line.id)
      writeReport(path, reportPage(lines, { state: 'ended' }))
      return { path }
    } catch (error) {
      return { path: null, problem: (error as Error).message }
    }
  }

  #outcome(reported: Reported, uploaded: Uploaded | undefined): Outcome {
    const { enabled, required } = this.#config.history
    const problems = []
    if (this.#problem !== null) problems.push(`this run isn't stored: ${this.#problem.message}`)
    if (uploaded?.problem !== undefined) {
      const later = this.#problem === null ? '; it waits in .kafka-testkit: npx kafka-testkit push' : ''
      problems.push(`this run isn't uploaded: ${uploaded.problem}${later}`)
    }
    const fails = required && problems.length > 0
    if (reported.problem !== undefined) problems.push(`this run has no report: ${reported.problem}`)
    return {
      folder: enabled && this.#problem === null ? this.#store.folder : null,
      report: reported.path,
      uploaded: uploaded?.problem === undefined ? (uploaded ?? null) : null,
      warning: problems.length === 0 ? null : problems.join('; '),
      problem: this.#problem,
      fails,
    }
  }

  get #isKept(): boolean {
    return this.#joined.touched > 0 || this.#errors > 0 || this.line.shard !== null
  }

  #add(results: Results, spooled: Map<string, SpooledAttempt[]>): void {
    const { tests, lines, measured, touched } = join(this.line.project, results.tests, spooled, {
      taken: this.#taken,
      number: this.#number,
    })
    for (const { id } of tests) this.#taken.add(id)
    this.#joined.tests.push(...tests)
    this.#joined.measured.push(...measured)
    this.#joined.touched += touched
    this.#errors += results.errors.length
    const errors = results.errors.map((error): Line => this.#redacted({ type: 'error', ...error }))
    this.#clusters.note(lines)
    this.#write([...lines, ...errors])
  }

  /** Whatever of the lines may be shown. */
  #write(lines: readonly Line[]): void {
    const shown = lines.map((line) => projectLine(plainLine(line), this.#secrets))
    for (const line of shown) this.#joined.lines.push(line)
    const text = toText(shown)
    this.#stored(() => this.#store.append(this.line, text))
    this.#send(text)
  }

  #send(text: string): void {
    if (this.#upload === undefined || text === '') return
    this.#unsent += text
    if (!this.#isKept) return
    this.#upload.add(this.#unsent)
    this.#unsent = ''
  }

  /** Outside of tests nobody knows which data went through: where any is hidden, nothing is shown of the message. */
  #redacted(error: ErrorLine): ErrorLine {
    const { records, checks, rules, hideByDefault } = this.#config.redact
    const asked = this.#spool.redactedIn(error.file)
    return redactLine(error, {
      records: records || rules.length > 0 || hideByDefault || asked.records,
      checks: checks || asked.checks,
    })
  }

  /** Does something with the store, where runs are stored or wait there for their upload; its first failure is the last. */
  #stored(work: () => void): void {
    if (this.#problem !== null || (!this.#config.history.enabled && this.#upload === undefined)) return
    try {
      work()
    } catch (error) {
      this.#problem = error as Error
    }
  }
}
