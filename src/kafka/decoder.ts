import { isPromise } from 'node:util/types'
import type { Cluster, StoredRecord } from '../cluster/cluster.ts'
import type { Serde } from '../serdes/serde.ts'
import { errorOf } from './error.ts'
import { own } from './owner.ts'
import {
  type Deserializers,
  type RawRecord,
  type ReceivedRecord,
  readHeaders,
  type SeenRecord,
  serdeName,
  UndecodableRecord,
} from './record.ts'
import type { Scope } from './scope.ts'

type Part = 'key' | 'value'
type Reading = Pick<Serde<unknown>, 'name' | 'deserialize'>
/** A promise only where a serde is asynchronous: a topic has a hundred thousand records, and each turn has its price. */
export type Soon<T> = T | Promise<T>

/** What was made of a record's parts, and by which serdes. */
class Decoded {
  keyBy: Reading | undefined
  key: unknown
  valueBy: Reading | undefined
  value: unknown
}

/** Where it stands by which serde a part was read. */
const by = { key: 'keyBy', value: 'valueBy' } as const

/** Of a cluster's records those whose keys or values are kept decoded: the last ones, up to twice so many of their bytes. */
const KEPT_BYTES = 8 * 1024 * 1024

class KeptRecords {
  #latest: StoredRecord[] = []
  #before: StoredRecord[] = []
  #bytes = 0

  add(stored: StoredRecord, bytes: number): void {
    this.#latest.push(stored)
    this.#bytes += bytes
    if (this.#bytes < KEPT_BYTES) return
    for (const one of this.#before) one.decoded = undefined
    this.#before = this.#latest
    this.#latest = []
    this.#bytes = 0
  }
}

const kept = new WeakMap<Cluster, KeptRecords>()

/**
 * Reads records by the serdes of a topic handle: of each as much as is asked for, and that once in a test file. What a
 * test gets into its hands is its own: a change that it makes there is seen by nobody else.
 */
export class Decoder<K = unknown, V = unknown> {
  readonly #serdes: Deserializers<K, V>
  readonly #scope: Scope
  readonly #kept: KeptRecords

  constructor(serdes: Deserializers<K, V>, scope: Scope) {
    this.#serdes = serdes
    this.#scope = scope
    this.#kept = kept.get(scope.cluster) ?? new KeptRecords()
    kept.set(scope.cluster, this.#kept)
  }

  get serdes(): Deserializers<unknown, unknown> {
    return this.#serdes
  }

  /** The key or the value, for looking at only. */
  part(stored: StoredRecord, part: Part): Soon<unknown | UndecodableRecord> {
    const { decoded } = stored
    if (decoded instanceof Decoded && decoded[by[part]] === this.#serdes[part]) return decoded[part]
    const bytes = stored[part]
    if (bytes === null) return null
    return this.#keep(stored, part, this.#decode(stored, part, bytes), bytes.length)
  }

  headers(stored: StoredRecord): unknown {
    return this.#scope.sandbox.revive(readHeaders(stored.headers))
  }

  timestamp(stored: StoredRecord): Date {
    return this.#scope.sandbox.revive(new Date(stored.timestamp))
  }

  /** All of a record, for looking at only. */
  look(stored: StoredRecord): Soon<SeenRecord<K, V> | UndecodableRecord> {
    return this.#record(stored, this.part(stored, 'key'), this.part(stored, 'value'))
  }

  /** All of a record, to be the test's own: what was kept of it is not kept any more. */
  give(stored: StoredRecord): Soon<SeenRecord<K, V> | UndecodableRecord> {
    const [key, value] = [this.#take(stored, 'key'), this.#take(stored, 'value')]
    stored.decoded = undefined
    return this.#record(stored, key, value)
  }

  #take(stored: StoredRecord, part: Part): Soon<unknown> {
    const { decoded } = stored
    const isKept = decoded instanceof Decoded && decoded[by[part]] === this.#serdes[part]
    // What is on its way others wait for too.
    if (isKept && !isPromise(decoded[part])) return decoded[part]
    const bytes = stored[part]
    return bytes === null ? null : this.#decode(stored, part, bytes)
  }

  #decode(stored: StoredRecord, part: Part, bytes: Buffer): Soon<unknown> {
    const { sandbox } = this.#scope
    const serde: Reading = this.#serdes[part]
    const failed = (error: unknown): UndecodableRecord =>
      new UndecodableRecord(stored, part, serdeName(serde), errorOf(error))
    try {
      // A copy: what a test does to the bytes must not reach the log.
      const content: Soon<unknown> = serde.deserialize(Buffer.from(bytes), { topic: stored.topic, part })
      if (!isThenable(content)) return sandbox.revive(content)
      return Promise.resolve(content).then((decoded) => sandbox.revive(decoded), failed)
    } catch (error) {
      return failed(error)
    }
  }

  #keep(stored: StoredRecord, part: Part, content: Soon<unknown>, bytes: number): Soon<unknown> {
    const decoded = stored.decoded instanceof Decoded ? stored.decoded : new Decoded()
    decoded[by[part]] = this.#serdes[part]
    decoded[part] = content
    stored.decoded = decoded
    this.#kept.add(stored, bytes)
    if (!isPromise(content)) return content
    return content.then((settled) => {
      if (decoded[part] === content) decoded[part] = settled
      return settled
    })
  }

  #record(stored: StoredRecord, key: Soon<unknown>, value: Soon<unknown>): Soon<SeenRecord<K, V> | UndecodableRecord> {
    if (isPromise(key)) return key.then((settled) => this.#record(stored, settled, value))
    if (key instanceof UndecodableRecord) return key
    if (isPromise(value)) return value.then((settled) => this.#record(stored, key, settled))
    return value instanceof UndecodableRecord ? value : this.#seen(stored, key, value)
  }

  #seen(stored: StoredRecord, key: unknown, value: unknown): SeenRecord<K, V> {
    const { topic, partition, offset } = stored
    const { sandbox } = this.#scope
    const [timestamp, headers] = [new Date(stored.timestamp), readHeaders(stored.headers)]
    const record = sandbox.revive({ topic, partition, offset, timestamp, key, value, headers }) as ReceivedRecord<K, V>
    const raw: RawRecord = sandbox.revive({ key: stored.key, value: stored.value, headers: stored.headers })
    Object.defineProperty(record, 'raw', { value: raw, enumerable: false })
    own(record, this.#scope)
    return { record, stored }
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function'
}
