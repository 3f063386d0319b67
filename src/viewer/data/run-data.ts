import type { PageHead } from '../../history/report/page-head.ts'
import { clustersOf } from '../../run/clusters.ts'
import type {
  CheckLine,
  ClusterLine,
  EndLine,
  ErrorLine,
  EventLine,
  Line,
  RecordLine,
  RunLine,
  TaskLine,
  TestLine,
} from '../../run/model.ts'
import type { Packed } from './packed.ts'

/** What an attempt of a test did, each in the order in which it happened. */
export interface Own {
  tasks: TaskLine[]
  events: EventLine[]
  records: RecordLine[]
  checks: CheckLine[]
}

/** A run as the pages read it. */
export interface RunData {
  head: PageHead
  /** Whether what arrives of it appears by itself: not in a file. */
  live?: boolean
  run: RunLine
  end: EndLine | null
  /** What is known of the clusters that its tests ran on; nothing of a run of an earlier version. */
  clusters: ClusterLine[]
  tests: TestLine[]
  errors: ErrorLine[]
  /** How many lines there are of each type. */
  counts: Map<string, number>
  /** What is unpacked only when somebody looks, in a file: what tests did. */
  packed?: Packed
  /** What an attempt did; nothing where it did nothing to Kafka, or where that is not unpacked. */
  own(test: string, attempt: number): Own
}

/** The lines that belong to no attempt. */
type Taken = Pick<RunData, 'clusters' | 'tests' | 'errors' | 'end'>

/** Reads a run whose lines come by and by. */
export class RunReader {
  readonly #run: RunLine
  readonly #data: Taken = { clusters: [], tests: [], errors: [], end: null }
  readonly #counts = new Map<string, number>([['run', 1]])
  readonly #texts = new Map<string, string[]>()
  readonly #owns = new Map<string, Own>()

  constructor(run: RunLine) {
    this.#run = run
  }

  add(lines: readonly string[]): void {
    for (const one of lines) {
      const type = /^\{"type":"(\w+)"/.exec(one)?.[1] ?? ''
      this.#counts.set(type, (this.#counts.get(type) ?? 0) + 1)
      const owner = type === 'test' ? null : ownerOf(one)
      if (owner === null) {
        take(JSON.parse(one) as Line, this.#data)
        continue
      }
      this.#owns.delete(owner)
      const texts = this.#texts.get(owner)
      if (texts === undefined) this.#texts.set(owner, [one])
      else texts.push(one)
    }
  }

  /** What there is by now. */
  read(head: PageHead): RunData {
    const { tests, errors, end } = this.#data
    const clusters = clustersOf(this.#data.clusters)
    const own: RunData['own'] = (test, attempt) => this.#own(`${attempt} ${test}`)
    return { head, run: this.#run, end, clusters, tests: [...tests], errors: [...errors], counts: this.#counts, own }
  }

  /** Reads what an attempt did when somebody looks at it, once. */
  #own(owner: string): Own {
    const known = this.#owns.get(owner)
    if (known !== undefined) return known
    const lines = (this.#texts.get(owner) ?? []).map((text) => JSON.parse(text) as Line)
    const own = {
      tasks: lines.filter((line) => line.type === 'task'),
      events: lines.filter((line) => line.type === 'event'),
      records: lines.filter((line) => line.type === 'record'),
      checks: lines.filter((line) => line.type === 'check'),
    }
    this.#owns.set(owner, own)
    return own
  }
}

/** The attempt that a line belongs to, without reading all of it: there may be a hundred thousand. */
function ownerOf(text: string): string | null {
  const [, test, attempt] = /"test":("(?:[^"\\]|\\.)*"),"attempt":(\d+)/.exec(text) ?? []
  return test === undefined ? null : `${attempt} ${JSON.parse(test)}`
}

function take(line: Line, data: Taken): void {
  if (line.type === 'test') data.tests.push(line)
  else if (line.type === 'error') data.errors.push(line)
  else if (line.type === 'cluster') data.clusters.push(line)
  else if (line.type === 'end') data.end = line
}

/** Whether it did not go as it should. */
export function hasFailed({ status }: { status: TestLine['status'] }): boolean {
  return status !== 'passed' && status !== 'skipped'
}

/** `topic/partition@offset`, as the closest record of a check is named. */
export function placeOf({ topic, partition, offset }: Pick<RecordLine, 'topic' | 'partition' | 'offset'>): string {
  return `${topic}/${partition}@${offset}`
}
