import { auto } from '../serdes/auto.ts'
import type { Serde } from '../serdes/serde.ts'
import { begunBy } from './caller.ts'
import { type ConsumeOptions, consume } from './consume.ts'
import { noteLogs } from './logged.ts'
import type { RecordPattern } from './patterns.ts'
import { type ProducedRecord, type ProduceOptions, produce } from './produce.ts'
import { type ReceiveOptions, type RecordsOptions, receive, records } from './receive.ts'
import type { ReceivedRecord, Serdes } from './record.ts'
import type { RecordInput } from './record-input.ts'
import type { Scope } from './scope.ts'
import { runTask } from './task.ts'

/** A topic as a test holds it: what it is called, and what can be done with it. */
export interface Topic<K = unknown, V = unknown> {
  readonly name: string

  /**
   * Produces a record, or many (any iterable, also an asynchronous one), and says where each went.
   *
   * @throws TypeError for what isn't a record or an option.
   * @throws Error when a serde can't write it, the broker refuses it, or it isn't acknowledged in time.
   * @example
   * const { offset } = await kafka.topic('orders').produce({ key: 'o-1', value: { sku: 'lamp' } })
   */
  produce(record: RecordInput<K, V>, options?: ProduceOptions): Promise<ProducedRecord>
  produce(
    records: Iterable<RecordInput<K, V>> | AsyncIterable<RecordInput<K, V>>,
    options?: ProduceOptions,
  ): Promise<ProducedRecord[]>

  /**
   * The first record that matches: the one that `toReceiveRecord` would find.
   *
   * @throws Error with that matcher's message when none comes before the deadline.
   * @example
   * const rejected = await kafka.topic('order-events').receive({ value: { type: 'rejected' } })
   */
  receive(pattern?: RecordPattern<K, V>, options?: ReceiveOptions): Promise<ReceivedRecord<K, V>>

  /**
   * Many records: `take` so many, `for` so long, `until` one matches; without any of these what is there now.
   *
   * @throws Error when `take` or `until` isn't reached in time, saying what had come, when `failOn` matches, or when a
   * serde can't read a record.
   * @example
   * const events = await kafka.topic('order-events').consume({ take: 3, where: { key: 'o-1' } })
   */
  consume(options?: ConsumeOptions<K, V>): Promise<ReceivedRecord<K, V>[]>

  /**
   * Forgets its records, for who reads it from the beginning too; offsets go on counting.
   *
   * @throws Error for a topic of an external cluster that was there before the run, and for a compacted one on real
   * Kafka.
   * @example
   * await kafka.topic('orders').clear()
   */
  clear(): Promise<void>

  /**
   * The records that are there now, without waiting.
   *
   * @throws Error when a serde can't read one.
   * @example
   * const all = await kafka.topic('orders').records({ from: 'beginning' })
   */
  records(options?: RecordsOptions<K, V>): Promise<ReceivedRecord<K, V>[]>
}

/** The same as tasks and matchers have it. */
export class TopicHandle<K = unknown, V = unknown> implements Topic<K, V> {
  readonly name: string
  readonly #scope: () => Scope
  readonly #serdes: Serdes<K, V>

  constructor(
    name: string,
    scope: () => Scope,
    serdes: { key?: Serde<K> | undefined; value?: Serde<V> | undefined } = {},
  ) {
    this.name = name
    this.#scope = scope
    this.#serdes = { key: serdes.key ?? (auto as Serde<K>), value: serdes.value ?? (auto as Serde<V>) }
  }

  /** The test that it belongs to. */
  get scope(): Scope {
    const scope = this.#scope()
    scope.touch(this.name)
    return scope
  }

  get serdes(): Serdes<K, V> {
    return this.#serdes
  }

  produce(record: RecordInput<K, V>, options?: ProduceOptions): Promise<ProducedRecord>
  produce(
    records: Iterable<RecordInput<K, V>> | AsyncIterable<RecordInput<K, V>>,
    options?: ProduceOptions,
  ): Promise<ProducedRecord[]>
  produce(
    input: RecordInput<K, V> | Iterable<RecordInput<K, V>> | AsyncIterable<RecordInput<K, V>>,
    options?: ProduceOptions,
  ): Promise<ProducedRecord | ProducedRecord[]> {
    return begunBy(this.produce, async () => {
      if (isMany(input)) return produce(this.scope, this.name, this.#serdes, input, options)
      const [produced] = await produce(this.scope, this.name, this.#serdes, [input], options)
      return produced!
    })
  }

  receive(pattern: RecordPattern<K, V> = {}, options: ReceiveOptions = {}): Promise<ReceivedRecord<K, V>> {
    return begunBy(this.receive, () => receive(this, pattern, options))
  }

  consume(options: ConsumeOptions<K, V> = {}): Promise<ReceivedRecord<K, V>[]> {
    return begunBy(this.consume, () => consume(this, options))
  }

  async clear(): Promise<void> {
    const { scope, name } = this
    await runTask(scope, { kind: 'clear topic', topic: name }, async () => {
      await noteLogs(scope)
      await scope.cluster.clear([name])
    })
  }

  records(options: RecordsOptions<K, V> = {}): Promise<ReceivedRecord<K, V>[]> {
    return begunBy(this.records, () => records(this, options))
  }
}

function isMany<T>(input: T | Iterable<T> | AsyncIterable<T>): input is Iterable<T> | AsyncIterable<T> {
  return typeof input === 'object' && input !== null && (Symbol.iterator in input || Symbol.asyncIterator in input)
}
