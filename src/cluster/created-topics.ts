import { randomUUID } from 'node:crypto'
import { appendFileSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { isAlive } from '../base/process.ts'
import type { ClusterAddress } from '../config/cluster.ts'

/** A topic that a test created: Kafka's id of it tells it from one that somebody made later under the same name. */
export interface CreatedTopic {
  name: string
  id: string
}

/**
 * What the tests of a file created on a real cluster and have not deleted yet, in a file of its own: after a crash the
 * next run finds it there, and deletes just those.
 */
export class CreatedTopics {
  readonly #folder: string
  readonly #brokers: string
  readonly #topics: Map<string, string> = new Map()
  #file: string | undefined

  constructor({ root, brokers }: ClusterAddress) {
    this.#folder = folderOf(root)
    this.#brokers = brokers.join(',')
  }

  add(name: string, id: string): void {
    this.#topics.set(name, id)
    this.#write({ name, id })
  }

  has(name: string): boolean {
    return this.#topics.has(name)
  }

  remove(name: string): void {
    if (this.#topics.delete(name)) this.#write({ name, id: null })
  }

  /** Leaves the file only where something is left. */
  close(): void {
    if (this.#file !== undefined && this.#topics.size === 0) rmSync(this.#file, { force: true })
  }

  #write(line: { name: string; id: string | null }): void {
    if (this.#file === undefined) {
      mkdirSync(this.#folder, { recursive: true })
      this.#file = join(this.#folder, `${process.pid}-${randomUUID().slice(0, 8)}.ndjson`)
    }
    appendFileSync(this.#file, `${JSON.stringify({ brokers: this.#brokers, ...line })}\n`)
  }
}

function folderOf(root: string): string {
  return join(root, '.kafka-testkit', 'created-topics')
}

/** What runs that are over left behind on this cluster, and what forgets it once it is deleted. */
export function leftBehind({ root, brokers }: Pick<ClusterAddress, 'root' | 'brokers'>): {
  topics: CreatedTopic[]
  forget(): void
} {
  const folder = folderOf(root)
  const topics: CreatedTopic[] = []
  const files: string[] = []
  for (const name of filesOf(folder)) {
    if (isAlive(Number.parseInt(name, 10))) continue
    const lines = linesOf(join(folder, name))
    if (lines.some((line) => line.brokers !== brokers.join(','))) continue
    files.push(join(folder, name))
    const left = new Map(lines.map((line) => [line.name, line.id]))
    for (const [topic, id] of left) if (id !== null) topics.push({ name: topic, id })
  }
  return {
    topics,
    forget() {
      for (const file of files) rmSync(file, { force: true })
    },
  }
}

function filesOf(folder: string): string[] {
  try {
    return readdirSync(folder).filter((name) => name.endsWith('.ndjson'))
  } catch {
    return []
  }
}

/** A line that was cut off by the crash says nothing. */
function linesOf(file: string): { brokers: string; name: string; id: string | null }[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .flatMap((line) => {
      try {
        return [JSON.parse(line)]
      } catch {
        return []
      }
    })
}
