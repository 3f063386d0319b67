// Checked by `tsc`, never run: patterns, records and options have the types of the topic's serdes.
import { expectTypeOf } from 'vitest'
import { bytes, defineConfig, type Group, json, type Kafka, type Serde, string, type Topic } from '../../src/index.ts'

interface Order {
  sku: string
  quantity: number
  customer: { name: string; tags: string[] }
  placed?: Date
}

declare const kafka: Kafka
const orders = kafka.topic('orders', { key: string, value: json<Order>() })

expectTypeOf(orders).toEqualTypeOf<Topic<string, Order>>()
expectTypeOf(kafka.topic('any')).toEqualTypeOf<Topic<unknown, unknown>>()
expectTypeOf(kafka.topic('raw', { value: bytes })).toEqualTypeOf<Topic<unknown, Buffer>>()
expectTypeOf(await kafka.createTopic('orders', { value: json<Order>(), partitions: 3 })).toEqualTypeOf<
  Topic<unknown, Order>
>()
expectTypeOf(kafka.reset()).toEqualTypeOf<Promise<void>>()
expectTypeOf(orders.clear()).toEqualTypeOf<Promise<void>>()
await kafka.createTopic('orders', { ifExists: 'use' })
// @ts-expect-error: a topic fails or is used
await kafka.createTopic('orders', { ifExists: 'replace' })
expectTypeOf(kafka.group('g')).toEqualTypeOf<Group>()

// Receiving.
const record = await orders.receive({ key: 'o-1', value: { customer: { name: /^A/ } } })
expectTypeOf(record.key).toEqualTypeOf<string>()
expectTypeOf(record.value.customer.tags).toEqualTypeOf<string[]>()
expectTypeOf(record.offset).toEqualTypeOf<number>()
expectTypeOf(record.timestamp).toEqualTypeOf<Date>()
await orders.receive({ value: null })
await orders.receive({ value: { placed: undefined, customer: { tags: ['a', /b/] } } })
await orders.receive(({ value, headers }) => value.quantity > 3 && headers.type === 'created')
// @ts-expect-error: an order has no such field
await orders.receive({ value: { skuu: 'lamp' } })
// @ts-expect-error: nor has its customer
await orders.receive({ value: { customer: { nam: 'Ada' } } })
// @ts-expect-error: a quantity is a number
await orders.receive({ value: { quantity: '3' } })
// @ts-expect-error: keys are text
await orders.receive({ key: 3 })
// @ts-expect-error: a record has no such field
await orders.receive({ vlaue: {} })
// @ts-expect-error: there is no such option
await orders.receive({}, { timout: 3 })
await kafka.topic('any').receive({ key: 3, value: { whatever: [1, { deep: true }] } })

// Producing.
const order: Order = { sku: 'lamp', quantity: 1, customer: { name: 'Ada', tags: [] } }
expectTypeOf((await orders.produce({ key: 'o-1', value: order })).offset).toEqualTypeOf<number>()
expectTypeOf((await orders.produce([{ value: order }, { key: 'o-1', value: null }])).length).toEqualTypeOf<number>()
await orders.produce({ value: order, headers: { a: 'x', b: Buffer.from(''), c: ['x', 'y'] }, timestamp: new Date() })
// @ts-expect-error: an order has more than that
await orders.produce({ value: { sku: 'lamp' } })
// @ts-expect-error: a header is text or bytes
await orders.produce({ value: order, headers: { a: 3 } })
// @ts-expect-error: there is no such compression
await orders.produce({ value: order }, { compression: 'brotli' })

// Consuming.
expectTypeOf((await orders.consume({ take: 3 }))[0]!.value).toEqualTypeOf<Order>()
await orders.consume({ until: { value: { sku: 'end' } }, where: [{ key: 'a' }, { key: /b/ }], match: 'any' })
// @ts-expect-error: an order has no such field
await orders.consume({ where: [{ value: { nothing: 1 } }] })
await orders.records({ from: { offset: 3 }, where: { partition: 0 } })

// Serdes of one's own, synchronous or not.
const length: Serde<number> = {
  serialize: (value) => Buffer.alloc(value),
  deserialize: async (value) => value.length,
}
expectTypeOf(await kafka.topic('lengths', { value: length }).receive({ value: 3 }))
  .toHaveProperty('value')
  .toBeNumber()

defineConfig({ timeout: 2000, broker: { partitions: 3, scope: 'test' } })
defineConfig({ env: ['KAFKA_BOOTSTRAP_SERVERS'], broker: { strict: { topicCreation: true } } })
// @ts-expect-error: there is no such switch
defineConfig({ broker: { strict: { topicCreations: true } } })
// @ts-expect-error: a broker is a file's or a test's
defineConfig({ broker: { scope: 'run' } })
defineConfig({ topics: ['orders', { name: 'prices', partitions: 3, config: { 'cleanup.policy': 'compact' } }] })
// @ts-expect-error: a config's values are text
defineConfig({ topics: [{ name: 'prices', config: { 'retention.ms': 1000 } }] })
// @ts-expect-error: there is no such option
defineConfig({ timout: 2000 })
