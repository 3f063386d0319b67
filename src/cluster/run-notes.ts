import { randomUUID } from 'node:crypto'
import { appendFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isAlive } from '../base/process.ts'

/** Names of topics and groups. */
export interface Names {
  topics: readonly string[]
  groups: readonly string[]
}

const BEFORE = 'before.json'

/**
 * What a run notes of a cluster that outlives it: what was there when it began, and which topics and groups its tests
 * name. A folder, since the tests run in other processes.
 */
export class RunNotes {
  readonly folder: string

  constructor(folder: string) {
    this.folder = folder
  }

  /** Of a run that begins; the notes of those that ended without a word go. */
  static begin(root: string, before: Names): RunNotes {
    const all = join(root, '.kafka-testkit', 'clusters')
    mkdirSync(all, { recursive: true })
    for (const name of readdirSync(all)) {
      if (!isAlive(Number.parseInt(name, 10))) rmSync(join(all, name), { recursive: true, force: true })
    }
    const notes = new RunNotes(join(all, `${process.pid}-${randomUUID().slice(0, 8)}`))
    mkdirSync(notes.folder)
    writeFileSync(join(notes.folder, BEFORE), JSON.stringify(before))
    return notes
  }

  before(): Names {
    return JSON.parse(readFileSync(join(this.folder, BEFORE), 'utf8')) as Names
  }

  /** The tests of this process name a topic or a group. */
  hold(name: string): void {
    try {
      appendFileSync(join(this.folder, `${process.pid}.ndjson`), `${JSON.stringify(name)}\n`)
    } catch (error) {
      // The run is over, and this process has yet to hear of it.
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    }
  }

  /** What the tests of all processes named. */
  held(): Set<string> {
    const files = readdirSync(this.folder).filter((name) => name.endsWith('.ndjson'))
    const lines = files.flatMap((name) => readFileSync(join(this.folder, name), 'utf8').split('\n'))
    return new Set(lines.flatMap(nameIn))
  }

  end(): void {
    rmSync(this.folder, { recursive: true, force: true })
  }
}

/** A line that was cut off by a crash says nothing. */
function nameIn(line: string): string[] {
  try {
    return [JSON.parse(line) as string]
  } catch {
    return []
  }
}
