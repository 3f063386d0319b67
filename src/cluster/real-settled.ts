import { now, setTimeout } from '../broker/clock.ts'
import type { GroupDescription, Settled, SettleOptions } from './cluster.ts'
import type { RealClients } from './real-clients.ts'
import { describeGroup } from './real-group.ts'

/** Milliseconds between two looks that must find the same. */
const QUIET = 100

/**
 * A real cluster doesn't say what goes on inside of it. What can be seen from outside: the groups that the test holds
 * are stable, have committed all that there is, and after a quiet time nothing of that has changed.
 */
export async function realSettled(
  clients: RealClients,
  groupIds: () => Promise<string[]>,
  { quiet, deadline, signal, touched = new Set() }: SettleOptions,
): Promise<Settled> {
  let before: string | undefined
  for (;;) {
    const groups: GroupDescription[] = []
    for (const id of await groupIds()) {
      const group = touched.has(id) ? await describeGroup(clients, id) : undefined
      if (group !== undefined) groups.push(group)
    }
    const waitingFor = groups.flatMap(whatIsLeft)
    const found = waitingFor.length === 0 ? JSON.stringify(groups) : undefined
    if (found !== undefined && found === before) return { settled: true, notes: [] }
    if (now() >= deadline || signal?.aborted) {
      return { settled: false, waitingFor: found === undefined ? waitingFor : ['it was not quiet for long enough'] }
    }
    before = found
    await new Promise((resolve) => setTimeout(resolve, Math.max(quiet, QUIET)))
  }
}

function whatIsLeft({ groupId, state, members, partitions }: GroupDescription): string[] {
  if (members.length === 0) return []
  if (state !== 'Stable') return [`group ${groupId} is rebalancing (${state})`]
  return partitions
    .filter(({ caughtUp }) => !caughtUp)
    .map(({ topic, partition, committed, logStart, logEnd }) => {
      const behind = logEnd - (committed ?? logStart)
      const at = committed === undefined ? 'nothing committed' : `committed ${committed}`
      return `group ${groupId} is ${behind} ${behind === 1 ? 'record' : 'records'} behind on ${topic}/${partition} (${at}, end ${logEnd})`
    })
}
