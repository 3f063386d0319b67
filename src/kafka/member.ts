import type { EachBatchPayload, KafkaMessage } from 'kafkajs'
import { taskClientId } from '../base/client-ids.ts'
import { clearTimeout, now, setTimeout } from '../base/clock.ts'
import type { StoredRecord } from '../cluster/cluster.ts'
import { storedRecord } from '../cluster/stored-record.ts'
import { openClient } from './clients.ts'
import { withCodecs } from './codecs.ts'
import type { ConsumeOptions } from './consume.ts'
import { Decoder } from './decoder.ts'
import { UndecodableRecord, undecodableError } from './record.ts'
import type { Selection } from './selection.ts'
import type { TopicHandle } from './topic.ts'
import { deadlineOf } from './waiting.ts'

interface MemberOptions<K, V> extends ConsumeOptions<K, V> {
  group: string
  /** Whether it ends with what was there when it began. */
  isOpen: boolean
}

/** Reads as a member of a group until the selection is done, and commits what it went through. */
export async function readAsMember<K, V>(
  topic: TopicHandle<K, V>,
  options: MemberOptions<K, V>,
  selection: Selection<K, V>,
): Promise<void> {
  const { scope, name, serdes } = topic
  const { group, isOpen } = options
  await scope.cluster.ensureTopic(name)
  const start = await startOf(topic, options)
  if (isOpen && start.isAtEnd()) return
  const deadline = deadlineOf(scope, options.for ?? options.timeout)
  const { promise: over, resolve, reject } = Promise.withResolvers<void>()
  const timer = Number.isFinite(deadline) ? setTimeout(resolve, Math.max(0, deadline - now())) : undefined
  // Its errors are thrown to the test.
  const consumer = openClient(scope, { clientId: taskClientId, logCreator: () => () => {} }).consumer({
    groupId: group,
    maxWaitTimeInMs: 100,
    readUncommitted: options.isolation === 'read_uncommitted',
  })
  const decoder = new Decoder(serdes, scope)
  const look = async (partition: number, message: KafkaMessage): Promise<void> => {
    const offset = Number(message.offset)
    if (!(await start.includes(partition, offset))) return
    const one = await decoder.give(storedOf(name, partition, message))
    scope.data.note(one instanceof UndecodableRecord ? one.stored : one.record)
    if (one instanceof UndecodableRecord) throw undecodableError(one, scope.redaction)
    selection.offer(one)
    if (isOpen && start.isLast(partition, offset)) resolve()
  }
  const eachBatch = async ({ batch, resolveOffset, heartbeat, isRunning }: EachBatchPayload): Promise<void> => {
    for (const message of batch.messages) {
      if (selection.done || !isRunning()) break
      try {
        await look(batch.partition, message)
      } catch (error) {
        return reject(error)
      }
      resolveOffset(message.offset)
      await heartbeat()
    }
    if (selection.done) resolve()
  }
  const joined = withCodecs(async () => {
    await consumer.connect()
    // A new group begins where the test says; what came before that is passed over.
    await consumer.subscribe({ topic: name, fromBeginning: true })
    consumer.on(consumer.events.CRASH, ({ payload }) => reject(payload.error))
    await consumer.run({ eachBatchAutoResolve: false, eachBatch })
  })
  try {
    joined.catch(reject)
    await over
  } finally {
    clearTimeout(timer)
    await consumer.disconnect().catch(() => {})
  }
}

/** Where a group begins to read in each partition: where it has committed, else where `from` says. */
async function startOf<K, V>(
  { scope, name }: TopicHandle<K, V>,
  { group, from, isolation }: ConsumeOptions<K, V> & { group: string },
) {
  const described = await scope.cluster.group(group)
  const committed = new Map(
    described?.partitions
      .filter((one) => one.topic === name && one.committed !== undefined)
      .map((one) => [one.partition, one.committed!]),
  )
  const reader = scope.cluster.reader(name, from ?? scope.began, isolation)
  const first = new Map<number, number>()
  const isIncluded = (partition: number, offset: number): boolean =>
    offset >= (committed.get(partition) ?? first.get(partition) ?? Number.POSITIVE_INFINITY)
  const remaining = new Set<string>()
  const note = ({ partition, offset }: StoredRecord): void => {
    first.set(partition, Math.min(offset, first.get(partition) ?? offset))
  }
  for (const stored of await reader.read()) {
    note(stored)
    if (isIncluded(stored.partition, stored.offset)) remaining.add(`${stored.partition}@${stored.offset}`)
  }
  return {
    async includes(partition: number, offset: number): Promise<boolean> {
      if (!isIncluded(partition, offset)) for (const stored of await reader.read()) note(stored)
      return isIncluded(partition, offset)
    },
    /** Whether nothing of what was there in the beginning is left. */
    isAtEnd: () => remaining.size === 0,
    isLast: (partition: number, offset: number) => remaining.delete(`${partition}@${offset}`) && remaining.size === 0,
  }
}

function storedOf(topic: string, partition: number, message: KafkaMessage): StoredRecord {
  const headers = Object.entries(message.headers ?? {}).flatMap(([name, content]) =>
    [content].flat().map((one): [string, Buffer | null] => [name, one == null ? null : Buffer.from(one as Buffer)]),
  )
  const { key, value } = message
  const place = { offset: Number(message.offset), timestamp: Number(message.timestamp) }
  return storedRecord(topic, partition, { ...place, key, value, headers })
}
