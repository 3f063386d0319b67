import type { Isolation } from '../cluster/cluster.ts'
import {
  anything,
  count,
  duration,
  flag,
  isolationLevel,
  type OptionKind,
  oneOf,
  startingPoint,
} from '../config/options.ts'
import { stringify } from '../kafka/failure-message.ts'
import type { RecordPattern } from '../kafka/patterns.ts'
import { inTheClear } from '../redaction/shown.ts'

/** What every matcher on a topic takes. */
export interface CommonOptions {
  /** Milliseconds until it must hold. Default: the config's `timeout`; never longer than the test itself has. */
  timeout?: number
  /** For `.not` and counts: waits so many milliseconds, instead of until the cluster is settled. */
  within?: number
  /** For `.not` and counts: milliseconds without an event after which the cluster counts as settled. Default 10. */
  quiet?: number
  /** Where reading starts. Default: where the test began. */
  from?: 'beginning' | Date | { offset: number }
  /** Whether records of transactions count once they are committed, the default, or whatever becomes of them. */
  isolation?: Isolation
}

export interface ReceiveRecordsOptions extends CommonOptions {
  /**
   * Which order the records must have come in: any (the default), that of the patterns, that of the patterns with the
   * same key, or that of the patterns within each partition.
   */
  order?: 'any' | 'strict' | 'per-key' | 'per-partition'
  /** Whether no other records may have come. */
  exactly?: boolean
}

export interface RecordCountOptions<K = unknown, V = unknown> extends CommonOptions {
  /** Counts only records that match. */
  where?: RecordPattern<K, V>
}

export interface GroupOptions {
  /** Milliseconds until it must hold. */
  timeout?: number
}

export interface CommittedOffsetOptions extends GroupOptions {
  topic?: string
  partition?: number
}

/** @throws TypeError when the number that a matcher is called with is not a count. */
export function checkCount(matcher: string, what: string, value: unknown): void {
  if (count.holds(value)) return
  throw new TypeError(`${matcher}(): the ${what} is ${stringify(inTheClear(value))}, ${count.wanted} is wanted`)
}

type Known = Readonly<Record<string, OptionKind>>

export const common: Known = {
  timeout: duration,
  within: duration,
  quiet: duration,
  from: startingPoint,
  isolation: isolationLevel,
}
export const receiveRecords: Known = {
  ...common,
  order: oneOf('any', 'strict', 'per-key', 'per-partition'),
  exactly: flag,
}
export const recordCount: Known = { ...common, where: anything }
