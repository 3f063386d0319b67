import { afterEach, expect as plain, test } from 'vitest'
import { redactConsole } from '../../src/redaction/console.ts'
import { sensitiveOf } from '../../src/redaction/sensitive.ts'
import { startApplication } from '../support/consumer.ts'
import { isReal, type Setting, setUp } from '../support/kafka.ts'
import { expect } from '../support/matchers.ts'

let setting: Setting
afterEach(() => setting[Symbol.asyncDispose]())

test('reset forgets all records and positions; the topics, the clients and the members stay', async () => {
  setting = await setUp()
  const { kafka } = setting
  const orders = await kafka.createTopic('orders', { partitions: 2 })
  const seen: string[] = []
  await startApplication(kafka, { handle: (value) => seen.push(value) })
  await orders.produce([
    { value: 'a', partition: 0 },
    { value: 'b', partition: 1 },
  ])
  await expect(kafka.group('order-service')).toCatchUp()

  await kafka.reset()
  await expect(orders).not.toReceiveRecord({}, { from: 'beginning', within: 50 })
  await expect(kafka.group('order-service')).toHaveMembers(1)
  await expect(kafka.group('order-service')).toHaveLag(0)
  await expect(kafka.group('order-service')).toCatchUp()

  plain(await orders.produce({ value: 'c', partition: 1 })).toMatchObject({ partition: 1, offset: 1 })
  await expect(orders).toReceiveRecordCount(1, { from: 'beginning', within: 50 })
  await expect(kafka.group('order-service')).toCatchUp()
  plain(seen.sort()).toEqual(['a', 'b', 'c'])
})

test('a group without members is gone, and begins anew behind what was forgotten', async () => {
  setting = await setUp()
  const { kafka } = setting
  const orders = await kafka.createTopic('orders')
  await orders.produce([{ value: 'a' }, { value: 'b' }])
  await orders.consume({ take: 1, group: 'audit' })
  await expect(kafka.group('audit')).toHaveCommittedOffset(1, { topic: 'orders', partition: 0 })

  await kafka.reset()
  plain(await setting.scope.cluster.group('audit')).toBeUndefined()
  await orders.produce({ value: 'c' })
  plain((await orders.consume({ take: 1, group: 'audit' })).map(({ value }) => value)).toEqual(['c'])
})

test('clear forgets the records of one topic', async () => {
  setting = await setUp()
  const { kafka } = setting
  const [orders, events] = [await kafka.createTopic('orders'), await kafka.createTopic('events')]
  await orders.produce({ value: 'a' })
  await events.produce({ value: 'b' })

  await orders.clear()
  plain(await orders.records({ from: 'beginning' })).toEqual([])
  plain(await events.records({ from: 'beginning' })).toHaveLength(1)
  plain(await orders.produce({ value: 'c' })).toMatchObject({ offset: 1 })
  plain(setting.lines.filter((line) => line.type === 'task').map(({ kind, topic }) => `${kind} ${topic}`)).toContain(
    'clear topic orders',
  )
})

test('a topic that is not there is as good as cleared', async () => {
  setting = await setUp()
  await setting.kafka.topic('nowhere').clear()
  await setting.kafka.reset()
})

test('what was forgotten is kept out of what the test prints all the same', async () => {
  setting = await setUp({ redaction: { records: true } })
  const { kafka, scope } = setting
  const orders = await kafka.createTopic('orders')
  const producer = await kafka.producer()
  await producer.send({ topic: 'orders', messages: [{ key: 'k', value: 'card 4111-1111' }] })
  await kafka.reset()
  const printed: string[] = []
  const console = { log: (text: string) => printed.push(text) } as unknown as Console
  const { redaction, data } = scope
  const restore = redactConsole(console, { redaction: () => redaction, noted: () => data.noted })
  console.log('paid by card 4111-1111')
  restore()
  plain(printed.join()).not.toContain('4111')
  plain(Array.from((await sensitiveOf(scope)).parts, ({ content }) => String(content))).toContain('card 4111-1111')
  plain(await orders.records({ from: 'beginning' })).toEqual([])
})

test.runIf(isReal)('a topic that is compacted is not cleared', async () => {
  setting = await setUp()
  const { kafka } = setting
  await kafka.createTopic('prices', { config: { 'cleanup.policy': 'compact' } })
  await expect(kafka.topic('prices').clear()).rejects.toThrow(
    "topic prices is compacted, and Kafka deletes no records of such a topic: give it 'cleanup.policy': 'compact,delete', or create one for each test",
  )
})
