import { anything, checkOptions, duration, startingPoint } from '../config/options.ts'
import { auto } from '../serdes/auto.ts'
import type { Serde } from '../serdes/serde.ts'
import { type ConsumeOptions, consume } from './consume.ts'
import { explainFailure } from './diagnosis.ts'
import { compare, type RecordPattern } from './patterns.ts'
import { type ProducedRecord, type ProduceOptions, produce, type RecordInput } from './produce.ts'
import type { ReceivedRecord, Serdes } from './record.ts'
import type { Scope } from './scope.ts'
import { runTask } from './task.ts'
import { deadlineOf, waitForRecords } from './waiting.ts'

export interface ReceiveOptions {
  /** Milliseconds until the record must be there. */
  timeout?: number
  /** Default: where the test began. */
  from?: 'beginning' | Date | { offset: number }
}

export interface RecordsOptions<K = unknown, V = unknown> {
  /** Default: where the test began. */
  from?: 'beginning' | Date | { offset: number }
  /** Keeps only records that match. */
  where?: RecordPattern<K, V>
}

/** A topic as a test holds it: what it is called, how its keys and values are written, and what can be done with it. */
export class Topic<K = unknown, V = unknown> {
  readonly name: string
  readonly #scope: () => Scope
  readonly #serdes: Serdes<K, V>

  /** Made by `kafka.topic()`. */
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
    return this.#scope()
  }

  get serdes(): Serdes<K, V> {
    return this.#serdes
  }

  /**
   * Produces a record, or many, through kafkajs, and says where each went.
   *
   * @throws Error when a serde can't write it, or the broker refuses it.
   * @example
   * const { offset } = await kafka.topic('orders').produce({ key: 'o-1', value: { sku: 'lamp' } })
   */
  produce(record: RecordInput<K, V>, options?: ProduceOptions): Promise<ProducedRecord>
  produce(
    records: Iterable<RecordInput<K, V>> | AsyncIterable<RecordInput<K, V>>,
    options?: ProduceOptions,
  ): Promise<ProducedRecord[]>
  async produce(
    input: RecordInput<K, V> | Iterable<RecordInput<K, V>> | AsyncIterable<RecordInput<K, V>>,
    options?: ProduceOptions,
  ): Promise<ProducedRecord | ProducedRecord[]> {
    const scope = this.#touch()
    const many =
      typeof input === 'object' && input !== null && (Symbol.iterator in input || Symbol.asyncIterator in input)
    const inputs: RecordInput<K, V>[] = []
    if (many) for await (const one of input) inputs.push(one)
    else inputs.push(input as RecordInput<K, V>)
    const produced = await produce(scope, this.name, this.#serdes, inputs, options)
    return many ? produced : produced[0]!
  }

  /**
   * The first record that matches: the one that `toReceiveRecord` would find.
   *
   * @throws Error with that matcher's message when none comes before the deadline.
   */
  async receive(pattern: RecordPattern<K, V> = {}, options: ReceiveOptions = {}): Promise<ReceivedRecord<K, V>> {
    checkOptions(`receive from ${this.name}`, options, { timeout: duration, from: startingPoint })
    const scope = this.#touch()
    const deadline = deadlineOf(scope, options.timeout)
    return runTask(scope, { kind: 'receive', topic: this.name }, async (task) => {
      const seen = await waitForRecords(scope, {
        topic: this.name,
        serdes: this.#serdes,
        from: options.from,
        deadline,
        until: ({ records }) => records.some(({ record }) => compare(record, pattern).pass),
      })
      const found = seen.records.find(({ record }) => compare(record, pattern).pass)
      if (found === undefined) {
        const { message } = await explainFailure({
          title: 'topic.receive(expected) failed',
          topic: this,
          patterns: [pattern],
          seen,
          from: options.from,
          deadline,
          timeout: options.timeout ?? scope.defaultTimeout,
        })
        throw new Error(message)
      }
      task.moved([found.stored], this.#serdes)
      return found.record
    })
  }

  /**
   * Many records: `take` so many, `for` so long, `until` one matches; without any of these what is there now.
   *
   * @throws Error when `take` or `until` isn't reached in time, saying what had come, or when `failOn` matches.
   */
  consume(options?: ConsumeOptions<K, V>): Promise<ReceivedRecord<K, V>[]> {
    return consume(this.#touch(), this.name, this.#serdes, options)
  }

  /** The records that are there now, without waiting. */
  records(options: RecordsOptions<K, V> = {}): Promise<ReceivedRecord<K, V>[]> {
    checkOptions(`records of ${this.name}`, options, { from: startingPoint, where: anything })
    const scope = this.#touch()
    return runTask(scope, { kind: 'records', topic: this.name }, async (task) => {
      const { from, where } = options
      const wait = { topic: this.name, serdes: this.#serdes, from, deadline: 0, until: () => true }
      const { records } = await waitForRecords(scope, wait)
      const wanted = records.filter(({ record }) => where === undefined || compare(record, where).pass)
      task.moved(
        wanted.map(({ stored }) => stored),
        this.#serdes,
      )
      return wanted.map(({ record }) => record)
    })
  }

  #touch(): Scope {
    const scope = this.#scope()
    scope.touched.add(this.name)
    return scope
  }
}
