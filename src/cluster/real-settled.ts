import { after, latest, type Moment, now, setTimeout } from '../base/clock.ts'
import { inTime } from '../base/in-time.ts'
import { howFarBehind } from './behind.ts'
import type { GroupDescription, GroupPartition, Settled, SettleOptions } from './cluster.ts'
import { neverCommits } from './commit-setting.ts'
import type { RealClient } from './real-client.ts'
import { type Assignment, describeGroup } from './real-group.ts'
import type { RealMark } from './real-reader.ts'

/** Milliseconds that an answer always has: a test's own timeout is further away. */
const GRACE = 150
/** Milliseconds between two looks that must find the same. */
const QUIET = 100

/**
 * A real cluster doesn't say what goes on inside of it. What can be seen from outside: the groups that the test holds, and
 * those that read what it holds, are stable, have committed all that came since it began, and after a quiet time nothing
 * of that has changed.
 */
export async function realSettled(
  client: RealClient,
  { quiet, atLeast = 0, deadline, signal, touched = new Set(), began, onWait }: SettleOptions,
): Promise<Settled> {
  const earliest = after(atLeast)
  const mark = began as RealMark | undefined
  const sought: Sought = { touched, readers: mark?.readers ?? new Map(), others: new Set() }
  let before: string | undefined
  for (;;) {
    const groups = await answered(groupsOf(client, sought), deadline)
    const waitingFor = Array.isArray(groups)
      ? groups.flatMap((group) => whatIsLeft(group, touched, mark))
      : [groups.message]
    onWait?.(waitingFor)
    const found = waitingFor.length === 0 ? JSON.stringify(groups) : undefined
    if (found !== undefined && found === before && now() >= earliest) return { settled: true, notes: [] }
    if (signal?.aborted || now() >= deadline) {
      return found === undefined
        ? { settled: false, waitingFor, ...(Array.isArray(groups) && { hint: neverCommits }) }
        : { settled: false, waitingFor: ['it was not quiet for long enough'] }
    }
    before = found
    await new Promise((resolve) => setTimeout(resolve, Math.max(quiet, QUIET)))
  }
}

/** What was asked of the cluster, or why it doesn't answer: it is asked again while there is time, as a broker may move. */
async function answered<T>(asked: Promise<T>, deadline: Moment): Promise<T | Error> {
  try {
    return await inTime(asked, latest(deadline, after(GRACE)), () => new Error('the cluster does not answer'))
  } catch (error) {
    return error as Error
  }
}

interface Sought {
  /** Topics and groups that the test holds. */
  readonly touched: ReadonlySet<string>
  /** Groups that read such a topic; those that are found come to them. */
  readonly readers: Map<string, Assignment>
  /** Groups that read other topics. */
  readonly others: Set<string>
}

/** The groups that a test waits for. Of others each is described once, and not at all where it has no members. */
async function groupsOf(client: RealClient, { touched, readers, others }: Sought): Promise<GroupDescription[]> {
  const listed = await client.ask((client) => client.listGroups())
  const live = listed.filter(({ groupId, state }) => state !== 'Empty' && state !== 'Dead' && !others.has(groupId))
  const held = listed.filter(({ groupId }) => touched.has(groupId))
  const ids = [...live, ...held].map(({ groupId }) => groupId)
  const wanted = [...new Set([...ids, ...readers.keys()])]
  const described = await Promise.all(wanted.map((id) => describeGroup(client, id, readers.get(id))))
  const groups = described.filter((group) => group !== undefined)
  for (const { groupId, state, members } of groups) {
    const read = members.flatMap(({ assignment }) => assignment).filter(({ topic }) => touched.has(topic))
    if (read.length > 0) readers.set(groupId, read)
    // One that rebalances may come to read it.
    else if (state === 'Stable') others.add(groupId)
  }
  return groups.filter(({ groupId }) => touched.has(groupId) || readers.has(groupId))
}

/** Who has received what isn't seen; so a group that has left records, after it committed or without, may have crashed. */
function whatIsLeft(
  { groupId, state, members, partitions }: GroupDescription,
  touched: ReadonlySet<string>,
  began: RealMark | undefined,
): string[] {
  const isHeld = touched.has(groupId)
  const isThere = members.length > 0
  if (isThere && state !== 'Stable') return [`group ${groupId} is rebalancing (${state})`]
  return (
    partitions
      .filter((one) => !one.caughtUp && (isHeld || touched.has(one.topic)))
      // What was left before the test began is none of its business, but for a group of its own.
      .filter((one) => (isHeld && isThere) || cameSince(one, began))
      .map((one) =>
        isThere
          ? `group ${groupId} is ${howFarBehind(one)}`
          : `group ${groupId} has no members any more and is ${howFarBehind(one)}: did its handler throw?`,
      )
  )
}

function cameSince({ topic, partition, logEnd }: GroupPartition, began: RealMark | undefined): boolean {
  return logEnd > (began?.ends?.get(topic)?.ends[partition] ?? 0)
}
