import { LONG_AGO } from '../base/clock.ts'
import type { Isolation, StoredRecord } from '../cluster/cluster.ts'
import { anything, checkOptions, duration, isolationLevel, startingPoint } from '../config/options.ts'
import { withCare, withoutCheckData } from '../redaction/shown.ts'
import { explainFailure } from './diagnosis.ts'
import { type Arrived, finder } from './looking.ts'
import { checkPattern, type RecordPattern } from './patterns.ts'
import { type ReceivedRecord, type SeenRecord, UndecodableRecord, undecodableError } from './record.ts'
import type { Scope } from './scope.ts'
import { runTask } from './task.ts'
import type { TopicHandle } from './topic.ts'
import { deadlineOf, seenOf, waitForRecords } from './waiting.ts'

export interface ReceiveOptions {
  /** Milliseconds until the record must be there. Default: the config's `timeout`. */
  timeout?: number
  /** Default: where the test began. */
  from?: 'beginning' | Date | { offset: number }
  /** Whether records of transactions count once they are committed, the default, or whatever becomes of them. */
  isolation?: Isolation
}

export interface RecordsOptions<K = unknown, V = unknown> {
  /** Default: where the test began. */
  from?: 'beginning' | Date | { offset: number }
  /** Whether records of transactions count once they are committed, the default, or whatever becomes of them. */
  isolation?: Isolation
  /** Keeps only records that match. */
  where?: RecordPattern<K, V>
}

/** The first record that matches, waited for. */
export async function receive<K, V>(
  topic: TopicHandle<K, V>,
  pattern: RecordPattern<K, V>,
  options: ReceiveOptions,
): Promise<ReceivedRecord<K, V>> {
  const { scope, name, serdes } = topic
  checkPattern(`receive from ${name}`, pattern)
  checkOptions(`receive from ${name}`, options, { timeout: duration, from: startingPoint, isolation: isolationLevel })
  const { from, isolation, timeout = scope.defaultTimeout } = options
  scope.data.note({ topic: name, ...pattern })
  return runTask(scope, { kind: 'receive', topic: name }, async (task) => {
    const deadline = deadlineOf(scope, timeout)
    const find = finder(pattern, { most: 1 })
    const arrived = await waitForRecords(scope, {
      topic: name,
      serdes,
      from,
      isolation,
      deadline,
      until: async (arrived) => (await find(arrived)).records.length > 0,
    })
    const [found] = (await find(arrived)).records
    if (found === undefined) {
      const title = 'topic.receive(expected) failed'
      const seen = await seenOf(arrived, [pattern])
      const failure = { title, topic, patterns: [pattern], seen, from, isolation, deadline, timeout }
      const { message, closest, paths } = await explainFailure(failure)
      if (!scope.redaction.checks) throw withCare(new Error(message))
      throw withCare(new Error(withoutCheckData(title, { subject: `topic ${name}`, closest, paths })))
    }
    task.moved([found], serdes)
    return (await given<K, V>(found, arrived, scope)).record
  })
}

/** @throws Error when its serde can't read it. */
async function given<K, V>(
  stored: StoredRecord,
  { decoder }: Arrived,
  { redaction }: Scope,
): Promise<SeenRecord<K, V>> {
  const one = await decoder.give(stored)
  if (one instanceof UndecodableRecord) throw undecodableError(one, redaction)
  return one as SeenRecord<K, V>
}

/** The records that are there now. */
export async function records<K, V>(
  { scope, name, serdes }: TopicHandle<K, V>,
  options: RecordsOptions<K, V>,
): Promise<ReceivedRecord<K, V>[]> {
  checkOptions(`records of ${name}`, options, { from: startingPoint, isolation: isolationLevel, where: anything })
  const { from, isolation, where } = options
  if (where !== undefined) checkPattern(`records of ${name}`, where)
  return runTask(scope, { kind: 'records', topic: name }, async (task) => {
    const arrived = await waitForRecords(scope, {
      topic: name,
      serdes,
      from,
      isolation,
      deadline: LONG_AGO,
      until: () => true,
    })
    const { records, undecodable } = await finder(where ?? {})(arrived)
    if (undecodable[0] !== undefined) throw undecodableError(undecodable[0], scope.redaction)
    const wanted: ReceivedRecord<K, V>[] = []
    for (const stored of records) wanted.push((await given<K, V>(stored, arrived, scope)).record)
    task.moved(records, serdes)
    return wanted
  })
}
