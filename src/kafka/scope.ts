import { after, type Moment, now } from '../base/clock.ts'
import type { Cluster, Mark } from '../cluster/cluster.ts'
import { isOn, type Redaction, type Switches, tighten, unredacted } from '../redaction/redaction.ts'
import { eventLine } from '../run/event-line.ts'
import type { EventLine } from '../run/model.ts'
import { noRecorder, type Recorder, type SpoolLine, type Told } from '../run/recorder.ts'
import type { Caller } from './caller.ts'
import { placeOf, type ReceivedRecord } from './record.ts'
import { type Sandbox, sameRealm } from './sandbox.ts'

/** One attempt of one test: what everything that the test holds belongs to. */
export interface Scope {
  readonly cluster: Cluster
  readonly recorder: Recorder
  readonly sandbox: Sandbox
  /** The runner's id of the test; "" outside of tests (`beforeAll`, module level). */
  readonly testId: string
  /** `suite > test`. */
  readonly testName: string
  readonly attempt: number
  /** Where reading starts. */
  readonly began: Mark
  /** The tests of its file that began, in their order: those before it, and it. */
  readonly earlier: readonly EarlierTest[]
  /** The default of `options.timeout` for matchers and tasks, in milliseconds. */
  readonly defaultTimeout: number
  /** How long an absence is waited for where it can't be known, in milliseconds. */
  readonly defaultWithin: number
  /** When the runner gives the test up; NEVER without a timeout. */
  readonly testDeadline: Moment
  /** Milliseconds that the runner gives it in all; Infinity without a timeout. */
  readonly testTimeout: number
  /** What the cluster told since it began, for the timeline. */
  readonly timeline: EventLine[]
  /** Names of the topics and groups that the test holds: what is its own when several tests run at once. */
  readonly touched: ReadonlySet<string>
  /** The test holds a topic or group from now on; what happened to it since the test began is its own too. */
  touch(name: string): void
  /** What of its data may be stored and printed, at this moment. */
  readonly redaction: Redaction
  /** Redacts more from now on; nothing is ever loosened. */
  redact(more: Partial<Switches>): void
  /** Record data that went through its hands: none of it may be in an error of the test, where it is redacted. */
  readonly data: RecordData
  /** The records that lie in the logs which it can see. */
  logged(): Promise<readonly unknown[]>
  /** Messages of ours, which hold no more than may be shown. */
  readonly ownMessages: Set<string>
  /** Runs when the attempt ends, last registered first. */
  onEnd(cleanup: () => void | Promise<void>): void
  /** Checks and tasks that were started and not awaited yet: named in an error if the test ends before they do. */
  readonly unfinished: Set<Unfinished>
  /** Earlier checks whose time was up, so that a later message can say "40 ms after the deadline". */
  readonly pastDeadlines: PastDeadline[]
}

/** An attempt that began before. */
export type EarlierTest = Pick<Scope, 'testId' | 'testName' | 'began'>

/** Keeps record data, decoded or as bytes, while it is redacted. */
interface RecordData {
  readonly noted: unknown[]
  note(...data: unknown[]): void
}

interface PastDeadline {
  readonly matcher: string
  readonly topic: string
  readonly deadline: Moment
  /** Whether it is a record that the check waited for. */
  readonly wanted: (record: ReceivedRecord) => boolean
}

export interface Unfinished {
  readonly what: string
  /** Where the test began it. */
  readonly caller: Caller | undefined
  awaited: boolean
}

export interface ScopeOptions {
  cluster: Cluster
  recorder: Recorder
  /** Default: the test's realm is that of this code. */
  sandbox?: Sandbox
  testId: string
  testName: string
  /** Relative to the root. */
  file: string
  attempt: number
  defaultTimeout: number
  defaultWithin: number
  /** The runner's timeout of the test in milliseconds; 0 for none. */
  testTimeout: number
  earlier?: readonly EarlierTest[]
  /** How many attempts run at this moment: with more than one, an event belongs to those that hold its topic or group. */
  running: () => number
  /** What is redacted around it: in its file. Default: nothing. */
  redaction?: () => Redaction
}

/** A scope, and what ends it: every cleanup runs, each error is thrown once all of them have. */
export interface OpenScope {
  readonly scope: Scope
  /** From here the runner gives so many milliseconds: to the test's body, or to one of its hooks. */
  timesOutIn(milliseconds: number): void
  /**
   * `tell` is asked when the clean-ups have run, with the errors of those that failed. An attempt of which it tells
   * something is written even if it never touched Kafka.
   */
  end(tell?: (errors: readonly unknown[]) => Told | undefined): Promise<void>
}

/** Begins an attempt. Costs next to nothing until the test touches Kafka: most tests of a suite don't. */
export function openScope(options: ScopeOptions): OpenScope {
  const { cluster, testId, attempt } = options
  const began = cluster.mark()
  let testTimeout = options.testTimeout > 0 ? options.testTimeout : Number.POSITIVE_INFINITY
  let testDeadline = after(testTimeout, began.at)
  const cleanups: (() => void | Promise<void>)[] = []
  const recorder = attemptRecorder(options, began.at, () => scope.redaction)
  const around = options.redaction ?? (() => unredacted)
  const own: Partial<Switches> = {}
  const noted: unknown[] = []
  const touched = new Set<string>()
  /** Events while other tests ran, of names that this one doesn't hold yet: most look at a topic after the application has produced. */
  let held: EventLine[] = []
  // Whose client was refused isn't known, nor whose transaction it is that writes to no topic: it may be that of any.
  const isOwn = ({ topic, group }: EventLine): boolean =>
    (topic === null && group === null) || touched.has(topic ?? '') || touched.has(group ?? '')
  const tell = (line: EventLine): void => {
    scope.timeline.push(line)
    recorder.write(line)
  }
  const scope: Scope = {
    cluster,
    recorder,
    sandbox: options.sandbox ?? sameRealm,
    testId,
    testName: options.testName,
    attempt,
    began,
    earlier: options.earlier ?? [],
    defaultTimeout: options.defaultTimeout,
    defaultWithin: options.defaultWithin,
    get testDeadline() {
      return testDeadline
    },
    get testTimeout() {
      return testTimeout
    },
    timeline: [],
    touched,
    touch(name) {
      if (touched.has(name)) return
      touched.add(name)
      cluster.hold(name)
      const own = held.filter(isOwn)
      if (own.length === 0) return
      held = held.filter((line) => !isOwn(line))
      for (const line of own) tell(line)
      scope.timeline.sort((a, b) => a.at - b.at)
    },
    get redaction() {
      return tighten(around(), own)
    },
    redact(more) {
      if (more.records === true) own.records = true
      if (more.checks === true) own.checks = true
    },
    data: {
      noted,
      note: (...data) => {
        if (isOn(scope.redaction)) noted.push(...data)
      },
    },
    logged: async () => (await import('./logged.ts')).readLogs(scope),
    ownMessages: new Set(),
    onEnd: (cleanup) => cleanups.push(cleanup),
    unfinished: new Set(),
    pastDeadlines: [],
  }
  const unsubscribe = cluster.onEvent((event) => {
    const line = eventLine(event, { testId, attempt, began: began.at })
    if (options.running() > 1 && !isOwn(line)) held.push(line)
    else tell(line)
  })
  return {
    scope,
    timesOutIn(milliseconds) {
      testTimeout = milliseconds
      testDeadline = after(milliseconds)
    },
    async end(tell) {
      const errors: unknown[] = []
      if (options.recorder !== noRecorder && scope.timeline.some(({ kind }) => kind === 'produced')) {
        const { recordWritten } = await import('./written.ts')
        await recordWritten(scope, recorder.recorded)
      }
      for (const cleanup of cleanups.reverse()) {
        try {
          await cleanup()
        } catch (error) {
          errors.push(error)
        }
      }
      unsubscribe()
      recorder.end(tell?.(errors))
      if (errors.length === 1) throw errors[0]
      if (errors.length > 1)
        throw new AggregateError(errors, `${errors.length} clean-ups of "${options.testName}" failed`)
    },
  }
}

/** Writes where the attempt began before its first line, so that a test that never touches Kafka writes nothing. */
function attemptRecorder(
  options: ScopeOptions,
  startedAt: number,
  redaction: () => Redaction,
): Recorder & { recorded: ReadonlySet<string>; end(told: Told | undefined): void } {
  const { recorder, testId: test, attempt, file, testName: name } = options
  const recorded = new Set<string>()
  let begun = false
  let told: Switches = { records: false, checks: false }
  const begin = (idle?: boolean): void => {
    if (!begun) recorder.write({ type: 'attempt', test, attempt, startedAt, file, name, ...(idle && { idle }) })
    begun = true
  }
  const tellRedaction = (): void => {
    const { records, checks } = redaction()
    if (records === told.records && checks === told.checks) return
    told = { records, checks }
    recorder.write({ type: 'redact', test, attempt, file, ...told })
  }
  return {
    write(line: SpoolLine) {
      begin()
      if (line.type === 'record') recorded.add(placeOf(line))
      tellRedaction()
      recorder.write(line)
    },
    flush: () => recorder.flush(),
    recorded,
    end(told) {
      if (!begun && told === undefined) return
      begin(true)
      tellRedaction()
      recorder.write({ type: 'attempt end', test, attempt, duration: now() - startedAt, ...(told && { told }) })
      recorder.flush()
    },
  }
}
