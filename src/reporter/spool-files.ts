import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { SpoolLine } from '../execution/recorder.ts'
import type { Evidence } from './metrics.ts'

/** What the workers left of one attempt of a test. */
export interface SpooledAttempt {
  attempt: number
  startedAt: number
  /** Without it the attempt never ended: its worker crashed. */
  duration: number | undefined
  file: string
  name: string
  lines: Evidence[]
}

/** The folder that this process's workers write to, named to them by KAFKA_TESTKIT_SPOOL. */
export class SpoolFiles {
  readonly folder: string

  constructor() {
    this.folder = mkdtempSync(join(tmpdir(), 'kafka-testkit-spool-'))
    process.env.KAFKA_TESTKIT_SPOOL = this.folder
    process.on('exit', () => this.remove())
  }

  /** Takes what is there: attempts by test, in their order. */
  take(): Map<string, SpooledAttempt[]> {
    const tests = new Map<string, SpooledAttempt[]>()
    for (const name of readdirSync(this.folder)) {
      const path = join(this.folder, name)
      for (const line of readFileSync(path, 'utf8').split('\n')) {
        // The last line of a worker that was killed may be cut off.
        const parsed = parse(line)
        if (parsed !== undefined) file(parsed, tests)
      }
      rmSync(path, { force: true })
    }
    for (const attempts of tests.values()) attempts.sort((a, b) => a.attempt - b.attempt)
    return tests
  }

  /** In watch mode the folder is needed again. */
  ensure(): void {
    mkdirSync(this.folder, { recursive: true, mode: 0o700 })
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 3 })
  }
}

function file(line: SpoolLine, tests: Map<string, SpooledAttempt[]>): void {
  const attempts = tests.get(line.test) ?? []
  tests.set(line.test, attempts)
  if (line.type === 'attempt') {
    const { attempt, startedAt, file, name } = line
    attempts.push({ attempt, startedAt, duration: undefined, file, name, lines: [] })
    return
  }
  const attempt = attempts.find((one) => one.attempt === line.attempt)
  if (attempt === undefined) return
  if (line.type === 'attempt end') attempt.duration = line.duration
  else attempt.lines.push(line)
}

function parse(line: string): SpoolLine | undefined {
  if (line === '') return undefined
  try {
    return JSON.parse(line) as SpoolLine
  } catch {
    return undefined
  }
}
