import { taskClientId } from '../base/client-ids.ts'
import { after, earliest, LONG_AGO, latest, type Moment, NEVER, now } from '../base/clock.ts'
import type { Delivery, Doubt, LostReason, OpenRecords } from '../broker/deliveries.ts'
import type { GroupView, MemberView } from '../broker/groups/description.ts'
import { partitionsOf } from '../broker/groups/readers.ts'
import type { Partition } from '../broker/log/partition.ts'
import type { BrokerState } from '../broker/state.ts'
import type { TransactionalProducer } from '../broker/transactions/producer.ts'
import { howFarBehind } from './behind.ts'
import { commitSetting } from './commit-setting.ts'

/** Milliseconds in which a member with nothing to do asks for records. One that doesn't is paused. */
const PAUSED_AFTER = 1000

/** What keeps a cluster from being settled, as sentences. */
export interface Left {
  left: string[]
  /** What was committed, perhaps before it was handled. */
  doubts: string[]
  /** What isn't waited for. */
  notes: string[]
  /** How a wait for commits is made short. */
  hint: string | undefined
  /** When time alone may change the answer. */
  nextLook: Moment
}

/** How far back it is looked. */
export interface LookBack {
  /** Records that were sent and lost before are not waited for. */
  since: Moment
  /** Commits before it are believed. */
  doubtsFrom: Moment
}

export function whatIsLeft(broker: BrokerState, { since, doubtsFrom }: LookBack): Left {
  const found: Left = { left: [], doubts: [], notes: [], hint: undefined, nextLook: NEVER }
  const { inFlightProduces } = broker
  if (inFlightProduces > 0) found.left.push(`${count(inFlightProduces, 'produce request')} not answered yet`)
  for (const producer of broker.transactions.list()) {
    if (producer.state !== 'Ongoing') continue
    const isOfTheTest = !producer.isAbandoned || producer.beganAt >= since
    ;(isOfTheTest ? found.left : found.notes).push(transactionWords(producer))
  }
  for (const group of broker.groups.list()) {
    for (const { partition, open, doubt } of broker.deliveries.of(group.groupId)) {
      if (open?.lost !== undefined && isOpen(open, partition) && open.sentAt >= since) {
        if (open.clientId !== taskClientId) found.left.push(lostWords(open, open.lost, partition, group))
      }
      if (doubt !== undefined && doubt.at >= doubtsFrom) found.doubts.push(doubtWords(doubt, partition))
    }
    if (group.members.length === 0) continue
    if (group.state === 'PreparingRebalance' || group.state === 'CompletingRebalance') {
      found.left.push(`group ${group.groupId} is rebalancing (${group.state})`)
      continue
    }
    for (const member of group.members) addMember(member, group, broker, found)
  }
  return found
}

function addMember(member: MemberView, group: GroupView, broker: BrokerState, found: Left): void {
  if (member.disconnected) {
    found.left.push(
      `a member of group ${group.groupId} (client ${member.clientId}) closed its last connection just now`,
    )
  }
  for (const reading of readingsOf(member, group, broker)) {
    if (reading.state === 'open') {
      found.left.push(openWords(reading.open, reading.partition, group))
      const software = broker.groups.find(group.groupId)?.members.get(member.memberId)?.software
      found.hint ??= commitSetting(software, reading.open.clientId)
    } else if (reading.state === 'behind') {
      found.left.push(behindWords(reading, group))
      found.nextLook = earliest(found.nextLook, reading.pausedAt)
    } else if (reading.state === 'paused') {
      found.notes.push(pausedWords(member, reading.partition, group))
    }
  }
}

/** How a member stands to a partition of its own. */
export type Reading = { readonly partition: Partition } & (
  | { readonly state: 'done' | 'paused' }
  | { readonly state: 'open'; readonly open: OpenRecords }
  /** It counts as paused from `pausedAt` on, unless it asks before. */
  | { readonly state: 'behind'; readonly pausedAt: Moment; readonly committed: number | undefined }
)

export function readingsOf(member: MemberView, group: GroupView, broker: BrokerState): Reading[] {
  const { deliveries } = broker
  const partitions = partitionsOf(member.assignment, broker)
  const isBusy = partitions.some((partition) => openOf(deliveries.get(group.groupId, partition)) !== undefined)
  return partitions.map((partition): Reading => {
    const delivery = deliveries.get(group.groupId, partition)
    const open = openOf(delivery)
    if (open !== undefined) return { state: 'open', open, partition }
    const committed = committedOffset(group, partition)
    if (isAtEnd(delivery, committed, partition)) return { state: 'done', partition }
    // Somebody who works on other records can't ask for these meanwhile.
    const pausedAt = isBusy
      ? NEVER
      : after(PAUSED_AFTER, latest(delivery?.askedAt ?? LONG_AGO, deliveries.assignedAt(group.groupId)))
    if (pausedAt > now()) return { state: 'behind', pausedAt, committed, partition }
    deliveries.paused(group.groupId, partition, member.clientId)
    return { state: 'paused', partition }
  })
}

/** Whether nothing is left that its reader would be sent. Who has committed nothing says by asking where it begins. */
function isAtEnd(delivery: Delivery | undefined, committed: number | undefined, partition: Partition): boolean {
  const position = delivery?.position ?? committed
  return position !== undefined && partition.countFrom(position) === 0
}

export function committedOffset({ offsets }: GroupView, { topic, index }: Partition): number | undefined {
  const offset = offsets.get(topic)?.get(index)?.offset
  // kafkajs commits -1 or -2 where it wants to begin anew.
  return offset !== undefined && offset >= 0 ? offset : undefined
}

function openOf(delivery: Delivery | undefined): OpenRecords | undefined {
  const { open } = delivery ?? {}
  return open !== undefined && open.lost === undefined && isOpen(open, delivery!.partition) ? open : undefined
}

/** Records that were deleted meanwhile are nobody's any more. */
export function isOpen({ to }: OpenRecords, { logStartOffset }: Partition): boolean {
  return to > logStartOffset
}

function count(number: number, what: string): string {
  return `${number} ${number === 1 ? what : `${what}s`}`
}

function places({ from, to }: OpenRecords, { topic, index }: Partition): string {
  return `${topic}/${index}@${to - from === 1 ? from : `${from}-${to - 1}`}`
}

function them({ from, to }: OpenRecords): string {
  return to - from === 1 ? 'it' : 'them'
}

export function openWords(open: OpenRecords, partition: Partition, { groupId }: GroupView): string {
  const received = `client ${open.clientId} received ${places(open, partition)}`
  return open.times > 1
    ? `${received} ${open.times} times, and group ${groupId} has not committed ${them(open)}: does its handler throw?`
    : `${received}, and group ${groupId} has not committed ${them(open)} yet`
}

function transactionWords({ transactionalId, clientId, topics, isAbandoned }: TransactionalProducer): string {
  const where = topics.length === 0 ? '' : `, which writes to ${topics.join(', ')},`
  const gone = isAbandoned ? ', and the client is gone' : ''
  return `transaction ${transactionalId} of client ${clientId}${where} is open${gone}`
}

const losses: Readonly<Record<LostReason, string>> = {
  left: 'left the group',
  expired: 'was silent until its session expired',
  disconnected: 'lost its connection',
  replaced: 'was replaced by a static member of the same name',
  'rebalance timeout': 'did not take part in a rebalance',
  rebalanced: 'lost the partition in a rebalance',
}

export function lostWords(open: OpenRecords, lost: LostReason, partition: Partition, { groupId }: GroupView): string {
  const what = lost === 'left' ? `left group ${groupId}` : losses[lost]
  return `client ${open.clientId} received ${places(open, partition)} and ${what} without committing ${them(open)}: did its handler throw?`
}

function doubtWords({ clientId }: Doubt, { topic, index }: Partition): string {
  return `client ${clientId} may commit what it received of ${topic}/${index} before it has handled it`
}

function behindWords({ partition, committed }: Reading & { state: 'behind' }, { groupId }: GroupView): string {
  const { topic, index, endOffset: logEnd, logStartOffset } = partition
  const lag = partition.countFrom(committed ?? logStartOffset)
  return `group ${groupId} is ${howFarBehind({ topic, partition: index, committed, lag, logEnd })}`
}

export function pausedWords({ clientId }: MemberView, { topic, index }: Partition, { groupId }: GroupView): string {
  return `client ${clientId} of group ${groupId} has ${topic}/${index} and does not ask for its records: it is paused`
}
