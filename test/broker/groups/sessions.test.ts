import { afterEach, beforeEach, expect, test } from 'vitest'
import type { BrokerEventMap } from '../../../src/broker/events.ts'
import { type OpenBroker, openBroker } from '../../../src/broker/listener.ts'
import type { BrokerState } from '../../../src/broker/state.ts'
import { RawMember } from './raw-member.ts'

let broker: OpenBroker
let state: BrokerState
const members: RawMember[] = []

beforeEach(async () => {
  broker = await openBroker()
  state = await broker.load()
})

afterEach(async () => {
  await Promise.all(members.splice(0).map((member) => member.close()))
  await broker.close()
})

async function member(options?: Parameters<typeof RawMember.connect>[2], group = 'g'): Promise<RawMember> {
  const created = await RawMember.connect(broker.brokers[0]!, group, options)
  members.push(created)
  return created
}

/** Two members of a stable generation; the first one leads. */
async function twoMembers(options: Parameters<typeof RawMember.connect>[2]): Promise<[RawMember, RawMember]> {
  const [one, two] = [await member(), await member(options)]
  await one.join()
  await one.sync()
  const joining = two.join()
  await event('group state')
  await one.joinOnce()
  await joining
  await Promise.all([one.sync(), two.sync()])
  return [one, two]
}

function event<Name extends keyof BrokerEventMap>(name: Name): Promise<BrokerEventMap[Name][0]> {
  return new Promise((resolve) => {
    const told = (event: BrokerEventMap[Name][0]): void => resolve(event)
    state.events.once(name, told as never)
  })
}

test('a member that is silent for its session timeout is gone, and the other one is told to join again', async () => {
  const [one, two] = await twoMembers({ sessionTimeoutMs: 300 })
  expect(await event('left')).toMatchObject({ memberId: two.memberId, reason: 'expired', members: 1 })
  expect(await one.heartbeat()).toBe('REBALANCE_IN_PROGRESS')
  expect(await one.joinOnce()).toMatchObject({ generationId: 3, members: [{ memberId: one.memberId }] })
  expect(await two.heartbeat()).toBe('UNKNOWN_MEMBER_ID')
})

test('a session lasts as long as heartbeats come', async () => {
  const [one, two] = await twoMembers({ sessionTimeoutMs: 500 })
  const started = performance.now()
  while (performance.now() - started < 600) expect(await two.heartbeat()).toBe('NONE')
  expect(state.groups.describe('g')?.members).toHaveLength(2)
  expect(await one.heartbeat()).toBe('NONE')
})

test('members that wait for a rebalance need no heartbeat', async () => {
  const [one, two] = await twoMembers({ sessionTimeoutMs: 300, rebalanceTimeoutMs: 60_000 })
  const three = await member({ sessionTimeoutMs: 300 })
  const bystander = await member({ sessionTimeoutMs: 900 }, 'another')
  await bystander.join()
  await bystander.sync()
  await three.joinOnce()
  const rebalancing = event('group state')
  const joining = three.joinOnce()
  await rebalancing
  const joiningAgain = two.joinOnce()
  // When a session that is three times as long is over, that of a member who must send heartbeats would be too.
  expect(await event('left')).toMatchObject({ memberId: bystander.memberId, reason: 'expired' })
  expect(state.groups.describe('g')?.members).toHaveLength(3)
  await one.joinOnce()
  expect(await joining).toMatchObject({ error: 'NONE' })
  expect(await joiningAgain).toMatchObject({ error: 'NONE' })
})

test('a member whose last connection closes is gone soon after, one that is back by another connection stays', async () => {
  const [one, two] = await twoMembers({})
  await one.reconnect()
  const disconnected = () =>
    state.groups.describe('g')?.members.flatMap((member) => (member.disconnected ? [member.memberId] : []))
  expect(disconnected()).toEqual([one.memberId])
  const isBack = event('activity')
  expect(await one.heartbeat()).toBe('NONE')
  await isBack
  expect(disconnected()).toEqual([])
  // Its time would be over before the other one's.
  await two.close()
  expect(await event('left')).toMatchObject({ memberId: two.memberId, reason: 'disconnected', members: 1 })
  expect(await one.heartbeat()).toBe('REBALANCE_IN_PROGRESS')
})

test('an id that was given to a client that is gone is forgotten', async () => {
  const [one, two] = [await member(), await member()]
  await one.joinOnce()
  const joining = two.join()
  await one.close()
  expect(await joining).toMatchObject({ error: 'NONE', members: [{ memberId: two.memberId }] })
})
