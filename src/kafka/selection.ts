import { inspect } from 'node:util'
import type { Redaction } from '../redaction/redaction.ts'
import { type Show, showing, withCare } from '../redaction/shown.ts'
import type { ConsumeOptions } from './consume.ts'
import { compare } from './patterns.ts'
import type { ReceivedRecord, SeenRecord } from './record.ts'

/** What was chosen so far of the records that came, and whether that is enough. */
export class Selection<K, V> {
  readonly taken: SeenRecord<K, V>[] = []
  done = false
  #seen = 0
  readonly #topic: string
  readonly #options: ConsumeOptions<K, V>
  readonly #show: Show
  readonly #hidesChecks: boolean

  constructor(topic: string, options: ConsumeOptions<K, V>, redaction: Redaction) {
    this.#topic = topic
    this.#options = options
    this.#show = showing(topic, redaction)
    this.#hidesChecks = redaction.checks
  }

  /** @throws Error when the record is one that must not come. */
  offer(one: SeenRecord<K, V>): void {
    const { failOn, until, take } = this.#options
    const { record } = one
    this.#seen += 1
    if (failOn !== undefined && compare(record, failOn).pass) {
      throw withCare(new Error(`consume of ${this.#topic}: ${place(record)} matches failOn${this.#describe(record)}`))
    }
    if (this.#isWanted(record)) this.taken.push(one)
    this.done =
      (take !== undefined && this.taken.length >= take) || (until !== undefined && compare(record, until).pass)
  }

  #describe(record: ReceivedRecord<K, V>): string {
    return this.#hidesChecks ? ' (check data is redacted)' : `: ${inspect(this.#show(record), { depth: 6 })}`
  }

  /** What was missing when the time was up, of which `limit` says how long it was: "within 4000 ms". */
  shortage(limit: string): string {
    const { take } = this.#options
    const wanted = take === undefined ? 'no record matched `until`' : `${take} records were to be taken`
    const places = this.taken.slice(0, 20).map(({ record }) => place(record))
    const more = this.taken.length > places.length ? ', …' : ''
    const had = places.length === 0 ? 'none was taken' : `${this.taken.length} taken: ${places.join(', ')}${more}`
    return `consume of ${this.#topic}: ${wanted} ${limit}; of the ${this.#seen} that came ${had}.`
  }

  #isWanted(record: ReceivedRecord<K, V>): boolean {
    const { where, match = 'all' } = this.#options
    if (where === undefined) return true
    const matches = (pattern: unknown): boolean => compare(record, pattern).pass
    const patterns: readonly unknown[] = Array.isArray(where) ? where : [where]
    return match === 'all' ? patterns.every(matches) : patterns.some(matches)
  }
}

function place({ topic, partition, offset }: ReceivedRecord): string {
  return `${topic}/${partition}@${offset}`
}
