// Checked by `tsc`, never run: a matcher knows what the topic's serdes make of a record.
import { type Group, json, type Kafka, string } from '../../src/index.ts'
import { beforeAll, describe, expect, type Mock, test, vi } from '../../src/vitest/index.ts'

interface Order {
  sku: string
  quantity: number
  customer: { name: string }
}

declare const kafka: Kafka
declare const group: Group
const orders = kafka.topic('orders', { key: string, value: json<Order>() })
const untyped = kafka.topic('untyped')

// Topics.
await expect(orders).toReceiveRecord({ key: 'o-1', value: { customer: { name: /^A/ } } })
await expect(orders).toReceiveRecord({ value: { sku: expect.stringContaining('lamp') } }, { timeout: 50 })
await expect(orders).toReceiveRecord(({ value }) => value.quantity > 3)
await expect(orders).not.toReceiveRecord({ value: null }, { within: 10, quiet: 5, from: 'beginning' })
await expect(orders).toReceiveRecords([{ key: 'a' }, { value: { quantity: 1 } }], { order: 'per-key', exactly: true })
await expect(orders).toReceiveRecordCount(3, { where: { value: { sku: 'lamp' } } })
await expect(orders, 'with a word of its own').toMatchRecordSnapshot('hint', { quiet: 20 })
await expect.soft(orders).toReceiveRecord({ value: { sku: 'lamp' } })
await expect(untyped).toReceiveRecord({ key: 3, value: { whatever: [1, { deep: true }] } })
// @ts-expect-error: an order has no such field
await expect(orders).toReceiveRecord({ value: { skuu: 'lamp' } })
// @ts-expect-error: nor has its customer
await expect(orders).not.toReceiveRecord({ value: { customer: { nam: 'Ada' } } })
// @ts-expect-error: keys are text
await expect.soft(orders).toReceiveRecord({ key: 3 })
// @ts-expect-error: a quantity is a number
await expect(orders).toReceiveRecords([{ value: { quantity: '3' } }])
// @ts-expect-error: an order has no such field
await expect(orders).toReceiveRecordCount(1, { where: { value: { skuu: 'lamp' } } })
// @ts-expect-error: a record has no such field
await expect(untyped).toReceiveRecord({ vlaue: {} })
// @ts-expect-error: there is no such option
await expect(orders).toReceiveRecord({}, { timout: 3 })
// @ts-expect-error: there is no such order
await expect(orders).toReceiveRecords([], { order: 'any order' })
// @ts-expect-error: a topic has no lag
await expect(orders).toHaveLag(3)

// Groups.
await expect(group).toCatchUp()
await expect(group).not.toHaveLag(3, { timeout: 50 })
await expect(group).toHaveCommittedOffset(3, { topic: 'orders', partition: 0 })
await expect(group).toHaveMembers(2)
// @ts-expect-error: a group receives nothing
await expect(group).toReceiveRecord()

// Records.
const record = await orders.receive()
expect(record).toMatchRecord({ value: { sku: 'lamp' } })
expect(record).not.toBeTombstone()
await expect(record).toConformToSchema({ parse: (value: unknown) => value })
await expect(await orders.records()).toMatchRecordSnapshot()
// @ts-expect-error: an order has no such field
expect(record).toMatchRecord({ value: { skuu: 'lamp' } })
// @ts-expect-error: not a schema
await expect(record).toConformToSchema({ type: 'object' })

// What is Vitest's stays, also for topics, groups and values of any type.
expect(orders).toBeDefined()
expect(group).toHaveProperty('id')
expect(record.value).toEqual({ sku: 'lamp' })
expect(JSON.parse('{}')).toEqual({})
expect([1, 2]).toContain(1)
await expect(Promise.resolve(3)).resolves.toBe(3)
await expect.poll(() => untyped).toReceiveRecord({ value: 'x' })

// The context's own `expect` knows the matchers.
test('…', async ({ expect, kafka }) => {
  await expect(kafka.topic('orders')).toReceiveRecord({ key: 'o-1' })
  await expect(kafka.group('order-service')).toCatchUp()
})

// All else is Vitest's.
describe('…', () => {
  const heard: Mock<(text: string) => void> = vi.fn()
  beforeAll(() => heard('…'))
})
