import { clearTimeout, now, setTimeout } from '../broker/clock.ts'
import type { GroupView, MemberView } from '../broker/groups/description.ts'
import type { BrokerState } from '../broker/state.ts'
import type { Settled, SettleOptions } from './cluster.ts'

/** After one of these something may follow, so the quiet time begins anew. */
const moves = ['append', 'fetch', 'join', 'leave', 'groupState', 'commit', 'topicCreated', 'topicDeleted'] as const

/**
 * Resolves once nothing is left to happen: no produce in flight, no group that rebalances, every member of every live
 * group has taken what there is, and then `quiet` milliseconds without an event. Until then it is told of each event;
 * nothing is polled. A broker that nobody has connected to is settled.
 */
export function settled(broker: BrokerState | undefined, options: SettleOptions): Promise<Settled> {
  return broker === undefined ? Promise.resolve({ settled: true }) : untilSettled(broker, options)
}

function untilSettled(broker: BrokerState, { quiet, deadline, signal }: SettleOptions): Promise<Settled> {
  const { promise, resolve } = Promise.withResolvers<Settled>()
  let quietTimer: NodeJS.Timeout | undefined
  const deadlineTimer = Number.isFinite(deadline) ? setTimeout(giveUp, Math.max(0, deadline - now())) : undefined
  for (const name of moves) broker.events.on(name, moved)
  broker.events.on('activity', check)
  signal?.addEventListener('abort', giveUp, { once: true })
  check()
  return promise

  function check(): void {
    if (whatIsLeft(broker).length > 0) stopQuietTimer()
    else quietTimer ??= setTimeout(() => finish({ settled: true }), quiet)
  }
  function moved(): void {
    stopQuietTimer()
    check()
  }
  function giveUp(): void {
    const waitingFor = whatIsLeft(broker)
    finish({
      settled: false,
      waitingFor: waitingFor.length > 0 ? waitingFor : [`there were never ${quiet} ms without an event`],
    })
  }
  function stopQuietTimer(): void {
    clearTimeout(quietTimer)
    quietTimer = undefined
  }
  function finish(result: Settled): void {
    stopQuietTimer()
    clearTimeout(deadlineTimer)
    for (const name of moves) broker.events.off(name, moved)
    broker.events.off('activity', check)
    signal?.removeEventListener('abort', giveUp)
    resolve(result)
  }
}

function whatIsLeft(broker: BrokerState): string[] {
  const left: string[] = []
  const { inFlightProduces } = broker
  if (inFlightProduces > 0) left.push(`${count(inFlightProduces, 'produce request')} not answered yet`)
  for (const group of broker.groups.list()) {
    if (group.members.length === 0) continue
    if (group.state === 'PreparingRebalance' || group.state === 'CompletingRebalance') {
      left.push(`group ${group.groupId} is rebalancing (${group.state})`)
      continue
    }
    for (const member of group.members) left.push(...whatIsLeftOf(member, group, broker))
  }
  return left
}

function count(number: number, what: string): string {
  return `${number} ${number === 1 ? what : `${what}s`}`
}

function whatIsLeftOf(member: MemberView, group: GroupView, broker: BrokerState): string[] {
  const left: string[] = []
  if (member.disconnected) {
    left.push(`a member of group ${group.groupId} (client ${member.clientId}) closed its last connection just now`)
  }
  for (const { topic, partitions } of member.assignment) {
    for (const partition of partitions) {
      const log = broker.topics.get(topic)?.partitions[partition]
      if (log === undefined) continue
      const committed = group.offsets.get(topic)?.get(partition)?.offset
      if (hasCaughtUp(member.clientId, topic, partition, committed, broker)) continue
      const behind = log.endOffset - (committed ?? log.logStartOffset)
      left.push(
        `group ${group.groupId} is ${count(behind, 'record')} behind on ${topic}/${partition} ` +
          `(${committed === undefined ? 'nothing committed' : `committed ${committed}`}, end ${log.endOffset})`,
      )
    }
  }
  return left
}

/**
 * Whether a reader of a partition has nothing left to take. To have fetched up to the end of the log and to ask for
 * more says so only of a client that processes before it fetches again (kafkajs, which gives no name), or of one that
 * never commits; librdkafka and Java fetch ahead, of those it is the commit that counts.
 */
export function hasCaughtUp(
  clientId: string,
  topic: string,
  partition: number,
  committed: number | undefined,
  broker: BrokerState,
): boolean {
  const log = broker.topics.get(topic)!.partitions[partition]!
  if (committed !== undefined && committed >= log.endOffset) return true
  if (committed !== undefined && !broker.positions.processesBeforeFetching(clientId)) return false
  return broker.positions.count(clientId, log, log.endOffset) >= readersOf(clientId, topic, partition, broker)
}

/** Several services of one test may share a client id and read the same partition, each in its own group. */
function readersOf(clientId: string, topic: string, partition: number, broker: BrokerState): number {
  let readers = 0
  for (const { members } of broker.groups.list()) {
    for (const member of members) {
      if (member.clientId !== clientId) continue
      if (member.assignment.some((one) => one.topic === topic && one.partitions.includes(partition))) readers += 1
    }
  }
  return readers
}
