import { by, thisTest } from '../../base/client-ids.ts'
import { misspelt } from '../../base/nearest.ts'
import type { GroupDescription } from '../../cluster/cluster.ts'
import type { EventLine } from '../../run/model.ts'
import { milliseconds } from '../failure-message.ts'
import { isItRunning, isRebalancing, whatStopsGroup } from '../group-trouble.ts'
import type { Scope } from '../scope.ts'
import type { Hint } from './circumstances.ts'

/** Of a shared cluster so many groups are asked about; with more it isn't known who reads. */
const ASKED = 20

/** A client that wants what this broker hasn't: it can't say so itself. */
export const refusedClient: Hint = ({ topic: { scope } }) => {
  const refused = scope.timeline.find(({ kind }) => kind === 'refused')
  return refused && `the broker refused ${refused.by}: ${refused.detail}`
}

/** Who received records, and left or came back for them without a commit. */
export const crashed: Hint = async ({ topic: { scope } }) => {
  for (const { partitions } of await scope.cluster.groups(scope.touched)) {
    const found = partitions.find((one) => one.crashed !== undefined && one.crashed.sentAt >= scope.began.at)
    if (found !== undefined) return found.crashed?.what
  }
  return undefined
}

/** A topic that the test produced to, and that no application reads. */
export const nobodyReads: Hint = async ({ topic: { scope, name }, seen }) => {
  const produced = topicsProducedTo(scope, name)
  if (produced.length === 0) return undefined
  const groups = await allGroups(scope)
  if (groups === undefined || groups.some(isRebalancing)) return undefined
  const unread = produced.filter((topic) => !isRead(topic, groups, scope))
  const [first] = unread
  if (first === undefined) return undefined
  const reads = groups.flatMap(({ groupId, members }) =>
    members.flatMap(({ assignment }) => assignment.map(({ topic }) => ({ groupId, topic }))),
  )
  for (const topic of unread) {
    const meant = misspelt(topic, new Set(reads.map((one) => one.topic)))
    const reader = reads.find((one) => one.topic === meant)
    if (reader === undefined) continue
    return `nobody reads ${topic}; did you mean ${meant}? That is what group ${reader.groupId} reads`
  }
  // Something writes to the topic that is looked at; and of several topics one may be read by no group (a table that the application looks up).
  if (seen.records.length > 0 || unread.length < produced.length) return undefined
  if (reads.length === 0) return `no group has joined, nobody reads ${first}. ${isItRunning}`
  return `nobody reads ${first}: ${[...new Set(reads.map((one) => `group ${one.groupId} reads ${one.topic}`))].join(', ')}`
}

/** Those where the application is to take it from, so not the one that is looked at. */
function topicsProducedTo({ timeline }: Scope, lookedAt: string): string[] {
  const topics = timeline.filter(isOwnProduce).map(({ topic }) => topic!)
  return [...new Set(topics)].filter((topic) => topic !== lookedAt)
}

export function isOwnProduce({ kind, by }: EventLine): boolean {
  return kind === 'produced' && by === thisTest
}

/** Undefined where others have groups too, more than can be asked about. */
async function allGroups(scope: Scope): Promise<GroupDescription[] | undefined> {
  const { cluster } = scope
  const ids = await cluster.groupIds()
  if (cluster.isShared && ids.length > ASKED) return undefined
  return (await cluster.groups(new Set(ids))).filter((group) => isOfTheTest(group, scope))
}

function isRead(topic: string, groups: readonly GroupDescription[], { timeline }: Scope): boolean {
  const isOfTopic = (one: { topic: string | null }): boolean => one.topic === topic
  return (
    groups.some(
      ({ members, partitions }) =>
        partitions.some(isOfTopic) || members.some(({ assignment }) => assignment.some(isOfTopic)),
    ) || timeline.some((event) => event.kind === 'received' && isOfTopic(event))
  )
}

/**
 * A group that was never sent what the test produced, though it waits for more: without a committed offset it began at
 * the end of the log, where the record was there already.
 */
export const beganAtTheEnd: Hint = async ({ topic: { scope, name } }) => {
  const { cluster, timeline, touched } = scope
  for (const group of await cluster.groups(touched)) {
    if (isRebalancing(group) || group.members.length === 0) continue
    for (const { topic, partition, committed, atEnd } of group.partitions) {
      if (topic === name || committed !== undefined || atEnd !== true) continue
      const isHere = (event: EventLine): boolean => event.topic === topic && event.partition === partition
      const missed = timeline.find((event) => isOwnProduce(event) && isHere(event))
      if (missed === undefined) continue
      const { firstOffset } = missed
      const readers = group.members.map(({ clientId }) => by(clientId))
      const wasSent = timeline.some(
        (event) =>
          event.kind === 'received' &&
          isHere(event) &&
          readers.includes(event.by ?? '') &&
          event.firstOffset! <= firstOffset! &&
          firstOffset! <= event.lastOffset!,
      )
      if (wasSent) continue
      const joined = timeline.find((event) => event.kind === 'joined' && event.group === group.groupId)
      const when = joined === undefined ? '' : ` joined at ${milliseconds(joined.at)},`
      return (
        `group ${group.groupId}${when} after ${topic}/${partition}@${firstOffset}, and starts at the end: it was never ` +
        'sent that record. Start the application before the produce, or let it read from the beginning'
      )
    }
  }
  return undefined
}

export const groupTrouble: Hint = async ({ topic: { scope, name } }) => {
  const all = (await scope.cluster.groups(scope.touched)).filter((group) => isOfTheTest(group, scope))
  return (
    firstOf(all, (group) => (isRebalancing(group) ? whatStopsGroup(group) : undefined)) ??
    firstOf(all, (group) => whatStopsGroup(group, ({ topic }) => topic !== name)) ??
    firstOf(all, (group) => whatStopsGroup(group))
  )
}

/** Of an earlier test there may be groups left that have no members: they are no cause of anything here. */
function isOfTheTest({ groupId, members }: GroupDescription, { touched, timeline }: Scope): boolean {
  return members.length > 0 || touched.has(groupId) || timeline.some(({ group }) => group === groupId)
}

function firstOf<T, R>(list: readonly T[], find: (one: T) => R | undefined): R | undefined {
  for (const one of list) {
    const found = find(one)
    if (found !== undefined) return found
  }
  return undefined
}
