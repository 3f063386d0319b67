import type { Isolation, StartingPoint, StoredRecord, TopicDescription } from '../../cluster/cluster.ts'
import type { Closest } from '../closest.ts'
import { Decoder } from '../decoder.ts'
import type { Failure } from '../diagnosis.ts'
import { lookFor } from '../looking.ts'
import type { Tester } from '../patterns.ts'
import { type SeenRecord, UndecodableRecord } from '../record.ts'
import type { Scope } from '../scope.ts'

/** What a hint is found from. */
export interface Circumstances extends Failure {
  /** Only those that nothing matched. */
  patterns: readonly unknown[]
  testers: readonly Tester[]
  topics: readonly TopicDescription[]
  closest: Closest | undefined
}

/** The cause in a sentence, where the data show it. */
export type Hint = (circumstances: Circumstances) => Promise<string | undefined> | string | undefined

/** By the count of appends where there is one: two of them may come within a millisecond. */
export function isBefore({ sequence, appendedAt }: StoredRecord, { began }: Scope): boolean {
  return sequence > 0 ? sequence <= began.sequence : appendedAt < began.at
}

/** Of a topic the first record that one of the patterns matches. */
export async function firstMatch(
  { topic: { scope, serdes }, patterns, testers }: Circumstances,
  name: string,
  isWanted: (stored: StoredRecord) => boolean,
  { from = scope.began, isolation }: { from?: StartingPoint | undefined; isolation?: Isolation } = {},
): Promise<SeenRecord | undefined> {
  if (patterns.length === 0) return undefined
  const decoder = new Decoder(serdes, scope)
  const looks = patterns.map((pattern) => lookFor(pattern, decoder, testers))
  for (const stored of await scope.cluster.reader(name, from, isolation).read()) {
    if (!isWanted(stored)) continue
    for (const look of looks) {
      if ((await look(stored)) !== true) continue
      const one = await decoder.look(stored)
      if (!(one instanceof UndecodableRecord)) return one
    }
  }
  return undefined
}
