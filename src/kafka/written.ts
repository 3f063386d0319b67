import { recordLine } from '../run/preview.ts'
import { placeOf } from './record.ts'
import type { Scope } from './scope.ts'

/** How many of these records an attempt leaves. */
const KEPT = 50
/** Of a topic with more of them none is looked at: a test's end is not to wait for that. */
const MOST = 1000

/**
 * Leaves in the history the records that came while the test ran and that no task or check had in hand: what the service
 * wrote is asked of a test that failed, wherever its checks looked. Real clusters don't tell of them.
 */
export async function recordWritten(scope: Scope, recorded: ReadonlySet<string>): Promise<void> {
  const { testId: test, attempt, cluster, began, recorder, redaction } = scope
  const wanted = placesOf(scope, recorded)
  const origin = { test, attempt, task: null, direction: 'produced', serde: { key: 'none', value: 'none' } } as const
  let kept = 0
  for (const [topic, places] of wanted) {
    if (places.size > MOST || kept >= KEPT) continue
    // A topic may be gone by now, and its broker too.
    const records = await cluster
      .reader(topic, began, 'read_uncommitted')
      .read()
      .catch(() => [])
    for (const record of records) {
      if (!places.has(placeOf(record)) || kept >= KEPT) continue
      kept += 1
      recorder.write(recordLine(record, origin, redaction))
    }
  }
}

/** By topic, where records came that aren't in the history. */
function placesOf({ timeline }: Scope, recorded: ReadonlySet<string>): Map<string, Set<string>> {
  const wanted = new Map<string, Set<string>>()
  for (const { kind, topic, partition, firstOffset, lastOffset } of timeline) {
    if (kind !== 'produced' || topic === null || partition === null || firstOffset === null) continue
    const places = wanted.get(topic) ?? new Set<string>()
    for (let offset = firstOffset; offset <= (lastOffset ?? firstOffset) && places.size <= MOST; offset++) {
      const place = placeOf({ topic, partition, offset })
      if (!recorded.has(place)) wanted.set(topic, places.add(place))
    }
  }
  return wanted
}
