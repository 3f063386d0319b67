import { closeSync, mkdirSync, mkdtempSync, openSync, readdirSync, readSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isAlive } from '../base/process.ts'
import { redactLine } from '../redaction/projection.ts'
import type { Switches } from '../redaction/redaction.ts'
import type { Evidence } from '../run/metrics.ts'
import type { SpoolLine, Told, TopicsLine } from '../run/recorder.ts'

const PREFIX = 'kafka-testkit-spool-'

/** What the workers left of one attempt of a test. */
export interface SpooledAttempt {
  attempt: number
  startedAt: number
  /** Without it the attempt never ended: its worker crashed. */
  duration: number | undefined
  told: Told
  /** It never touched Kafka. */
  idle: boolean
  file: string
  name: string
  redacted: Switches
  lines: Evidence[]
}

/** The folder that this process's workers write to, named to them by KAFKA_TESTKIT_SPOOL. */
export class SpoolFiles {
  readonly folder: string
  /** How far each file is read: a worker goes on writing while its tests are taken one file after the other. */
  readonly #read = new Map<string, number>()
  #tests = new Map<string, SpooledAttempt[]>()
  #topics: TopicsLine[] = []
  /** What the tests and hooks of a file have asked to be redacted. */
  readonly #redacted = new Map<string, Switches>()

  constructor() {
    removeLeftovers()
    this.folder = mkdtempSync(join(tmpdir(), `${PREFIX}${process.pid}-`))
    process.env.KAFKA_TESTKIT_SPOOL = this.folder
    process.on('exit', () => this.remove())
  }

  /** Takes what these tests left: attempts by test, in their order. */
  take(ids: readonly string[]): Map<string, SpooledAttempt[]> {
    this.#readOn()
    const taken = new Map<string, SpooledAttempt[]>()
    for (const id of ids) {
      const attempts = this.#tests.get(id)
      if (attempts === undefined) continue
      taken.set(id, inOrder(attempts))
      this.#tests.delete(id)
    }
    return taken
  }

  /** Takes all that is left, and the files with it. */
  takeAll(): Map<string, SpooledAttempt[]> {
    this.#readOn()
    const all = this.#tests
    for (const attempts of all.values()) inOrder(attempts)
    this.#tests = new Map()
    for (const path of this.#read.keys()) rmSync(path, { force: true })
    this.#read.clear()
    return all
  }

  /** What was left of topics, as far as the files are read. */
  takeTopics(): TopicsLine[] {
    const taken = this.#topics
    this.#topics = []
    return taken
  }

  /** In watch mode the folder is needed again. */
  ensure(): void {
    mkdirSync(this.folder, { recursive: true, mode: 0o700 })
    this.#topics = []
    this.#redacted.clear()
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 3 })
  }

  /** What is redacted in a file, or in any where none is named, as far as its tests and hooks have asked for it. */
  redactedIn(file: string | null): Switches {
    const all = [...this.#redacted].filter(([path]) => file === null || path === file || path.endsWith(`/${file}`))
    return { records: all.some(([, { records }]) => records), checks: all.some(([, { checks }]) => checks) }
  }

  #tighten(file: string, { records, checks }: Switches): void {
    const before = this.#redacted.get(file)
    this.#redacted.set(file, {
      records: records || before?.records === true,
      checks: checks || before?.checks === true,
    })
  }

  #readOn(): void {
    for (const name of readdirSync(this.folder)) {
      const path = join(this.folder, name)
      const from = this.#read.get(path) ?? 0
      const bytes = readFrom(path, from)
      // The last line may be in the making, or cut off where its worker was killed.
      const whole = bytes.subarray(0, bytes.lastIndexOf('\n') + 1)
      this.#read.set(path, from + whole.length)
      for (const line of whole.toString().split('\n')) {
        const parsed = parse(line)
        if (parsed === undefined) continue
        if (parsed.type === 'topics') this.#topics.push(parsed)
        else file(parsed, this.#tests)
        if (parsed.type === 'redact') this.#tighten(parsed.file, parsed)
      }
    }
  }
}

function readFrom(path: string, from: number): Buffer {
  const parts: Buffer[] = []
  const descriptor = openSync(path, 'r')
  try {
    for (let position = from; ; ) {
      const part = Buffer.allocUnsafe(256 * 1024)
      const count = readSync(descriptor, part, 0, part.length, position)
      if (count === 0) return Buffer.concat(parts)
      parts.push(part.subarray(0, count))
      position += count
    }
  } finally {
    closeSync(descriptor)
  }
}

function inOrder(attempts: SpooledAttempt[]): SpooledAttempt[] {
  return attempts.sort((a, b) => a.attempt - b.attempt)
}

function file(line: Exclude<SpoolLine, TopicsLine>, tests: Map<string, SpooledAttempt[]>): void {
  const attempts = tests.get(line.test) ?? []
  tests.set(line.test, attempts)
  if (line.type === 'attempt') {
    const { attempt, startedAt, file, name, idle = false } = line
    attempts.push({
      attempt,
      startedAt,
      duration: undefined,
      told: {},
      idle,
      file,
      name,
      redacted: { records: false, checks: false },
      lines: [],
    })
    return
  }
  const attempt = attempts.find((one) => one.attempt === line.attempt)
  if (attempt === undefined) return
  if (line.type === 'redact') redact(attempt, line)
  else if (line.type === 'attempt end') Object.assign(attempt, { duration: line.duration, told: line.told ?? {} })
  else {
    attempt.lines.push(line)
    // A task that nobody awaited may end after its test.
    attempt.idle = false
  }
}

/** What a test did before it asked for redaction was recorded as it was. */
function redact(attempt: SpooledAttempt, { records, checks }: Switches): void {
  attempt.redacted = { records, checks }
  attempt.lines = attempt.lines.map((line) => redactLine(line, { records, checks }))
}

function parse(line: string): SpoolLine | undefined {
  if (line === '') return undefined
  try {
    return JSON.parse(line) as SpoolLine
  } catch {
    return undefined
  }
}

/** A runner that was killed could not remove its folder: the next one does. */
function removeLeftovers(): void {
  for (const name of readdirSync(tmpdir())) {
    const pid = name.startsWith(PREFIX) ? Number.parseInt(name.slice(PREFIX.length), 10) : Number.NaN
    if (Number.isNaN(pid) || isAlive(pid)) continue
    try {
      rmSync(join(tmpdir(), name), { recursive: true, force: true })
    } catch {
      // It may be another user's.
    }
  }
}
