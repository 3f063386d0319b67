import { by, thisTest } from '../../base/client-ids.ts'
import type { StoredRecord } from '../../cluster/cluster.ts'
import type { Subject } from '../diagnosis.ts'
import { placeOf } from '../record.ts'
import type { Scope } from '../scope.ts'
import { isBefore } from './circumstances.ts'

/** Of so many records it is looked what they go back to. */
const EXAMINED = 10
/** How far back in the topics that the application reads: so many records of each partition. */
const LOOK_BACK = 1000

/**
 * A record that is one too many, because the application made it of what was produced before the test began: it handled
 * that late. What a record goes back to is told by its key and by who wrote it (embedded).
 */
export async function causedBefore(
  { scope, name }: Subject,
  records: readonly StoredRecord[],
): Promise<string | undefined> {
  if (!scope.cluster.deterministic) return undefined
  for (const stored of records.slice(0, EXAMINED)) {
    const cause = await causeOf(stored, name, scope)
    if (cause === undefined || !isBefore(cause, scope)) continue
    return (
      `${placeOf(stored)} was caused by ${placeOf(cause)}, produced before this test ${producer(cause, scope)}. ` +
      'Await kafka.settled() there, or use keys that no other test has'
    )
  }
  return undefined
}

/** The last record with its key that came before it to a topic which its writer reads. */
async function causeOf(stored: StoredRecord, topic: string, scope: Scope): Promise<StoredRecord | undefined> {
  const { key, clientId, sequence } = stored
  if (clientId === undefined || key === null || by(clientId) === thisTest) return undefined
  let latest: StoredRecord | undefined
  for (const [input, from] of await inputsOf(clientId, scope)) {
    if (input === topic) continue
    for (const one of await scope.cluster.reader(input, { offset: from }).read()) {
      if (one.sequence >= sequence || one.key?.equals(key) !== true) continue
      if (latest === undefined || one.sequence > latest.sequence) latest = one
    }
  }
  return latest
}

/** The topics that a client reads as a member of a group (or did, in this test), and from where on they are looked through. */
async function inputsOf(clientId: string, { cluster, timeline }: Scope): Promise<Map<string, number>> {
  const inputs = new Map<string, number>()
  const joined = new Set(timeline.filter((event) => event.by === by(clientId)).map(({ group }) => group))
  for (const { groupId, members, partitions } of await cluster.groups()) {
    if (!joined.has(groupId) && !members.some((member) => member.clientId === clientId)) continue
    for (const { topic, logEnd } of partitions) {
      const from = Math.max(0, logEnd - LOOK_BACK)
      inputs.set(topic, Math.min(from, inputs.get(topic) ?? from))
    }
  }
  return inputs
}

function producer({ clientId = '', sequence }: StoredRecord, { earlier, testId }: Scope): string {
  const test = earlier.findLast(({ began }) => began.sequence < sequence)
  const who = by(clientId) === thisTest ? 'by' : `by ${by(clientId)} in`
  if (test === undefined || test.testId === '') return `${who} what runs before the tests`
  return test.testId === testId ? `${who} an earlier attempt of it` : `${who} “${test.testName}”`
}
