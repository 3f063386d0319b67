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
import type { EndLine, Line, RunLine } from '../execution/model.ts'

/** A run as the list shows it. */
export interface RunSummary {
  run: RunLine
  /** Without it the run was lost (its process was killed), or is running now. */
  end: EndLine | null
  state: 'ended' | 'running' | 'lost'
}

/** A file of the store that can't be used, and why. */
export interface Damage {
  path: string
  problem: string
}

export interface Listing {
  /** The newest first. */
  runs: RunSummary[]
  damaged: Damage[]
}

const RUN_FILE = 'run.ndjson'
/** What there is of a run that hasn't ended. */
const PARTIAL_FILE = 'partial.ndjson'
const STARTED_FILE = 'started.json'

/**
 * The local store: a folder a run in `.kafka-testkit/runs`. A run's file appears whole, by rename, when the run has
 * ended; until then it grows under another name, beside a small marker that says who writes it. So a kill at any moment
 * leaves what was there, to be read.
 */
export class Store {
  readonly folder: string

  /** `root`: the folder of the project. Nothing is written before a run begins. */
  constructor(root: string) {
    this.folder = join(root, '.kafka-testkit')
  }

  begin(run: RunLine): void {
    mkdirSync(this.#folderOf(run.id), { recursive: true })
    const ignore = join(this.folder, '.gitignore')
    if (!existsSync(ignore)) writeFileSync(ignore, '*\n')
    this.#write(run.id, STARTED_FILE, JSON.stringify({ run, pid: process.pid }))
    this.append(run, [run])
  }

  /** Adds lines to a run that began. */
  append({ id }: RunLine, lines: readonly Line[]): void {
    const text = lines.map((line) => `${JSON.stringify(line)}\n`).join('')
    appendFileSync(join(this.#folderOf(id), PARTIAL_FILE), text, { mode: 0o600 })
  }

  end(run: RunLine, end: EndLine): void {
    this.append(run, [end])
    renameSync(join(this.#folderOf(run.id), PARTIAL_FILE), join(this.#folderOf(run.id), RUN_FILE))
    rmSync(join(this.#folderOf(run.id), STARTED_FILE), { force: true })
    appendFileSync(this.#index, `${JSON.stringify({ run, end })}\n`)
  }

  /** Takes back a run that began: nothing in it touched Kafka. */
  remove(id: string): void {
    rmSync(this.#folderOf(id), { recursive: true, force: true, maxRetries: 3 })
  }

  list(): Listing {
    const damaged: Damage[] = []
    const indexed = this.#readIndex()
    let stale = false
    const runs = this.#ids().flatMap((id): RunSummary[] => {
      const known = indexed.get(id)
      if (known !== undefined) return [known]
      stale = true
      const found = this.#summarize(id)
      if (found === undefined) return []
      if ('problem' in found) damaged.push(found)
      return 'problem' in found ? [] : [found]
    })
    runs.sort((a, b) => b.run.startedAt - a.run.startedAt)
    if (stale || indexed.size > runs.length) this.#writeIndex(runs)
    return { runs, damaged }
  }

  /**
   * The lines of a run; those that can't be read are told apart.
   *
   * @throws Error when there is no such run.
   */
  read(id: string): { lines: Line[]; damaged: Damage[] } {
    const path = join(this.#folderOf(id), RUN_FILE)
    if (!existsSync(path)) throw new Error(`run ${id} has no ${RUN_FILE}: it was lost, or is still running`)
    const damaged: Damage[] = []
    const lines = readFileSync(path, 'utf8')
      .split('\n')
      .flatMap((text, index): Line[] => {
        if (text === '') return []
        const line = parse(text)
        if (line === undefined) damaged.push({ path, problem: `line ${index + 1} is no JSON (the file is cut off)` })
        return line === undefined ? [] : [line as Line]
      })
    const [first] = lines
    if (first?.type === 'run' && first.schema !== 1) damaged.push({ path, problem: futureSchema(first) })
    return { lines, damaged }
  }

  /** Removes what is older than `days` or beyond the newest `runs`; never the run named `keep`. */
  prune({ runs, days, keep }: { runs: number; days: number; keep: string }): void {
    const oldest = Date.now() - days * 24 * 60 * 60 * 1000
    const summaries = this.list().runs.filter(({ run, state }) => run.id !== keep && state !== 'running')
    summaries.forEach(({ run }, index) => {
      if (index >= Math.max(0, runs - 1) || run.startedAt < oldest) this.remove(run.id)
    })
  }

  get #index(): string {
    return join(this.folder, 'index.ndjson')
  }

  #folderOf(id: string): string {
    return join(this.folder, 'runs', id)
  }

  #ids(): string[] {
    try {
      return readdirSync(join(this.folder, 'runs'))
    } catch {
      return []
    }
  }

  /** Summaries by id, from the index: it saves opening every run, and can be lost without loss. */
  #readIndex(): Map<string, RunSummary> {
    const summaries = new Map<string, RunSummary>()
    let text = ''
    try {
      text = readFileSync(this.#index, 'utf8')
    } catch {
      return summaries
    }
    const ids = new Set(this.#ids())
    for (const line of text.split('\n')) {
      const entry = parse(line) as { run?: RunLine; end?: EndLine } | undefined
      if (entry?.run?.id === undefined || entry.end === undefined || !ids.has(entry.run.id)) continue
      summaries.set(entry.run.id, { run: entry.run, end: entry.end, state: 'ended' })
    }
    return summaries
  }

  #writeIndex(runs: readonly RunSummary[]): void {
    const ended = runs.filter(({ state }) => state === 'ended')
    try {
      this.#replace(this.#index, ended.map(({ run, end }) => `${JSON.stringify({ run, end })}\n`).join(''))
    } catch {
      // A store that can only be read is listed without its index.
    }
  }

  /** Undefined for a folder in which no run has begun: its process was killed as it made it, or makes it now. */
  #summarize(id: string): RunSummary | Damage | undefined {
    const path = join(this.#folderOf(id), RUN_FILE)
    if (!existsSync(path)) return this.#unfinished(id)
    const text = readFileSync(path, 'utf8')
    const run = parse(text.slice(0, text.indexOf('\n'))) as RunLine | undefined
    if (run?.type !== 'run') return { path, problem: 'it is no run of kafka-testkit' }
    if (run.schema !== 1) return { path, problem: futureSchema(run) }
    const end = parse(text.trimEnd().split('\n').at(-1)!) as EndLine | undefined
    if (end?.type !== 'end') return { path, problem: 'it is cut off: its end is missing' }
    return { run, end, state: 'ended' }
  }

  #unfinished(id: string): RunSummary | Damage | undefined {
    const path = join(this.#folderOf(id), STARTED_FILE)
    if (!existsSync(path)) return undefined
    try {
      const { run, pid } = JSON.parse(readFileSync(path, 'utf8')) as { run: RunLine; pid: number }
      return { run, end: null, state: isAlive(pid) ? 'running' : 'lost' }
    } catch {
      return { path, problem: 'the folder holds no run' }
    }
  }

  #write(id: string, name: string, text: string): void {
    this.#replace(join(this.#folderOf(id), name), text)
  }

  /** The file is there whole or not at all. */
  #replace(path: string, text: string): void {
    const temporary = `${path}.${process.pid}.tmp`
    try {
      writeFileSync(temporary, text, { mode: 0o600 })
      renameSync(temporary, path)
    } catch (error) {
      rmSync(temporary, { force: true })
      throw error
    }
  }
}

function futureSchema({ schema }: { schema: number }): string {
  return `it is of version ${schema} of the model, this kafka-testkit reads version 1: update it`
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
