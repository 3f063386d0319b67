import type { Message, Partitioners } from 'kafkajs'
import type { StoredRecord } from '../cluster/cluster.ts'
import { checkOptions, duration, flag, oneOf } from '../config/options.ts'
import type { Serde } from '../serdes/serde.ts'
import { kafkajs, sharedProducer } from './clients.ts'
import type { Serdes } from './record.ts'
import type { Scope } from './scope.ts'
import { runTask } from './task.ts'

/** What a header may hold when it is produced; a list repeats the name. */
export type HeaderInput = string | Uint8Array | readonly (string | Uint8Array)[]

/** A record to be produced. Without a key it has none; `value: null` is a tombstone. */
export interface RecordInput<K = unknown, V = unknown> {
  key?: K | null
  value: V | null
  headers?: Readonly<Record<string, HeaderInput>>
  partition?: number
  /** A `Date` or milliseconds since the epoch. Default: now. */
  timestamp?: Date | number
}

export interface ProduceOptions {
  compression?: 'none' | 'gzip' | 'snappy' | 'lz4' | 'zstd'
  /** -1: all replicas (the default), 1: the leader, 0: nobody. */
  acks?: -1 | 0 | 1
  /** Produces with sequence numbers, as `enable.idempotence` does. */
  idempotent?: boolean
  /** Milliseconds that the broker may take. */
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

const known = {
  compression: oneOf('none', 'gzip', 'snappy', 'lz4', 'zstd'),
  acks: oneOf(-1, 0, 1),
  idempotent: flag,
  timeout: duration,
}
const fields = ['key', 'value', 'headers', 'partition', 'timestamp']

interface Prepared {
  message: Message & { partition: number; timestamp: string }
  stored: StoredRecord
}

/** Produces records through kafkajs, and says where each went. */
export async function produce<K, V>(
  scope: Scope,
  topic: string,
  serdes: Serdes<K, V>,
  inputs: readonly RecordInput<K, V>[],
  options: ProduceOptions = {},
): Promise<ProducedRecord[]> {
  checkOptions(`produce to ${topic}`, options, known)
  const { compression = 'none', acks = -1, idempotent = false, timeout = scope.defaultTimeout } = options
  if (idempotent && acks !== -1) {
    throw new TypeError(`produce to ${topic}: an idempotent producer needs acks -1, these are ${acks}`)
  }
  return runTask(scope, { kind: 'produce', topic }, async (task) => {
    if (inputs.length === 0) return []
    const prepared = await prepare(scope, topic, serdes, inputs)
    const producer = await sharedProducer(scope.cluster, idempotent)
    const answers = await producer.send({
      topic,
      acks,
      timeout,
      compression: ['none', 'gzip', 'snappy', 'lz4', 'zstd'].indexOf(compression),
      messages: prepared.map(({ message }) => message),
    })
    const placed = place(prepared, new Map((answers ?? []).map((answer) => [answer.partition, answer])))
    task.moved(placed, serdes)
    return placed.map(({ partition, offset, timestamp }) => ({
      topic,
      partition,
      offset,
      timestamp: new Date(timestamp),
    }))
  })
}

/** kafkajs says the first offset of each partition; the records of a partition stay in their order. */
function place(
  prepared: readonly Prepared[],
  answers: ReadonlyMap<number, { baseOffset?: string; logAppendTime?: string }>,
): StoredRecord[] {
  const written = new Map<number, number>()
  return prepared.map(({ stored }) => {
    const { partition } = stored
    const answer = answers.get(partition)
    const index = written.get(partition) ?? 0
    written.set(partition, index + 1)
    const appendTime = Number(answer?.logAppendTime ?? -1)
    return {
      ...stored,
      offset: answer?.baseOffset === undefined ? -1 : Number(answer.baseOffset) + index,
      timestamp: appendTime >= 0 ? appendTime : stored.timestamp,
    }
  })
}

async function prepare<K, V>(
  scope: Scope,
  topic: string,
  serdes: Serdes<K, V>,
  inputs: readonly RecordInput<K, V>[],
): Promise<Prepared[]> {
  // kafkajs would find the topic missing, and try again by timers that a test may have replaced.
  const description = await scope.cluster.ensureTopic(topic)
  if (description === undefined) {
    throw new Error(
      `produce to ${topic}: the topic doesn't exist, and the broker doesn't create topics by itself (autoCreateTopics: false). Create it with kafka.createTopic('${topic}')`,
    )
  }
  const choose = partitioner(topic, description.partitions)
  return Promise.all(
    inputs.map(async (input, index) => {
      checkRecord(topic, input, index, inputs.length)
      const key = await serialize(serdes.key, input.key ?? null, topic, 'key')
      const value = await serialize(serdes.value, input.value, topic, 'value')
      // The test's clock, faked or not: it is what an application under test would write.
      const timestamp = input.timestamp === undefined ? Date.now() : Number(input.timestamp)
      const headers = headersOf(input.headers)
      const message = { key, value, headers, timestamp: String(timestamp) }
      const partition = input.partition ?? choose(message)
      const stored = {
        ...{ topic, partition, offset: -1, timestamp, key, value, headers: pairs(headers) },
        ...{ appendedAt: 0, sequence: 0, clientId: undefined },
      }
      return { message: { ...message, partition }, stored }
    }),
  )
}

/** kafkajs's own choice, made here so that it is known which record went where. */
function partitioner(topic: string, partitions: number): (message: Message) => number {
  const choose = (kafkajs().Partitioners as typeof Partitioners).DefaultPartitioner()
  const partitionMetadata = Array.from({ length: partitions }, (_, partitionId) => ({
    ...{ partitionId, leader: 1, partitionErrorCode: 0, replicas: [1], isr: [1], offlineReplicas: [] },
  }))
  return (message) => choose({ topic, partitionMetadata, message })
}

function checkRecord(topic: string, input: unknown, index: number, total: number): void {
  const which = total === 1 ? 'the record' : `record ${index}`
  if (typeof input !== 'object' || input === null || !('value' in input || 'key' in input)) {
    throw new TypeError(`produce to ${topic}: ${which} has no value; pass { key, value } (value: null is a tombstone)`)
  }
  const wrong = Object.keys(input).find((name) => !fields.includes(name))
  if (wrong !== undefined) {
    throw new TypeError(
      `produce to ${topic}: ${which} has an unknown field "${wrong}"; a record has ${fields.join(', ')}`,
    )
  }
  if (!('value' in input) || (input as { value: unknown }).value === undefined) {
    throw new TypeError(`produce to ${topic}: ${which} has no value (value: null is a tombstone)`)
  }
}

async function serialize<T>(
  serde: Serde<T>,
  content: T | null,
  topic: string,
  part: 'key' | 'value',
): Promise<Buffer | null> {
  if (content === null) return null
  try {
    const bytes = await serde.serialize(content, { topic, part })
    return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes)
  } catch (error) {
    const name = serde.name ?? 'custom'
    throw new Error(`produce to ${topic}: serde "${name}" can't write the ${part}: ${(error as Error).message}`, {
      cause: error,
    })
  }
}

function headersOf(headers: RecordInput['headers']): Record<string, Buffer | Buffer[]> {
  const bytes = (value: string | Uint8Array) => Buffer.from(value as string)
  return Object.fromEntries(
    Object.entries(headers ?? {}).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.map(bytes) : bytes(value as string),
    ]),
  )
}

function pairs(headers: Record<string, Buffer | Buffer[]>): [string, Buffer][] {
  return Object.entries(headers).flatMap(([name, value]) =>
    [value].flat().map((one) => [name, one] as [string, Buffer]),
  )
}
