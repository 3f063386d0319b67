import { afterEach, expect as plain, test, vi } from 'vitest'
import { unawaited } from '../../src/matchers/awaited.ts'
import { type Setting, setUp } from '../support/kafka.ts'
import { expect } from '../support/matchers.ts'

let setting: Setting
afterEach(async () => {
  vi.useRealTimers()
  await setting[Symbol.asyncDispose]()
})

test('what is awaited in any way is not reported', async () => {
  setting = await setUp()
  const { kafka } = setting
  const orders = kafka.topic('orders')
  await orders.produce({ value: 'a' })
  await expect(orders).toReceiveRecord()
  await expect(orders).not.toReceiveRecord({ value: 'b' })
  await expect.soft(orders).toReceiveRecord()
  await expect.poll(() => orders).toReceiveRecord()
  await plain(kafka.createTopic('other').then(() => orders)).resolves.toReceiveRecord()
  await Promise.all([expect(orders).toReceiveRecord(), expect(orders).toReceiveRecordCount(1)])
  await (async () => expect(orders).toReceiveRecord())()
  const later = expect(orders).toReceiveRecord()
  await Promise.resolve()
  await later
  await expect(orders)
    .toReceiveRecord()
    .then(() => 'handled')
  vi.useFakeTimers({ toFake: ['queueMicrotask', 'setTimeout', 'Date'] })
  await expect(orders).toReceiveRecord()
  plain(unawaited(setting.scope)).toBeUndefined()
})

test('what is not awaited is named, whether it holds or fails', async () => {
  setting = await setUp()
  const orders = setting.kafka.topic('orders')
  await orders.produce({ value: 'a' })
  expect(orders).toReceiveRecord()
  expect(orders).toReceiveRecordCount(5, { timeout: 10 })
  expect.soft(orders).toReceiveRecords([])
  await setting.kafka.settled()
  plain(unawaited(setting.scope)?.message).toMatchSnapshot()
})

test('one forgotten matcher, and a task that still runs', async () => {
  setting = await setUp()
  const { kafka } = setting
  const orders = kafka.topic('orders')
  await orders.produce({ value: 'a' })
  const record = await orders.receive()
  expect(record).toConformToSchema({ parse: (value: unknown) => value })
  plain(unawaited(setting.scope)?.message).toMatchSnapshot()
  setting.scope.unfinished.clear()
  const running = orders.consume({ take: 2 })
  plain(unawaited(setting.scope)?.message).toMatchSnapshot()
  await orders.produce({ value: 'b' })
  await running
  plain(unawaited(setting.scope)).toBeUndefined()
})

test('a check that waits when its test ends comes to an end', async () => {
  setting = await setUp({ timeout: 60_000 })
  const { kafka, scope } = setting
  const waiting = [
    expect(kafka.topic('orders')).toReceiveRecord(),
    expect(kafka.topic('orders')).toReceiveRecordCount(1),
    expect(kafka.group('order-service')).toCatchUp(),
  ]
  const verdicts = Promise.allSettled(waiting)
  await setting.nextTest()
  plain((await verdicts).map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected'])
  plain(unawaited(scope)).toBeUndefined()
})
