// Checked by `tsc`, never run: the matchers on the `expect` of `@jest/globals`.
import { expect, test } from '@jest/globals'
import { json, string } from '../../../src/index.ts'
import { kafka } from '../../../src/jest/index.ts'

interface Order {
  sku: string
  quantity: number
  customer: { name: string }
}

const orders = kafka.topic('orders', { key: string, value: json<Order>() })
const untyped = kafka.topic('any')
const group = kafka.group('order-service')

test('topics', async () => {
  await expect(orders).toReceiveRecord()
  await expect(orders).toReceiveRecord({ key: /^o/, value: { sku: expect.any(String) as never, quantity: 3 } })
  await expect(orders).not.toReceiveRecord(({ value }) => value.quantity > 3, { within: 100 })
  await expect(orders).toReceiveRecords([{ key: 'a' }, { value: null }], { order: 'per-key', exactly: true })
  await expect(orders).toReceiveRecordCount(3, { where: { value: { sku: 'lamp' } } })
  await expect(orders).toMatchRecordSnapshot('hint', { quiet: 20 })
  await expect(untyped).toReceiveRecord({ key: 3, value: { whatever: [1, { deep: true }] } })
  await expect(kafka.createTopic('new')).resolves.toReceiveRecordCount(0)
  // @ts-expect-error: an order has no such field
  await expect(orders).toReceiveRecord({ value: { skuu: 'lamp' } })
  // @ts-expect-error: nor has its customer
  await expect(orders).not.toReceiveRecord({ value: { customer: { nam: 'Ada' } } })
  // @ts-expect-error: keys are text
  await expect(orders).toReceiveRecord({ key: 3 })
  // @ts-expect-error: there is no such option
  await expect(orders).toReceiveRecord({}, { timout: 3 })
})

test('groups and records', async () => {
  await expect(group).toCatchUp()
  await expect(group).not.toHaveLag(3, { timeout: 50 })
  await expect(group).toHaveCommittedOffset(3, { topic: 'orders', partition: 0 })
  await expect(group).toHaveMembers(2)
  const record = await orders.receive()
  expect(record).toMatchRecord({ value: { sku: 'lamp' } })
  expect(record).not.toBeTombstone()
  await expect(record).toConformToSchema({ parse: (value: unknown) => value })
  await expect(await orders.records()).toMatchRecordSnapshot()
  // @ts-expect-error: an order has no such field
  expect(record).toMatchRecord({ value: { skuu: 'lamp' } })
})

test("Jest's own matchers are as they were", async () => {
  expect(orders).toBeDefined()
  expect([1, 2]).toContain(1)
  await expect(Promise.resolve(3)).resolves.toBe(3)
})
