import { clearTimeout, now, setTimeout } from '../broker/clock.ts'
import type { StartingPoint } from '../cluster/cluster.ts'
import { own } from './owner.ts'
import { decodeRecord, isUndecodable, type Readers, type SeenRecord, type UndecodableRecord } from './record.ts'
import type { Scope } from './scope.ts'

/** What was seen of a topic until the wait ended. */
export interface Seen<K = unknown, V = unknown> {
  /** In the order of arrival. */
  records: SeenRecord<K, V>[]
  undecodable: UndecodableRecord[]
}

export interface Wait<K, V> {
  topic: string
  serdes: Readers<K, V>
  /** Default: where the test began. */
  from?: StartingPoint | undefined
  /** Of `now()`. */
  deadline: number
  /** Looked at once, and then after each thing that happens, until it holds. */
  until: (seen: Seen<K, V>) => boolean
  /** Ends the wait before the deadline. */
  ended?: Promise<unknown> | undefined
}

/** The runner's timeout would hide why: our own failure comes this much before it. In milliseconds. */
export const MARGIN = 250

/** When a wait that may take `timeout` milliseconds ends: never later than shortly before the test's own timeout. */
export function deadlineOf(scope: Scope, timeout: number = scope.defaultTimeout): number {
  return Math.min(now() + timeout, Math.max(now(), scope.testDeadline - MARGIN))
}

/** Reads a topic until `until` holds or the deadline has come. Told of each append; never polls. */
export async function waitForRecords<K, V>(
  scope: Scope,
  { topic, serdes, from, deadline, until, ended }: Wait<K, V>,
): Promise<Seen<K, V> & { held: boolean }> {
  const seen: Seen<K, V> = { records: [], undecodable: [] }
  const reader = scope.cluster.reader(topic, from ?? scope.began)
  const activity = watch(scope, deadline)
  ended?.then(activity.end, activity.end)
  try {
    for (;;) {
      const told = activity.next()
      for (const stored of await reader.read()) {
        const one = await decodeRecord(stored, serdes, scope.sandbox)
        scope.data.note(stored, isUndecodable(one) ? undefined : one.record)
        if (isUndecodable(one)) {
          seen.undecodable.push(one)
        } else {
          own(one.record, scope)
          seen.records.push(one)
        }
      }
      if (until(seen)) return { ...seen, held: true }
      if (!(await told)) return { ...seen, held: false }
    }
  } finally {
    activity.stop()
  }
}

interface Activity {
  /** Resolves at the next thing that happens (true), or at the deadline or the test's end (false). */
  next(): Promise<boolean>
  /** As if the deadline had come. */
  end(): void
  stop(): void
}

/** Tells of what happens in the cluster, until a deadline or the end of the test. */
export function watch(scope: Scope, deadline: number): Activity {
  let over = now() >= deadline
  let wake: ((more: boolean) => void) | undefined
  const end = (): void => {
    over = true
    wake?.(false)
  }
  const unsubscribe = scope.cluster.onActivity(() => wake?.(true))
  const timer = Number.isFinite(deadline) ? setTimeout(end, Math.max(0, deadline - now())) : undefined
  scope.onEnd(end)
  return {
    next: () =>
      over
        ? Promise.resolve(false)
        : new Promise((resolve) => {
            wake = resolve
          }),
    end,
    stop() {
      clearTimeout(timer)
      unsubscribe()
    },
  }
}
