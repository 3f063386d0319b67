import { afterEach, expect as plain, test } from 'vitest'
import { type Setting, setUp } from '../support/kafka.ts'
import { expect, failureOf } from '../support/matchers.ts'

let setting: Setting
afterEach(() => setting[Symbol.asyncDispose]())

const linesOf = (type: string) => setting.lines.filter((line) => line.type === type)

test('a check that holds is recorded with what it received', async () => {
  setting = await setUp()
  const orders = setting.kafka.topic('orders')
  await orders.produce({ key: 'o-1', value: { sku: 'lamp' } })
  await expect(orders).toReceiveRecord({ key: 'o-1' })
  plain(linesOf('check')).toEqual([
    {
      type: 'check',
      test: 'test-1',
      attempt: 0,
      matcher: 'toReceiveRecord',
      negated: false,
      subject: 'topic orders',
      verdict: 'passed',
      at: plain.any(Number),
      duration: plain.any(Number),
      expected: '{"key": "o-1"}',
      actual: null,
      message: null,
      closest: null,
      paths: [],
    },
  ])
  const received = setting.lines.filter((line) => line.type === 'record' && line.direction === 'received')
  plain(received).toMatchObject([{ topic: 'orders', offset: 0, key: { data: 'o-1' }, task: null, test: 'test-1' }])
})

test('a check that fails is recorded with its message, without colours, and the closest record', async () => {
  setting = await setUp()
  const orders = setting.kafka.topic('orders')
  await orders.produce({ key: 'o-1', value: { sku: 'lamp' } })
  await failureOf(() => expect(orders).toReceiveRecord({ key: 'o-2' }, { timeout: 10 }))
  await failureOf(() => expect(orders).not.toReceiveRecord({ key: 'o-1' }))
  const checks = linesOf('check') as { message: string }[]
  plain(checks).toMatchObject([
    { verdict: 'failed', negated: false, closest: 'orders/0@0', message: plain.stringContaining('-   "key": "o-2",') },
    { verdict: 'failed', negated: true, message: plain.stringContaining('no record that matches {"key": "o-1"}') },
  ])
  for (const { message } of checks) plain(message).not.toContain('\u001b')
})

test('checks on groups and snapshots are recorded too', async () => {
  setting = await setUp()
  const { kafka } = setting
  await kafka.topic('orders').produce({ key: 'o-1', value: 1 })
  await kafka.topic('orders').consume({ take: 1, group: 'order-service' })
  await expect(kafka.group('order-service')).toHaveCommittedOffset(1)
  await expect(kafka.topic('orders')).toMatchRecordSnapshot()
  plain(linesOf('check')).toMatchObject([
    { matcher: 'toHaveCommittedOffset', subject: 'group order-service', expected: 'committed offset 1' },
    { matcher: 'toMatchRecordSnapshot', subject: 'topic orders', verdict: 'passed' },
  ])
})
