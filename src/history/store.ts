import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { isAlive } from '../base/process.ts'
import type { EndLine, Line, RunLine } from '../run/model.ts'
import { type ReadLines, type RunFile, readLines, readRunFile } from './run-file.ts'
import { type Damage, indexLine, type RunSummary, readIndex, summarizeFile, summaryOf } from './summary.ts'

export interface Listing {
  /** The newest first. */
  runs: RunSummary[]
  damaged: Damage[]
}

/** An upload that isn't through. */
export interface Waiting {
  url: string
  /** Its name at the endpoint. */
  project: string
  /** Where chunks end that were sent or are to be, in bytes behind the run line. */
  cuts: readonly number[]
  /** Whether the run leaves the store when it has arrived: runs are not stored in this project. */
  temporary: boolean
}

const RUN_FILE = 'run.ndjson'
/** What there is of a run that hasn't ended. */
const PARTIAL_FILE = 'partial.ndjson'
const STARTED_FILE = 'started.json'
const WAITING_FILE = 'upload.json'
const SHARDS_FILE = 'shards.json'
/** The run as a page. */
const REPORT_FILE = 'report.html'

/** The ids of runs; the first 48 bits are the time, so they sort by it. */
const UUID7 = /^[\da-f]{8}-[\da-f]{4}-7[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/

/**
 * The local store: a folder a run in `.kafka-testkit/runs`. A run's file appears whole, by rename, when the run has
 * ended; until then it grows under another name, beside a small marker that says who writes it. So a kill at any moment
 * leaves what was there, to be read.
 */
export class Store {
  readonly folder: string

  /** `root`: the folder of the project. Nothing is written before a run begins. */
  constructor(root: string, name = '.kafka-testkit') {
    this.folder = join(root, name)
  }

  begin(run: RunLine): void {
    this.#makeFolder(run.id)
    this.#write(run.id, STARTED_FILE, JSON.stringify({ run, pid: process.pid }))
    this.append(run, toText([run]))
  }

  /** Adds lines to a run that began. */
  append({ id }: RunLine, lines: string): void {
    appendFileSync(this.#path(id, PARTIAL_FILE), lines, { mode: 0o600 })
  }

  /** Takes a run for whole of which the last line that was appended is this one. */
  end(run: RunLine, end: EndLine): void {
    renameSync(this.#path(run.id, PARTIAL_FILE), this.#path(run.id, RUN_FILE))
    rmSync(this.#path(run.id, STARTED_FILE), { force: true })
    appendFileSync(this.#index, indexLine(summaryOf(run, end, 'lost')))
  }

  /** Puts a run in that is whole, as one from another machine; `shards` are the ids of those that it was made of. */
  add(run: RunLine, text: string | Uint8Array, shards?: readonly string[]): void {
    this.#makeFolder(run.id)
    if (shards !== undefined) this.#write(run.id, SHARDS_FILE, JSON.stringify(shards))
    this.#write(run.id, RUN_FILE, text)
    const summary = summarizeFile(this.#path(run.id, RUN_FILE))
    if (!('problem' in summary)) appendFileSync(this.#index, indexLine(summary))
  }

  /** The ids of the shards that a run was made of. */
  shardsOf(id: string): string[] {
    try {
      return JSON.parse(readFileSync(this.#path(id, SHARDS_FILE), 'utf8')) as string[]
    } catch {
      return []
    }
  }

  /** Takes a run out, with all that belongs to it. */
  remove(id: string): void {
    rmSync(join(this.#runs, id), { recursive: true, force: true, maxRetries: 3 })
  }

  /** Notes that a run is to arrive at an endpoint, and how it is cut. */
  keepWaiting(id: string, waiting: Waiting): void {
    this.#write(id, WAITING_FILE, JSON.stringify(waiting))
  }

  /** Where a run still has to arrive; null when nowhere. */
  waiting(id: string): Waiting | null {
    try {
      return JSON.parse(readFileSync(this.#path(id, WAITING_FILE), 'utf8')) as Waiting
    } catch {
      return null
    }
  }

  /** The runs that still have to arrive, the oldest first. */
  waitingIds(): string[] {
    return this.ids()
      .filter((id) => existsSync(this.#path(id, WAITING_FILE)))
      .toReversed()
  }

  arrived(id: string): void {
    rmSync(this.#path(id, WAITING_FILE), { force: true })
  }

  list(): Listing {
    const damaged: Damage[] = []
    const indexed = this.#readIndex()
    let stale = false
    const runs: RunSummary[] = []
    for (const id of this.#names()) {
      const found = indexed.get(id) ?? this.#summarize(id)
      if (found === undefined) continue
      if ('problem' in found) {
        damaged.push(found)
        continue
      }
      if (found.duration !== null && !indexed.has(id)) stale = true
      runs.push(found)
    }
    if (stale || indexed.size > runs.length) this.#writeIndex(runs)
    return { runs, damaged }
  }

  /** The ids of all runs, the newest first. */
  ids(): string[] {
    return this.#names().filter((name) => UUID7.test(name))
  }

  state(id: string): 'ended' | 'running' | 'lost' {
    if (existsSync(this.#path(id, RUN_FILE))) return 'ended'
    return isAlive(this.#started(id)?.pid) ? 'running' : 'lost'
  }

  /**
   * Where a run's lines are.
   *
   * @throws Error when there are none.
   */
  file(id: string): string {
    const whole = this.#path(id, RUN_FILE)
    const partial = this.#path(id, PARTIAL_FILE)
    if (existsSync(whole)) return whole
    if (existsSync(partial)) return partial
    throw new Error(`run ${id} has no ${RUN_FILE}: it was lost before its first test file ended`)
  }

  /** Where a run's report is, or is to be: it goes with the run. */
  reportFile(id: string): string {
    return this.#path(id, REPORT_FILE)
  }

  hasLines(id: string): boolean {
    return existsSync(this.#path(id, RUN_FILE)) || existsSync(this.#path(id, PARTIAL_FILE))
  }

  /**
   * The lines of a run; of one without an end those that there are.
   *
   * @throws Error when there is no such run.
   */
  read(id: string, problemOf?: (line: unknown) => string | undefined): ReadLines {
    return readLines(this.file(id), problemOf)
  }

  /**
   * A run's file as it is; of one that was lost, the lines that are whole.
   *
   * @throws Error when there is no such run, or none that this version reads.
   */
  readFile(id: string): RunFile {
    return readRunFile(this.file(id))
  }

  /**
   * Removes what is older than `days` or beyond the newest `runs`; never the run named `keep`, one that is running, or
   * what is no run of ours.
   *
   * @returns the ids of what went.
   */
  prune({ runs, days, keep }: { runs: number; days: number; keep?: string }): string[] {
    const oldest = Date.now() - days * 24 * 60 * 60 * 1000
    const ids = this.ids().filter((id) => id !== keep)
    const most = keep === undefined ? runs : Math.max(0, runs - 1)
    const gone = ids.filter((id, index) => (index >= most || timeOf(id) < oldest) && this.state(id) !== 'running')
    for (const id of gone) this.remove(id)
    return gone
  }

  get #index(): string {
    return join(this.folder, 'index.ndjson')
  }

  get #runs(): string {
    return join(this.folder, 'runs')
  }

  #path(id: string, name: string): string {
    return join(this.#runs, id, name)
  }

  /** What is in the folder of runs, the newest first. */
  #names(): string[] {
    try {
      return readdirSync(this.#runs).sort().reverse()
    } catch {
      return []
    }
  }

  /** Summaries by id: it saves opening every run, and can be lost without loss. */
  #readIndex(): Map<string, RunSummary> {
    try {
      return readIndex(readFileSync(this.#index, 'utf8'))
    } catch {
      return new Map()
    }
  }

  #writeIndex(runs: readonly RunSummary[]): void {
    const ended = runs.filter(({ duration }) => duration !== null)
    try {
      replaceFile(this.#index, ended.toReversed().map(indexLine).join(''))
    } catch {
      // A store that can only be read is listed without its index.
    }
  }

  /** Undefined for a folder in which no run has begun: its process was killed as it made it, or makes it now. */
  #summarize(id: string): RunSummary | Damage | undefined {
    const path = this.#path(id, RUN_FILE)
    if (existsSync(path)) return summarizeFile(path)
    const marker = this.#path(id, STARTED_FILE)
    if (!existsSync(marker)) return undefined
    const started = this.#started(id)
    if (started === null) return { path: marker, problem: 'the folder holds no run' }
    return summaryOf(started.run, null, isAlive(started.pid) ? 'running' : 'lost')
  }

  #started(id: string): { run: RunLine; pid: number } | null {
    try {
      return JSON.parse(readFileSync(this.#path(id, STARTED_FILE), 'utf8')) as { run: RunLine; pid: number }
    } catch {
      return null
    }
  }

  #makeFolder(id: string): void {
    mkdirSync(join(this.#runs, id), { recursive: true })
    const ignore = join(this.folder, '.gitignore')
    if (!existsSync(ignore)) writeFileSync(ignore, '*\n')
  }

  #write(id: string, name: string, text: string | Uint8Array): void {
    replaceFile(this.#path(id, name), text)
  }
}

/** Lines as they stand in a run's file. */
export function toText(lines: readonly Line[]): string {
  return lines.map((line) => `${JSON.stringify(line)}\n`).join('')
}

/** When a run began, from its id. */
function timeOf(id: string): number {
  return Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16)
}

/** The file is there whole or not at all. */
function replaceFile(path: string, text: string | Uint8Array): void {
  const temporary = `${path}.${process.pid}.tmp`
  try {
    writeFileSync(temporary, text, { mode: 0o600 })
    renameSync(temporary, path)
  } catch (error) {
    rmSync(temporary, { force: true })
    throw error
  }
}
