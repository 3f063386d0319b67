import type { Message, RecordMetadata } from 'kafkajs'
import type { StoredRecord } from '../cluster/cluster.ts'
import { checkOptions, duration, flag, oneOf } from '../config/options.ts'
import { withCodecs } from './codecs.ts'
import { inTime } from './in-time.ts'
import type { Serdes } from './record.ts'
import { messageOf, type PreparedRecord, prepareRecord, type RecordInput } from './record-input.ts'
import type { Scope } from './scope.ts'
import { sharedProducer } from './shared-producer.ts'
import { runTask, type Task } from './task.ts'
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

/** kafkajs numbers them so (CompressionTypes). */
const compressions = ['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const

const known = { compression: oneOf(...compressions), acks: oneOf(-1, 0, 1), idempotent: flag, timeout: duration }

/** Of one request: kafkajs copies what it has of a partition for each record, and Kafka takes 1 MiB by default. */
const RECORDS_OF_A_REQUEST = 1000
const BYTES_OF_A_REQUEST = 768 * 1024

/** Produces records through kafkajs, in requests of up to 1,000, and says where each went. */
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
      produced.push(...(await send(scope, topic, serdes, chunk, options, task)))
      chunk = []
      bytes = 0
    }
    if (chunk.length > 0) produced.push(...(await send(scope, topic, serdes, chunk, options, task)))
    return produced
  })
}

async function send<K, V>(
  scope: Scope,
  topic: string,
  serdes: Serdes<K, V>,
  records: readonly PreparedRecord[],
  { compression = 'none', acks = -1, idempotent = false, timeout }: ProduceOptions,
  task: Task,
): Promise<ProducedRecord[]> {
  const partitions = await partitionsOf(scope, topic)
  const deadline = deadlineOf(scope, timeout)
  const late = () => new Error(`produce to ${topic}: not acknowledged ${within(scope, deadline, timeout)}.`)
  const { producer, choose } = await inTime(
    sharedProducer(scope.cluster, { idempotent, topic, partitions }),
    deadline,
    late,
  )
  const messages = records.map((record, index): Message & { partition: number } => {
    const message = messageOf(record, record.partition ?? 0)
    const partition = record.partition ?? choose(topic, partitions, { ...message, partition: undefined })
    if (partition < partitions) return { ...message, partition }
    throw new RangeError(
      `produce to ${topic}: record ${index} has partition ${partition}, the topic has ${partitions === 1 ? '1 partition, 0' : `${partitions} partitions, 0 to ${partitions - 1}`}.`,
    )
  })
  const request = { topic, acks, compression: compressions.indexOf(compression), messages }
  const answers = await inTime(
    withCodecs(() => producer.send(request)),
    deadline,
    late,
  )
  const placed = place(topic, records, messages, answers ?? [])
  scope.cluster.produced?.(scope.began, placed)
  task.moved(placed, serdes)
  return placed.map(({ partition, offset, timestamp }) => ({
    topic,
    partition,
    offset,
    timestamp: new Date(timestamp),
  }))
}

/** kafkajs would find the topic missing and ask again, by timers that a test may have replaced. */
async function partitionsOf({ cluster }: Scope, topic: string): Promise<number> {
  const description = await cluster.ensureTopic(topic)
  if (description !== undefined) return description.partitions
  throw new Error(
    `produce to ${topic}: the topic doesn't exist, and the broker doesn't create topics by itself (autoCreateTopics: false). Create it with kafka.createTopic('${topic}').`,
  )
}

/** The broker says the first offset of each partition, and the records of a partition stay in their order. */
function place(
  topic: string,
  records: readonly PreparedRecord[],
  messages: readonly { partition: number }[],
  answers: readonly RecordMetadata[],
): StoredRecord[] {
  const byPartition = new Map(answers.map((answer) => [answer.partition, answer]))
  const written = new Map<number, number>()
  return records.map(({ key, value, headers, timestamp }, index) => {
    const { partition } = messages[index]!
    const answer = byPartition.get(partition)
    const before = written.get(partition) ?? 0
    written.set(partition, before + 1)
    // Where the topic's timestamps are of the append (message.timestamp.type), else -1.
    const appendTime = Number(answer?.logAppendTime ?? -1)
    const offset = answer?.baseOffset === undefined ? -1 : Number(answer.baseOffset) + before
    return {
      ...{ topic, partition, offset, key, value, headers },
      timestamp: appendTime >= 0 ? appendTime : timestamp,
      ...{ appendedAt: appendTime, sequence: 0, clientId: undefined },
    }
  })
}
