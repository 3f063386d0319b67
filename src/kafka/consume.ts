import { LONG_AGO } from '../base/clock.ts'
import type { Isolation } from '../cluster/cluster.ts'
import {
  anything,
  checkOptions,
  duration,
  isolationLevel,
  oneOf,
  positive,
  startingPoint,
  text,
} from '../config/options.ts'
import { withCare } from '../redaction/shown.ts'
import { readAsMember } from './member.ts'
import { checkPattern, type RecordPattern } from './patterns.ts'
import { type ReceivedRecord, type SeenRecord, UndecodableRecord, undecodableError } from './record.ts'
import { Selection } from './selection.ts'
import { runTask } from './task.ts'
import type { TopicHandle } from './topic.ts'
import { deadlineOf, waitForRecords, within } from './waiting.ts'

export interface ConsumeOptions<K = unknown, V = unknown> {
  /** Default: where the test began. A group goes on where it has committed, whatever this says. */
  from?: 'beginning' | Date | { offset: number }
  /** Whether records of transactions count once they are committed, the default, or whatever becomes of them. */
  isolation?: Isolation
  /** Stops after so many records. */
  take?: number
  /** Stops after so many milliseconds, with whatever came. */
  for?: number
  /** Stops at the first record that matches; it is the last one returned. */
  until?: RecordPattern<K, V>
  /** Keeps only records that match. */
  where?: RecordPattern<K, V> | readonly RecordPattern<K, V>[]
  /** With several patterns in `where`: whether all of them must match (the default) or any. */
  match?: 'all' | 'any'
  /** Fails as soon as a record matches. */
  failOn?: RecordPattern<K, V>
  /** Reads as a member of this consumer group, by kafkajs, and commits what it went through. */
  group?: string
  /** Milliseconds until `take` or `until` must be reached. Default: the config's `timeout`. */
  timeout?: number
}

const known = {
  from: startingPoint,
  isolation: isolationLevel,
  take: positive,
  for: duration,
  until: anything,
  where: anything,
  match: oneOf('all', 'any'),
  failOn: anything,
  group: text,
  timeout: duration,
}

/** Reads records until a stop condition holds; without one it is what is there now. */
export async function consume<K, V>(
  topic: TopicHandle<K, V>,
  options: ConsumeOptions<K, V>,
): Promise<ReceivedRecord<K, V>[]> {
  const { scope, name, serdes } = topic
  checkOptions(`consume of ${name}`, options, known)
  for (const pattern of [options.where, options.until, options.failOn].flat()) {
    if (pattern !== undefined) checkPattern(`consume of ${name}`, pattern)
  }
  const { group } = options
  if (group !== undefined) scope.touch(group)
  const kind = { kind: 'consume', topic: name, ...(group === undefined ? {} : { group }) } as const
  return runTask(scope, kind, async (task) => {
    const selection = new Selection(name, options, scope.redaction)
    const deadline = deadlineOf(scope, options.timeout)
    if (group === undefined) await readLog(topic, options, selection)
    else await readAsMember(topic, { ...options, group, isOpen: isOpen(options) }, selection)
    task.moved(
      selection.taken.map(({ stored }) => stored),
      serdes,
    )
    if (!selection.done && options.for === undefined && !isOpen(options))
      throw withCare(new Error(selection.shortage(within(scope, deadline, options.timeout))))
    return selection.taken.map(({ record }) => record)
  })
}

/** Whether nothing says when to stop, which means: at the end of what is there. */
function isOpen({ take, until, for: duration }: Pick<ConsumeOptions, 'take' | 'for'> & { until?: unknown }): boolean {
  return take === undefined && until === undefined && duration === undefined
}

async function readLog<K, V>(
  { scope, name, serdes }: TopicHandle<K, V>,
  options: ConsumeOptions<K, V>,
  selection: Selection<K, V>,
): Promise<void> {
  const deadline = isOpen(options) ? LONG_AGO : deadlineOf(scope, options.for ?? options.timeout)
  let offered = 0
  await waitForRecords(scope, {
    topic: name,
    serdes,
    from: options.from,
    isolation: options.isolation,
    deadline,
    async until({ stored, decoder }) {
      while (offered < stored.length && !selection.done) {
        const one = await decoder.give(stored[offered++]!)
        if (one instanceof UndecodableRecord) throw undecodableError(one, scope.redaction)
        selection.offer(one as SeenRecord<K, V>)
      }
      return selection.done
    },
  })
}
