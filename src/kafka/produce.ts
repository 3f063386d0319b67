import { createPartitioner } from '../client/partitioner.ts'
import type { Appended, IdempotentProducer, ProduceRequest } from '../client/produce.ts'
import type { StoredRecord } from '../cluster/cluster.ts'
import { storedRecord } from '../cluster/stored-record.ts'
import { checkOptions, duration, flag, oneOf } from '../config/options.ts'
import type { Serdes } from './record.ts'
import { type PreparedRecord, prepareRecord, type RecordInput } from './record-input.ts'
import type { Scope } from './scope.ts'
import { runTask } from './task.ts'
import { deadlineOf, within } from './waiting.ts'

export interface ProduceOptions {
  /** Default `none`. */
  compression?: 'none' | 'gzip' | 'snappy' | 'lz4' | 'zstd'
  /** Who has to acknowledge: -1 all replicas (the default), 1 the leader, 0 nobody. */
  acks?: -1 | 0 | 1
  /** Produces with sequence numbers, as `enable.idempotence` does; needs `acks: -1`. Default false. */
  idempotent?: boolean
  /** Milliseconds until a request must be acknowledged. */
  timeout?: number
}

/** Where a record went. */
export interface ProducedRecord {
  topic: string
  partition: number
  /** -1 with `acks: 0`, where nobody says. */
  offset: number
  timestamp: Date
}

const compressions = ['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const

const known = { compression: oneOf(...compressions), acks: oneOf(-1, 0, 1), idempotent: flag, timeout: duration }

/** Of one request: Kafka takes batches of 1 MiB by default. */
const RECORDS_OF_A_REQUEST = 1000
const BYTES_OF_A_REQUEST = 768 * 1024

/** Where records go of which nobody says it: those without a key take turns, in a topic by itself. */
const choosePartition = createPartitioner()

/** Produces records, in requests of up to 1,000, and says where each went. */
export async function produce<K, V>(
  scope: Scope,
  topic: string,
  serdes: Serdes<K, V>,
  inputs: Iterable<RecordInput<K, V>> | AsyncIterable<RecordInput<K, V>>,
  options: ProduceOptions = {},
): Promise<ProducedRecord[]> {
  checkOptions(`produce to ${topic}`, options, known)
  if (options.idempotent && options.acks !== undefined && options.acks !== -1) {
    throw new TypeError(`produce to ${topic}: an idempotent producer needs acks: -1, not ${options.acks}.`)
  }
  return runTask(scope, { kind: 'produce', topic }, async (task) => {
    const produced: ProducedRecord[] = []
    const sender = new Sender(scope, topic, options)
    const send = async (records: readonly PreparedRecord[]): Promise<ProducedRecord[]> => {
      const placed = await sender.send(records)
      scope.cluster.produced(scope.began, placed)
      task.moved(placed, serdes)
      return placed.map(({ partition, offset, timestamp }) => ({
        topic,
        partition,
        offset,
        timestamp: new Date(timestamp),
      }))
    }
    let chunk: PreparedRecord[] = []
    let bytes = 0
    let count = 0
    for await (const input of inputs) {
      scope.data.note(typeof input === 'object' ? { topic, ...input } : { topic, value: input })
      const record = await prepareRecord(topic, serdes, input, `record ${count++}`, scope)
      scope.data.note({ topic, ...record })
      chunk.push(record)
      bytes += (record.key?.length ?? 0) + (record.value?.length ?? 0)
      if (chunk.length < RECORDS_OF_A_REQUEST && bytes < BYTES_OF_A_REQUEST) continue
      produced.push(...(await send(chunk)))
      chunk = []
      bytes = 0
    }
    if (chunk.length > 0) produced.push(...(await send(chunk)))
    return produced
  })
}

/** Sends the records of one task, request by request. */
class Sender {
  readonly #scope: Scope
  readonly #topic: string
  readonly #options: ProduceOptions
  #producer: IdempotentProducer | undefined

  constructor(scope: Scope, topic: string, options: ProduceOptions) {
    this.#scope = scope
    this.#topic = topic
    this.#options = options
  }

  async send(records: readonly PreparedRecord[]): Promise<StoredRecord[]> {
    const topic = this.#topic
    const count = await this.#partitions()
    const partitions = records.map((record, index) => partitionOf(topic, record, index, count))
    const appended = await this.#produce(Map.groupBy(records, (_, index) => partitions[index]!))
    return place(topic, records, partitions, appended)
  }

  async #produce(records: ProduceRequest['records']): Promise<ReadonlyMap<number, Appended>> {
    const { cluster } = this.#scope
    const { compression = 'none', acks = -1, idempotent = false, timeout } = this.#options
    const topic = this.#topic
    const deadline = deadlineOf(this.#scope, timeout)
    try {
      if (idempotent) this.#producer ??= await cluster.openProducer(deadline)
      return await cluster.produce({ topic, records, acks, compression, producer: this.#producer, deadline })
    } catch (error) {
      const { ClusterTrouble } = await import('../cluster/trouble.ts')
      const isLate = ClusterTrouble.codeOf(error) === 'ETIMEDOUT'
      const words = isLate ? `not acknowledged ${within(this.#scope, deadline, timeout)}.` : (error as Error).message
      throw new Error(`produce to ${topic}: ${words}`)
    }
  }

  async #partitions(): Promise<number> {
    const topic = this.#topic
    const description = await this.#scope.cluster.ensureTopic(topic)
    if (description !== undefined) return description.partitions
    throw new Error(
      `produce to ${topic}: the topic doesn't exist, and the broker doesn't create topics by itself (autoCreateTopics: false). Create it with kafka.createTopic('${topic}').`,
    )
  }
}

/** @throws RangeError for a partition that the topic doesn't have. */
function partitionOf(topic: string, { partition, key }: PreparedRecord, index: number, count: number): number {
  if (partition === undefined) return choosePartition(topic, count, key)
  if (partition < count) return partition
  const there = count === 1 ? '1 partition, 0' : `${count} partitions, 0 to ${count - 1}`
  throw new RangeError(`produce to ${topic}: record ${index} has partition ${partition}, the topic has ${there}.`)
}

/** The broker says the first offset of each partition, and the records of a partition stay in their order. */
function place(
  topic: string,
  records: readonly PreparedRecord[],
  partitions: readonly number[],
  appended: ReadonlyMap<number, Appended>,
): StoredRecord[] {
  const written = new Map<number, number>()
  return records.map(({ key, value, headers, timestamp }, index) => {
    const partition = partitions[index]!
    const { baseOffset, logAppendTime } = appended.get(partition)!
    const before = written.get(partition) ?? 0
    written.set(partition, before + 1)
    return storedRecord(topic, partition, {
      offset: baseOffset < 0 ? -1 : baseOffset + before,
      // Where the topic's timestamps are of the append (message.timestamp.type).
      timestamp: logAppendTime >= 0 ? logAppendTime : timestamp,
      key,
      value,
      headers,
    })
  })
}
