import { anything, checkOptions, duration, startingPoint } from '../config/options.ts'
import { explainFailure } from './diagnosis.ts'
import { checkPattern, compare, type RecordPattern } from './patterns.ts'
import { type ReceivedRecord, type SeenRecord, undecodableError } from './record.ts'
import { withCare, withoutCheckData } from './shown.ts'
import { runTask } from './task.ts'
import type { Topic } from './topic.ts'
import { deadlineOf, type Seen, waitForRecords } from './waiting.ts'

export interface ReceiveOptions {
  /** Milliseconds until the record must be there. Default: the config's `timeout`. */
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

/** The first record that matches, waited for. */
export async function receive<K, V>(
  topic: Topic<K, V>,
  pattern: RecordPattern<K, V>,
  options: ReceiveOptions,
): Promise<ReceivedRecord<K, V>> {
  const { scope, name, serdes } = topic
  checkPattern(`receive from ${name}`, pattern)
  checkOptions(`receive from ${name}`, options, { timeout: duration, from: startingPoint })
  const { from, timeout = scope.defaultTimeout } = options
  scope.data.note({ topic: name, ...pattern })
  return runTask(scope, { kind: 'receive', topic: name }, async (task) => {
    const deadline = deadlineOf(scope, timeout)
    const find = firstMatch(pattern)
    const seen = await waitForRecords(scope, {
      ...{ topic: name, serdes, from, deadline },
      until: (seen) => find(seen) !== undefined,
    })
    const found = find(seen)
    if (found === undefined) {
      const title = 'topic.receive(expected) failed'
      const failure = { title, topic, patterns: [pattern], seen, from, deadline, timeout }
      const { message, closest, paths } = await explainFailure(failure)
      if (!scope.redaction.checks) throw withCare(new Error(message))
      throw withCare(new Error(withoutCheckData(title, { subject: `topic ${name}`, closest, paths })))
    }
    task.moved([found.stored], serdes)
    return found.record
  })
}

/** Looks at each record once, however often it is asked. */
function firstMatch<K, V>(pattern: RecordPattern<K, V>): (seen: Seen<K, V>) => SeenRecord<K, V> | undefined {
  let looked = 0
  let found: SeenRecord<K, V> | undefined
  return ({ records }) => {
    while (found === undefined && looked < records.length) {
      const one = records[looked++]!
      if (compare(one.record, pattern).pass) found = one
    }
    return found
  }
}

/** The records that are there now. */
export async function records<K, V>(
  { scope, name, serdes }: Topic<K, V>,
  options: RecordsOptions<K, V>,
): Promise<ReceivedRecord<K, V>[]> {
  checkOptions(`records of ${name}`, options, { from: startingPoint, where: anything })
  const { from, where } = options
  if (where !== undefined) checkPattern(`records of ${name}`, where)
  return runTask(scope, { kind: 'records', topic: name }, async (task) => {
    const seen = await waitForRecords(scope, { topic: name, serdes, from, deadline: 0, until: () => true })
    if (seen.undecodable[0] !== undefined) throw undecodableError(seen.undecodable[0], scope.redaction)
    const wanted = seen.records.filter(({ record }) => where === undefined || compare(record, where).pass)
    task.moved(
      wanted.map(({ stored }) => stored),
      serdes,
    )
    return wanted.map(({ record }) => record)
  })
}
