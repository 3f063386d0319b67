import { createHash, type Hash } from 'node:crypto'
import { closeSync, openSync, readSync, statSync } from 'node:fs'
import type { Store as Runs } from '../../history/store.ts'
import { futureSchema, isOfFuture, parse } from '../../history/summary.ts'
import { problemInModel } from '../../history/verify.ts'
import type { EndLine, Line, RunLine } from '../../run/model.ts'
import { digestOf, encode } from '../body.ts'
import { PROJECT_NAME } from '../projects.ts'
import type { Uploads } from '../uploads.ts'

/** Bytes of a file that are read at once; a line that is longer is read whole all the same. */
const PIECE = 4 * 1024 * 1024
const ACTOR = 'local store'

/** Takes a run of the local store in, and what is added to it while it is written. */
export class FollowedRun {
  readonly id: string
  /** What of it can't be shown, and why. */
  readonly problems: string[] = []
  /** Nothing more is expected of it. */
  isDone = false
  project: string | undefined
  readonly #runs: Runs
  readonly #uploads: Uploads
  readonly #digest: Hash = createHash('sha256')
  /** How many bytes and lines of its file were read, how many chunks were made of them. */
  #offset = 0
  #line = 0
  #chunks = 0
  #end: EndLine | undefined

  constructor(id: string, runs: Runs, uploads: Uploads) {
    this.id = id
    this.#runs = runs
    this.#uploads = uploads
  }

  /** Takes in what there is now; gives whether something was. */
  async look(): Promise<boolean> {
    const state = this.#runs.state(this.id)
    if (!this.#runs.hasLines(this.id)) return false
    const before = this.#offset
    try {
      await this.#read(this.#runs.file(this.id))
      if (state !== 'running') await this.#finish()
    } catch (error) {
      this.problems.push((error as Error).message)
      this.isDone = true
      await this.#uploads.lose(this.id)
    }
    return this.#offset > before || this.isDone
  }

  async #read(path: string): Promise<void> {
    const { size } = statSync(path)
    const file = openSync(path, 'r')
    try {
      for (let piece = PIECE; this.#offset < size; ) {
        const bytes = Buffer.alloc(Math.min(piece, size - this.#offset))
        readSync(file, bytes, 0, bytes.length, this.#offset)
        const whole = bytes.lastIndexOf(10) + 1
        // Its last line is being written, or longer than a piece.
        if (whole === 0 && this.#offset + bytes.length === size) break
        if (whole === 0) {
          piece *= 2
          continue
        }
        this.#offset += whole
        await this.#take(bytes.toString('utf8', 0, whole - 1).split('\n'))
      }
    } finally {
      closeSync(file)
    }
  }

  async #take(texts: readonly string[]): Promise<void> {
    const lines: Line[] = []
    for (const text of texts) {
      this.#line += 1
      const line = parse(text) as Line | undefined
      if (this.#line === 1) await this.#begin(line)
      else if (line === undefined) this.problems.push(`line ${this.#line} is no JSON (the file is cut off)`)
      else {
        const problem = problemInModel(line)
        if (problem !== undefined) this.problems.push(`line ${this.#line} ${problem}`)
        else if (line.type === 'end') this.#end = line
        else lines.push(line)
      }
    }
    await this.#put(lines)
  }

  async #begin(line: Line | undefined): Promise<void> {
    if (line?.type !== 'run') throw new Error('it is no run of kafka-testkit')
    if (isOfFuture(line)) throw new Error(futureSchema(line))
    const problem = problemInModel(line)
    if (problem !== undefined) throw new Error(`line 1 ${problem}`)
    if (line.id !== this.id) throw new Error(`its folder is named after another run than ${line.id}`)
    const run: RunLine = line
    this.project = projectOf(run)
    await this.#uploads.begin(this.project, run, ACTOR)
  }

  async #put(lines: readonly Line[]): Promise<void> {
    if (lines.length === 0) return
    const raw = Buffer.from(lines.map((line) => `${JSON.stringify(line)}\n`).join(''))
    this.#digest.update(raw)
    const bytes = await encode(raw)
    const sent = { run: this.id, seq: this.#chunks, bytes, encoding: 'zstd', contentDigest: digestOf(bytes) } as const
    await this.#uploads.put(sent, ACTOR)
    this.#chunks += 1
  }

  async #finish(): Promise<void> {
    this.isDone = true
    if (this.#end === undefined) {
      if (this.#runs.state(this.id) === 'ended') this.problems.push('it is cut off: its end is missing')
      await this.#uploads.lose(this.id)
      return
    }
    await this.#put([this.#end])
    const digest = `sha-256=:${this.#digest.digest('base64')}:`
    await this.#uploads.complete(this.id, this.#chunks, digest)
  }
}

/** A name that addresses can have. */
function projectOf({ project }: RunLine): string {
  if (PROJECT_NAME.test(project)) return project
  return project.replaceAll(/[^\w.~+-]+/g, '-').replace(/^[^\w]+/, '') || 'project'
}
