import { now, setTimeout } from '../base/clock.ts'
import type { GroupDescription, Settled, SettleOptions } from './cluster.ts'
import { neverCommits } from './commit-setting.ts'
import type { RealClient } from './real-client.ts'
import { describeGroup } from './real-group.ts'
import type { RealMark } from './real-reader.ts'

/** Milliseconds between two looks that must find the same. */
const QUIET = 100

/**
 * A real cluster doesn't say what goes on inside of it. What can be seen from outside: the groups that the test holds
 * are stable, have committed all that came since it began, and after a quiet time nothing of that has changed.
 */
export async function realSettled(
  client: RealClient,
  groupIds: () => Promise<string[]>,
  { quiet, deadline, signal, touched = new Set(), began, onWait }: SettleOptions,
): Promise<Settled> {
  let before: string | undefined
  for (;;) {
    const groups: GroupDescription[] = []
    for (const id of await groupIds()) {
      const group = touched.has(id) ? await describeGroup(client, id) : undefined
      if (group !== undefined) groups.push(group)
    }
    const waitingFor = groups.flatMap((group) => whatIsLeft(group, (began as RealMark | undefined)?.ends))
    onWait?.(waitingFor)
    const found = waitingFor.length === 0 ? JSON.stringify(groups) : undefined
    if (found !== undefined && found === before) return { settled: true, notes: [] }
    if (now() >= deadline || signal?.aborted) {
      return found === undefined
        ? { settled: false, waitingFor, hint: neverCommits }
        : { settled: false, waitingFor: ['it was not quiet for long enough'] }
    }
    before = found
    await new Promise((resolve) => setTimeout(resolve, Math.max(quiet, QUIET)))
  }
}

/** Who has received what isn't seen; so a group that has left records, after it committed or without, may have crashed. */
function whatIsLeft({ groupId, state, members, partitions }: GroupDescription, ends: RealMark['ends']): string[] {
  if (members.length > 0 && state !== 'Stable') return [`group ${groupId} is rebalancing (${state})`]
  return partitions
    .filter(({ caughtUp }) => !caughtUp)
    .flatMap(({ topic, partition, committed, logStart, logEnd }) => {
      const from = committed ?? logStart
      const behind = logEnd - from
      const at = committed === undefined ? 'nothing committed' : `committed ${committed}`
      const where = `${behind} ${behind === 1 ? 'record' : 'records'} behind on ${topic}/${partition} (${at}, end ${logEnd})`
      if (members.length > 0) return [`group ${groupId} is ${where}`]
      // What it left before the test began is none of its business.
      if (logEnd <= (ends?.get(topic)?.ends[partition] ?? 0)) return []
      return [`group ${groupId} has no members any more and is ${where}: did its handler throw?`]
    })
}
