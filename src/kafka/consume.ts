import type { Consumer, EachBatchPayload, KafkaMessage } from 'kafkajs'
import { clearTimeout, now, setTimeout } from '../broker/clock.ts'
import type { StartingPoint, StoredRecord } from '../cluster/cluster.ts'
import { anything, checkOptions, duration, oneOf, positive, startingPoint, text } from '../config/options.ts'
import { openClient } from './clients.ts'
import { compare, type RecordPattern } from './patterns.ts'
import { decodeRecord, isUndecodable, type ReceivedRecord, type SeenRecord, type Serdes } from './record.ts'
import type { Scope } from './scope.ts'
import { runTask } from './task.ts'
import { deadlineOf, type Seen, waitForRecords } from './waiting.ts'

export interface ConsumeOptions<K = unknown, V = unknown> {
  /** Default: where the test began. With a group that has committed, where it stopped. */
  from?: 'beginning' | Date | { offset: number }
  /** Stops after so many records. */
  take?: number
  /** Stops after so many milliseconds, with whatever came. */
  for?: number
  /** Stops after the first record that matches; it is the last one returned. */
  until?: RecordPattern<K, V>
  /** Keeps only records that match. */
  where?: RecordPattern<K, V> | readonly RecordPattern<K, V>[]
  /** With several patterns in `where`: whether all of them must match (the default) or any. */
  match?: 'all' | 'any'
  /** Fails as soon as a record matches. */
  failOn?: RecordPattern<K, V>
  /** Reads as a member of this consumer group, by kafkajs, and commits what it took. */
  group?: string
  /** Milliseconds until `take` or `until` must be reached. */
  timeout?: number
}

const known = {
  from: startingPoint,
  take: positive,
  for: duration,
  until: anything,
  where: anything,
  match: oneOf('all', 'any'),
  failOn: anything,
  group: text,
  timeout: duration,
}

/** Reads records until a stop condition holds. Without one it returns what is there now. */
export async function consume<K, V>(
  scope: Scope,
  topic: string,
  serdes: Serdes<K, V>,
  options: ConsumeOptions<K, V> = {},
): Promise<ReceivedRecord<K, V>[]> {
  checkOptions(`consume of ${topic}`, options, known)
  const { group } = options
  return runTask(scope, { kind: 'consume', topic, ...(group === undefined ? {} : { group }) }, async (task) => {
    const collector = new Collector(topic, options)
    const open = options.take === undefined && options.until === undefined
    const deadline = options.for !== undefined ? now() + options.for : open ? now() : deadlineOf(scope, options.timeout)
    if (group === undefined) await readLog(scope, topic, serdes, options.from, deadline, collector)
    else
      await readAsMember(
        scope,
        topic,
        serdes,
        group,
        options.from,
        open ? deadlineOf(scope, options.timeout) : deadline,
        collector,
      )
    task.moved(
      collector.taken.map(({ stored }) => stored),
      serdes,
    )
    if (!collector.done && !open && options.for === undefined) throw new Error(collector.shortage(options, scope))
    return collector.taken.map(({ record }) => record)
  })
}

/** Takes records one by one, as the filters say, until it has enough. */
class Collector<K, V> {
  readonly taken: SeenRecord<K, V>[] = []
  done = false
  seen = 0
  readonly #topic: string
  readonly #options: ConsumeOptions<K, V>

  constructor(topic: string, options: ConsumeOptions<K, V>) {
    this.#topic = topic
    this.#options = options
  }

  offer(one: SeenRecord<K, V>): void {
    const { where, match = 'all', failOn, until, take } = this.#options
    const { record } = one
    this.seen += 1
    if (failOn !== undefined && compare(record, failOn).pass) {
      throw new Error(
        `consume of ${this.#topic}: ${place(record)} matches failOn: ${JSON.stringify({ key: record.key, value: record.value })}`,
      )
    }
    const patterns = where === undefined ? [] : Array.isArray(where) ? where : [where]
    const matches = (pattern: unknown): boolean => compare(record, pattern).pass
    const wanted = patterns.length === 0 || (match === 'all' ? patterns.every(matches) : patterns.some(matches))
    if (wanted) this.taken.push(one)
    this.done = (take !== undefined && this.taken.length >= take) || (until !== undefined && matches(until))
  }

  shortage({ take }: ConsumeOptions<K, V>, { cluster }: Scope): string {
    const wanted = take === undefined ? 'until found no record that matches' : `take wanted ${take}`
    const places = this.taken.map(({ record }) => place(record)).join(', ')
    return (
      `consume of ${this.#topic} (${cluster.kind}) ran out of time: ${wanted}, ` +
      `${this.taken.length} of ${this.seen} records were taken${places === '' ? '' : `: ${places}`}`
    )
  }
}

function place({ topic, partition, offset }: ReceivedRecord): string {
  return `${topic}/${partition}@${offset}`
}

async function readLog<K, V>(
  scope: Scope,
  topic: string,
  serdes: Serdes<K, V>,
  from: StartingPoint | undefined,
  deadline: number,
  collector: Collector<K, V>,
): Promise<void> {
  let offered = 0
  const until = ({ records, undecodable }: Seen<K, V>): boolean => {
    if (undecodable[0] !== undefined) throw undecodableError(undecodable[0])
    while (offered < records.length && !collector.done) collector.offer(records[offered++]!)
    return collector.done
  }
  await waitForRecords(scope, { topic, serdes, from, deadline, until })
}

function undecodableError({
  stored,
  part,
  serde,
  error,
}: Extract<Awaited<ReturnType<typeof decodeRecord>>, { error: Error }>): Error {
  const { topic, partition, offset } = stored
  return new Error(`serde "${serde}" can't read the ${part} of ${topic}/${partition}@${offset}: ${error.message}`, {
    cause: error,
  })
}

/** Reads as a member of a group. What was taken is committed, nothing else. */
async function readAsMember<K, V>(
  scope: Scope,
  topic: string,
  serdes: Serdes<K, V>,
  groupId: string,
  from: ConsumeOptions['from'],
  deadline: number,
  collector: Collector<K, V>,
): Promise<void> {
  await scope.cluster.ensureTopic(topic)
  const consumer = openClient(scope).consumer({ groupId, maxWaitTimeInMs: 100 })
  const { promise: over, resolve, reject } = Promise.withResolvers<void>()
  const timer = setTimeout(resolve, Math.max(0, deadline - now()))
  const wanted = (message: KafkaMessage): boolean =>
    (!(from instanceof Date) || Number(message.timestamp) >= from.getTime()) &&
    (typeof from !== 'object' || from instanceof Date || Number(message.offset) >= from.offset)
  try {
    await consumer.connect()
    await consumer.subscribe({ topic, fromBeginning: true })
    consumer.on(consumer.events.CRASH, ({ payload }) => reject(payload.error))
    await consumer.run({
      eachBatchAutoResolve: false,
      eachBatch: async ({ batch, resolveOffset, commitOffsetsIfNecessary, heartbeat }: EachBatchPayload) => {
        for (const message of batch.messages) {
          if (collector.done) break
          const one = await decodeRecord(storedOf(topic, batch.partition, message), serdes)
          if (isUndecodable(one)) return reject(undecodableError(one))
          try {
            if (wanted(message)) collector.offer(one)
          } catch (error) {
            return reject(error)
          }
          resolveOffset(message.offset)
          await heartbeat()
        }
        await commitOffsetsIfNecessary()
        if (collector.done) resolve()
      },
    })
    await over
  } finally {
    clearTimeout(timer)
    await leave(consumer)
  }
}

async function leave(consumer: Consumer): Promise<void> {
  await consumer.stop()
  await consumer.disconnect()
}

function storedOf(topic: string, partition: number, message: KafkaMessage): StoredRecord {
  const headers = Object.entries(message.headers ?? {}).flatMap(([name, value]) =>
    [value].flat().map((one): [string, Buffer | null] => [name, one === undefined ? null : Buffer.from(one as string)]),
  )
  const timestamp = Number(message.timestamp)
  return {
    ...{ topic, partition, offset: Number(message.offset), timestamp, key: message.key, value: message.value, headers },
    ...{ appendedAt: timestamp, sequence: 0, clientId: undefined },
  }
}
