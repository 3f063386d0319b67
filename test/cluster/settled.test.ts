import { expect, test, vi } from 'vitest'
import { after, NEVER } from '../../src/base/clock.ts'
import type { Settled } from '../../src/cluster/cluster.ts'
import { RawMember } from '../broker/groups/raw-member.ts'
import { dial } from '../broker/wire.ts'
import { startApplication } from '../support/consumer.ts'
import { type Setting, setUp } from '../support/kafka.ts'

/** Far longer than anything here takes. */
const patient = 10_000

function settle({ scope }: Setting, { within = patient, quiet = 10 } = {}): Promise<Settled> {
  return scope.cluster.settled({ quiet, within: 1000, deadline: after(within) })
}

test('a broker that nobody used is settled, and stays unloaded', async () => {
  await using setting = await setUp()
  expect(await settle(setting, { quiet: patient })).toEqual({ settled: true, notes: [] })
  expect(setting.broker.loaded).toBeUndefined()
})

test('a broker at rest is settled after the quiet time', async () => {
  await using setting = await setUp()
  await setting.kafka.topic('orders').produce({ value: 'a' })
  expect(await settle(setting)).toEqual({ settled: true, notes: [] })
})

test('a consumer that is at work is waited for, and named', async () => {
  await using setting = await setUp()
  const { kafka } = setting
  const handled: string[] = []
  const application = await startApplication(kafka, { gated: true, handle: (value) => handled.push(value) })
  await kafka.topic('orders').produce([{ value: 'a' }, { value: 'b' }])
  await application.busy()
  expect(await settle(setting, { within: 50 })).toEqual({
    settled: false,
    waitingFor: ['client order-service received orders/0@0-1, and group order-service has not committed them yet'],
    hint: expect.stringContaining('is its handler busy'),
  })
  application.release()
  expect(await settle(setting)).toEqual({ settled: true, notes: [] })
  expect(handled).toEqual(['a', 'b'])
})

test('so is one that takes 300 ms over a record', async () => {
  await using setting = await setUp()
  const { kafka } = setting
  const handled: string[] = []
  await startApplication(kafka, {
    handle: async (value) => {
      await new Promise((resolve) => setTimeout(resolve, 300))
      handled.push(value)
    },
  })
  await kafka.topic('orders').produce({ value: 'slow' })
  expect(await settle(setting)).toEqual({ settled: true, notes: [] })
  expect(handled).toEqual(['slow'])
})

test('one application feeding another is waited for to the end', async () => {
  await using setting = await setUp()
  const { kafka } = setting
  const handled: string[] = []
  await startApplication(kafka, { handle: (value) => kafka.topic('events').produce({ value: `event of ${value}` }) })
  await kafka.topic('events').produce({ value: 'first' })
  await startApplication(kafka, {
    topic: 'events',
    groupId: 'billing',
    clientId: 'billing',
    handle: (value) => handled.push(value),
  })
  await kafka.topic('orders').produce([{ value: 'a' }, { value: 'b' }])
  expect(await settle(setting)).toEqual({ settled: true, notes: [] })
  expect(handled).toEqual(['first', 'event of a', 'event of b'])
})

test('of a group that never commits nothing is known', async () => {
  await using setting = await setUp()
  const { kafka } = setting
  await startApplication(kafka, { autoCommit: false })
  const received = new Promise<void>((resolve) => setting.broker.loaded!.events.on('received', () => resolve()))
  await kafka.topic('orders').produce([{ value: 'a' }, { value: 'b' }])
  await received
  expect(await settle(setting, { within: 50 })).toEqual({
    settled: false,
    waitingFor: ['client order-service received orders/0@0-1, and group order-service has not committed them yet'],
    hint:
      'Client order-service: is its handler busy, or does it not commit (kafkajs: `autoCommit: false`)? ' +
      'Raise the timeout; of a group that never commits nothing can be known: wait a fixed time instead, { within: 500 }',
  })
  expect(await setting.scope.cluster.group('order-service')).toMatchObject({
    partitions: [{ topic: 'orders', partition: 0, committed: undefined, logEnd: 2, caughtUp: false }],
  })
})

test('of two groups with the same client id both have to be done', async () => {
  await using setting = await setUp()
  const { kafka } = setting
  await startApplication(kafka, { groupId: 'quick', clientId: 'same' })
  const slow = await startApplication(kafka, { groupId: 'slow', clientId: 'same', gated: true })
  await kafka.topic('orders').produce({ value: 'a' })
  await slow.busy()
  const result = await settle(setting, { within: 50 })
  expect(result).toMatchObject({ settled: false })
  expect(result).toHaveProperty(
    'waitingFor',
    expect.arrayContaining([expect.stringContaining('group slow has not committed it')]),
  )
  slow.release()
  expect(await settle(setting)).toEqual({ settled: true, notes: [] })
})

test('a group without members is not waited for', async () => {
  await using setting = await setUp()
  const { kafka } = setting
  const application = await startApplication(kafka)
  await kafka.topic('orders').produce({ value: 'a' })
  expect(await settle(setting)).toEqual({ settled: true, notes: [] })
  await application.disconnect()
  await kafka.topic('orders').produce({ value: 'nobody takes it' })
  expect(await settle(setting)).toEqual({ settled: true, notes: [] })
})

test('a group that rebalances is named', async () => {
  await using setting = await setUp()
  const { kafka } = setting
  // A partition for each: kafkajs sleeps for 5 s where it has none.
  await kafka.createTopic('orders', { partitions: 2 })
  const busy = await startApplication(kafka, { gated: true })
  await kafka.topic('orders').produce({ value: 'a', partition: 0 })
  await busy.busy()
  const other = kafka.client({ clientId: 'other' }).consumer({ groupId: 'order-service' })
  await other.connect()
  await other.subscribe({ topic: 'orders' })
  const rebalances = new Promise<void>((resolve) =>
    setting.broker.loaded!.events.on('group state', ({ state }) => state === 'PreparingRebalance' && resolve()),
  )
  const running = other.run({ eachMessage: async () => {} })
  await rebalances
  expect(await settle(setting, { within: 50 })).toEqual({
    settled: false,
    waitingFor: ['group order-service is rebalancing (PreparingRebalance)'],
  })
  busy.release()
  await running
  expect(await settle(setting)).toEqual({ settled: true, notes: [] })
})

test('a member that has just lost its last connection may come back, so it is waited for', async () => {
  await using setting = await setUp()
  const { events } = await setting.broker.load()
  const member = await RawMember.connect(setting.broker.brokers[0]!, 'order-service')
  await member.join()
  await member.sync()
  const happened: string[] = []
  const lost = new Promise<void>((resolve) => events.once('activity', () => resolve()))
  events.on('left', ({ reason }) => happened.push(reason))
  await member.close()
  await lost
  await settle(setting, { quiet: 1 }).then(() => happened.push('settled'))
  expect(happened).toEqual(['disconnected', 'settled'])
})

test('a produce that is under way is waited for', async () => {
  await using setting = await setUp()
  const broker = await setting.broker.load()
  const socket = await dial(setting.broker.port)
  // The first bytes of a Produce (API key 0) of 100 bytes; the rest never comes.
  socket.write(Buffer.from([0, 0, 0, 100, 0, 0, 0, 3]))
  await vi.waitUntil(() => broker.inFlightProduces > 0, { interval: 1 })
  expect(await settle(setting, { within: 50 })).toEqual({
    settled: false,
    waitingFor: ['1 produce request not answered yet'],
  })
  const settled = settle(setting)
  socket.destroy()
  expect(await settled).toEqual({ settled: true, notes: [] })
})

test('a cluster that never comes to rest says so', async () => {
  await using setting = await setUp()
  await setting.kafka.topic('orders').produce({ value: 'a' })
  expect(await settle(setting, { within: 20, quiet: patient })).toEqual({
    settled: false,
    waitingFor: ['there were never 10000 ms without an event'],
  })
})

test('who gives up is answered at once, and no timer or listener is left', async () => {
  await using setting = await setUp()
  await setting.kafka.topic('orders').produce({ value: 'a' })
  const { events } = setting.broker.loaded!
  const before = events.listenerCount('produced')
  const enough = new AbortController()
  const settled = setting.scope.cluster.settled({
    quiet: patient,
    deadline: NEVER,
    signal: enough.signal,
  })
  expect(events.listenerCount('produced')).toBe(before + 1)
  enough.abort()
  expect(await settled).toMatchObject({ settled: false })
  expect(events.listenerCount('produced')).toBe(before)
})

test('kafka.settled() throws what it waits for', async () => {
  await using setting = await setUp()
  const { kafka } = setting
  const application = await startApplication(kafka, { gated: true })
  await kafka.topic('orders').produce({ value: 'a' })
  await application.busy()
  await expect(kafka.settled({ timeout: 50 })).rejects.toThrow('client order-service received orders/0@0')
  application.release()
  await kafka.settled()
})
