import type { FetchedPartition } from '../client/fetch.ts'
import type { Isolation, StoredRecord } from './cluster.ts'
import type { RealClient } from './real-client.ts'
import { storedRecord } from './stored-record.ts'

/** How many bytes of keys and values are kept of a topic, and what else each record counts for. */
const KEPT_BYTES = 64 * 1024 * 1024
const BYTES_OF_A_RECORD = 300

/** Which partitions each broker leads. */
type Leaders = ReadonlyMap<number, readonly number[]>
/** Offsets by partition. */
type Offsets = ReadonlyMap<number, number>

/** What was fetched of a real cluster's topics in a test file, for all that look at them. */
export class RealLogs {
  readonly client: RealClient
  readonly #keptBytes: number
  readonly #logs: Map<string, RealLog> = new Map()

  constructor(client: RealClient, keptBytes: number = KEPT_BYTES) {
    this.client = client
    this.#keptBytes = keptBytes
  }

  /** A topic that is created anew has another id. */
  of(id: string, topic: string, isolation: Isolation): RealLog {
    const key = `${id} ${isolation}`
    const committedOnly = isolation === 'read_committed'
    const log =
      this.#logs.get(key) ?? new RealLog(this.client, { id, topic, committedOnly, keptBytes: this.#keptBytes })
    this.#logs.set(key, log)
    return log
  }
}

/** The records of a partition from an offset on to where it was fetched. */
interface Kept {
  start: number
  next: number
  records: StoredRecord[]
}

/** Of a partition what is to be fetched: from `next` on, up to `end` where that is known. */
interface Wanted {
  readonly partition: number
  next: number
  end: number | undefined
  isDone: boolean
  readonly records: StoredRecord[]
}

interface Asked {
  leaders: Leaders
  readonly from: Map<number, number>
  readonly answer: Promise<void>
}

/** A topic's log as far as it was fetched: each record once, whoever looks at it, as long as it is kept. */
class RealLog {
  readonly #client: RealClient
  readonly #id: string
  readonly #topic: string
  readonly #committedOnly: boolean
  readonly #keptBytes: number
  readonly #kept: Map<number, Kept> = new Map()
  #bytes = 0
  #isTold = false
  /** Who asks while it is fetched is answered together with all others who do. */
  #asked: Asked | undefined
  #last: Promise<void> = Promise.resolve()

  constructor(
    client: RealClient,
    { id, topic, committedOnly, keptBytes }: { id: string; topic: string; committedOnly: boolean; keptBytes: number },
  ) {
    this.#committedOnly = committedOnly
    this.#client = client
    this.#id = id
    this.#topic = topic
    this.#keptBytes = keptBytes
  }

  /** Resolves once all that is there at this moment from these offsets on is to be had by `from`, until it is called again. */
  fetch(leaders: Leaders, from: Offsets): Promise<void> {
    this.#asked ??= this.#ask(leaders)
    const asked = this.#asked
    asked.leaders = leaders
    for (const [partition, offset] of from) {
      asked.from.set(partition, Math.min(offset, asked.from.get(partition) ?? offset))
    }
    return asked.answer
  }

  /** What is kept of a partition from an offset on, and the offset behind it. */
  from(partition: number, offset: number): { records: StoredRecord[]; next: number } {
    const kept = this.#kept.get(partition)
    if (kept === undefined) return { records: [], next: offset }
    const { records } = kept
    let first = records.length
    while (first > 0 && records[first - 1]!.offset >= offset) first -= 1
    return { records: records.slice(first), next: Math.max(offset, kept.next) }
  }

  #ask(leaders: Leaders): Asked {
    const from = new Map<number, number>()
    const answer = this.#last.then(() => {
      const asked = this.#asked!
      this.#asked = undefined
      return this.#fetch(asked)
    })
    this.#last = answer.catch(() => {})
    return { leaders, from, answer }
  }

  async #fetch({ leaders, from }: Asked): Promise<void> {
    this.#drop()
    const earlier: Wanted[] = []
    for (const [partition, offset] of from) {
      const kept = this.#kept.get(partition)
      if (kept === undefined || offset > kept.next) {
        this.#kept.set(partition, { start: offset, next: offset, records: [] })
      } else if (offset < kept.start) {
        earlier.push({ partition, next: offset, end: kept.start, isDone: false, records: [] })
      }
    }
    await this.#fetchAll(earlier, leaders)
    for (const { partition, records } of earlier) {
      const kept = this.#kept.get(partition)!
      kept.records = records.filter(({ offset }) => offset < kept.start).concat(kept.records)
      kept.start = from.get(partition)!
    }
    // Up to where the logs end when it begins to read: who produces all the time must not keep it here.
    const later = [...from.keys()].map((partition): Wanted => {
      const { next } = this.#kept.get(partition)!
      return { partition, next, end: undefined, isDone: false, records: [] }
    })
    await this.#fetchAll(later, leaders)
    for (const { partition, next, records } of later) {
      const kept = this.#kept.get(partition)!
      for (const record of records) kept.records.push(record)
      kept.next = next
    }
  }

  async #fetchAll(wanted: readonly Wanted[], leaders: Leaders): Promise<void> {
    for (;;) {
      const open = wanted.filter(({ isDone }) => !isDone)
      if (open.length === 0) return
      for (const one of open) one.isDone = true
      for (const [node, led] of leaders) {
        const ofNode = open.filter(({ partition }) => led.includes(partition))
        for (const fetched of ofNode.length === 0 ? [] : await this.#fetchFrom(node, ofNode)) {
          const one = ofNode.find(({ partition }) => partition === fetched.partition)
          if (one === undefined) continue
          one.end ??= fetched.end
          for (const record of fetched.records) {
            const stored = storedRecord(this.#topic, fetched.partition, record)
            one.records.push(stored)
            this.#bytes += bytesOf(stored)
          }
          const { next } = fetched
          one.isDone = next === one.next || next >= one.end
          one.next = next
        }
      }
    }
  }

  #fetchFrom(node: number, wanted: readonly Wanted[]): Promise<FetchedPartition[]> {
    const partitions = wanted.map(({ partition, next: offset }) => ({ partition, offset }))
    return this.#client.fetch({
      node,
      topic: { name: this.#topic, id: this.#id },
      partitions,
      committedOnly: this.#committedOnly,
    })
  }

  /** Of what is too much the oldest of each partition goes. Who had it has it; who asks for it again has it fetched again. */
  #drop(): void {
    if (this.#bytes <= this.#keptBytes) return
    this.#bytes = 0
    const share = this.#keptBytes / Math.max(1, this.#kept.size)
    for (const kept of this.#kept.values()) {
      let bytes = 0
      let first = kept.records.length
      while (first > 0 && bytes < share) bytes += bytesOf(kept.records[--first]!)
      this.#bytes += bytes
      if (first === 0) continue
      kept.records = kept.records.slice(first)
      kept.start = kept.records[0]!.offset
      this.#tell()
    }
  }

  #tell(): void {
    if (this.#isTold) return
    this.#isTold = true
    console.warn(
      `kafka-testkit: topic ${this.#topic} holds more than the ${Math.round(this.#keptBytes / 1024 / 1024)} MiB that ` +
        'are kept of it: its older records are fetched anew for each look that begins with them',
    )
  }
}

function bytesOf({ key, value }: StoredRecord): number {
  return (key?.length ?? 0) + (value?.length ?? 0) + BYTES_OF_A_RECORD
}
