import { expect, test, vi } from 'vitest'
import { after, type Moment, now } from '../../src/base/clock.ts'
import type { Settled } from '../../src/cluster/cluster.ts'
import { startApplication } from '../support/consumer.ts'
import { type Setting, setUp } from '../support/kafka.ts'
import { startPlatformatic } from '../support/platformatic.ts'

/** Far longer than anything here takes. */
const patient = 10_000

function settle({ scope }: Setting, options: { timeout?: number; since?: Moment } = {}): Promise<Settled> {
  const { timeout = patient, since = scope.began.at } = options
  return scope.cluster.settled({
    quiet: 10,
    within: 1000,
    deadline: after(timeout),
    began: { at: since, sequence: 0 },
  })
}

/** A handler that waits at a gate, and tells when a record has come to it. */
function gate(): { handle: () => Promise<void>; arrived: Promise<void>; open: () => void } {
  const arrived = Promise.withResolvers<void>()
  const opened = Promise.withResolvers<void>()
  const handle = async (): Promise<void> => {
    arrived.resolve()
    await opened.promise
  }
  return { handle, arrived: arrived.promise, open: opened.resolve }
}

function onceOf(setting: Setting, name: 'received' | 'committed' | 'left'): Promise<void> {
  return new Promise((resolve) => setting.broker.loaded!.events.once(name, () => resolve()))
}

test('what a client that fetches ahead was sent is open until it commits it', async () => {
  await using setting = await setUp()
  const { kafka, scope } = setting
  const { handle, arrived, open } = gate()
  await kafka.topic('orders').produce([{ value: 'a' }, { value: 'b' }, { value: 'c' }])
  await startPlatformatic({ scope, autocommit: false, handle: (message) => handle().then(() => message.commit()) })
  await arrived
  expect(await settle(setting, { timeout: 50 })).toEqual({
    settled: false,
    waitingFor: ['client order-service received orders/0@0-2, and group order-service has not committed them yet'],
    hint:
      'Client order-service (platformatic-kafka): consume with `autocommit: false`, and `await message.commit()` when a ' +
      'record is handled. Raise the timeout; of a group that never commits nothing can be known: wait a fixed time instead, { within: 500 }',
  })
  open()
  expect(await settle(setting)).toEqual({ settled: true, notes: [] })
})

test('a commit by a client that may commit before it has handled is not believed at once', async () => {
  await using setting = await setUp()
  const { kafka, scope } = setting
  const handled: string[] = []
  await kafka.topic('orders').produce([{ value: 'a' }, { value: 'b' }])
  await startPlatformatic({
    scope,
    async handle({ value }) {
      await new Promise((resolve) => setTimeout(resolve, 150))
      await kafka.topic('events').produce({ value })
      handled.push(value)
    },
  })
  expect(await settle(setting)).toEqual({
    settled: true,
    notes: [
      'client order-service may commit what it received of orders/0 before it has handled it; nothing happened for 1000 ms after it',
    ],
  })
  expect(handled).toEqual(['a', 'b'])
})

test('records that a client took with it when it left its group keep the cluster from being settled', async () => {
  await using setting = await setUp()
  const { kafka } = setting
  const billing = await startApplication(kafka, {
    groupId: 'billing',
    clientId: 'billing',
    topic: 'invoices',
    autoCommit: false,
  })
  const received = onceOf(setting, 'received')
  await kafka.topic('invoices').produce({ value: 'a' })
  await received
  await billing.disconnect()
  const lost = {
    settled: false,
    waitingFor: [
      'client billing received invoices/0@0 and left group billing without committing it: did its handler throw?',
    ],
  }
  expect(await settle(setting, { timeout: 50 })).toEqual(lost)
  // A test that begins afterwards has nothing to do with it.
  expect(await settle(setting, { since: now() })).toEqual({ settled: true, notes: [] })

  await startApplication(kafka, { groupId: 'billing', clientId: 'billing', topic: 'invoices' })
  expect(await settle(setting)).toEqual({ settled: true, notes: [] })
})

test('a record that is sent again and again is said to fail', async () => {
  await using setting = await setUp()
  const { kafka } = setting
  const again = Promise.withResolvers<void>()
  let times = 0
  vi.spyOn(console, 'error').mockImplementation(() => {})
  await startApplication(kafka, {
    retry: { retries: 1000, initialRetryTime: 5, maxRetryTime: 10 },
    handle() {
      times += 1
      if (times === 3) again.resolve()
      throw new Error('out of stock')
    },
  })
  await kafka.topic('orders').produce({ value: 'a' })
  await again.promise
  const result = await settle(setting, { timeout: 50 })
  expect(result).toMatchObject({
    settled: false,
    waitingFor: [
      expect.stringMatching(/^client order-service received orders\/0@0 \d+ times, and group order-service has/),
    ],
  })
})

test("what a task of the test took and left to others is the test's own business", async () => {
  await using setting = await setUp()
  const { kafka } = setting
  await kafka.topic('orders').produce([{ value: 'a' }, { value: 'b' }])
  await kafka.topic('orders').consume({ group: 'readers', take: 1, from: 'beginning' })
  expect(await settle(setting)).toEqual({ settled: true, notes: [] })
})
