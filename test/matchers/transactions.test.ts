import type { Producer, Transaction } from 'kafkajs'
import { afterEach, beforeEach, describe, test, vi } from 'vitest'
import type { Topic } from '../../src/kafka/topic.ts'
import { isReal, type Setting, setUp } from '../support/kafka.ts'
import { expect, failureOf } from '../support/matchers.ts'

const brief = { timeout: 50 }

let setting: Setting
let orders: Topic
let producer: Producer
let transactionalId: string

beforeEach(async () => {
  setting = await setUp()
  const { kafka } = setting
  orders = await kafka.createTopic('orders', { partitions: 1 })
  transactionalId = isReal ? kafka.uniqueName() : 'payments'
  producer = await transactional()
})
afterEach(() => setting[Symbol.asyncDispose]())

function transactional(): Promise<Producer> {
  const client = setting.kafka.client({ clientId: 'billing' })
  const opened = client.producer({ transactionalId, idempotent: true, maxInFlightRequests: 1 })
  return opened.connect().then(() => opened)
}

async function begin(key: string, value = '{"n":1}'): Promise<Transaction> {
  const transaction = await producer.transaction()
  await transaction.send({ topic: orders.name, messages: [{ key, value }] })
  return transaction
}

const keys = async (options: Parameters<Topic['records']>[0] = {}) =>
  (await orders.records(options)).map(({ key }) => key)

test('a record counts once its transaction is committed', async () => {
  const transaction = await begin('o-1')
  await expect(expect(orders).toReceiveRecord({ key: 'o-1' }, brief)).rejects.toThrow()
  await expect(orders).toReceiveRecord({ key: 'o-1' }, { isolation: 'read_uncommitted' })
  const [received] = await Promise.all([orders.receive({ key: 'o-1' }), transaction.commit()])
  expect(received).toMatchObject({ offset: 0, value: { n: 1 } })
  await expect(orders).toReceiveRecordCount(1)
})

test('a record of an aborted transaction counts for who asks for it', async () => {
  await (await begin('o-1')).abort()
  await (await begin('o-2')).commit()
  expect(await keys()).toEqual(['o-2'])
  expect(await keys({ isolation: 'read_uncommitted' })).toEqual(['o-1', 'o-2'])
  expect(await keys({ from: 'beginning' })).toEqual(['o-2'])
  await expect(orders).toReceiveRecords([{ key: 'o-2' }], { exactly: true })
  await expect(orders).not.toReceiveRecord({ key: 'o-1' })
  await expect(expect(orders).not.toReceiveRecord({ key: 'o-1' }, { isolation: 'read_uncommitted' })).rejects.toThrow()
  await expect(orders).toReceiveRecordCount(2, { isolation: 'read_uncommitted' })
  await expect(orders.consume({ take: 1 })).resolves.toMatchObject([{ key: 'o-2' }])
  await expect(orders.consume({ take: 1, isolation: 'read_uncommitted' })).resolves.toMatchObject([{ key: 'o-1' }])
  await expect(orders).toMatchRecordSnapshot()
})

test('what lies behind an open transaction comes when that has ended, in the order of offsets', async () => {
  const transaction = await begin('o-1')
  await orders.produce({ key: 'o-2', value: 'x' })
  expect(await keys()).toEqual([])
  await transaction.commit()
  await expect(orders).toReceiveRecords([{ key: 'o-1' }, { key: 'o-2' }], { order: 'strict', exactly: true })
})

test('no isolation level but these two', async () => {
  const isolation = 'committed' as 'read_committed'
  await expect(orders.receive({}, { isolation })).rejects.toThrowErrorMatchingInlineSnapshot(
    `[TypeError: receive from orders: option "isolation" is "committed", one of "read_committed", "read_uncommitted" is wanted]`,
  )
  expect(() => expect(orders).toReceiveRecord({}, { isolation })).toThrowErrorMatchingInlineSnapshot(
    `[TypeError: toReceiveRecord(): option "isolation" is "committed", one of "read_committed", "read_uncommitted" is wanted]`,
  )
})

test('reading as a member of a group', async () => {
  await (await begin('o-1')).abort()
  await orders.produce({ key: 'o-2', value: 'x' })
  const group = setting.kafka.uniqueName()
  await expect(orders.consume({ group, take: 1 })).resolves.toMatchObject([{ key: 'o-2' }])
  const other = setting.kafka.uniqueName()
  const all = orders.consume({ group: other, take: 1, isolation: 'read_uncommitted' })
  await expect(all).resolves.toMatchObject([{ key: 'o-1' }])
})

test('markers and aborted records are no lag', async () => {
  const { kafka } = setting
  await (await begin('o-1')).commit()
  const group = kafka.group(kafka.uniqueName())
  await orders.consume({ group: group.id, take: 1, from: 'beginning' })
  await expect(group).toCatchUp()
  await expect(group).toHaveLag(0)
  await (await begin('o-2')).abort()
  await expect(group).toHaveLag(0)
  await (await begin('o-3')).commit()
  await expect(group).toHaveLag(1)
})

// Who writes what is known inside of the broker.
describe.skipIf(isReal)('what is said', () => {
  test('the record is there, in a transaction that is open', async () => {
    await begin('o-1')
    expect(await failureOf(() => expect(orders).toReceiveRecord({ key: 'o-1' }, brief))).toMatchSnapshot()
    await orders.produce({ key: 'o-2', value: 'x' })
    expect(await failureOf(() => expect(orders).toReceiveRecord({ key: 'o-2' }, brief))).toMatchSnapshot()
    expect(await failureOf(() => orders.receive({ key: 'o-1' }, brief))).toMatchSnapshot()
  })

  test('the record is there, but its transaction was aborted', async () => {
    await (await begin('o-1')).abort()
    expect(await failureOf(() => expect(orders).toReceiveRecord({ key: 'o-1' }, brief))).toMatchSnapshot()
  })

  test('an open transaction keeps an absence from being known, and the cluster from being settled', async () => {
    const transaction = await begin('o-1')
    expect(await failureOf(() => expect(orders).not.toReceiveRecord({ key: 'o-2' }, brief))).toMatchSnapshot()
    expect(await failureOf(() => setting.kafka.settled({ timeout: 50 }))).toMatchSnapshot()
    const [, settled] = await Promise.all([transaction.abort(), setting.kafka.settled()])
    expect(settled).toBeUndefined()
  })

  test('begin and end are on the timeline', async () => {
    await (await begin('o-1')).commit()
    await (await begin('o-2')).abort()
    const ends = ({ type, kind }: { type: string; kind?: string }) =>
      type === 'event' && kind?.startsWith('transaction')
    const told = { topic: 'orders', detail: 'payments', by: 'client billing' }
    const kinds = ['transaction began', 'transaction committed', 'transaction began', 'transaction aborted']
    expect(setting.lines.filter(ends)).toMatchObject(kinds.map((kind) => ({ kind, ...told })))
  })

  test('what an earlier test left open, and nobody will end, is not waited for', async () => {
    await begin('o-1')
    await setting.nextTest()
    const { kafka, scope, lines } = setting
    const other = await kafka.createTopic('other')
    await vi.waitUntil(async () => (await setting.broker.load()).transactions.get('payments')?.isAbandoned)
    await expect(other).not.toReceiveRecord()
    const check = lines.find((line) => line.type === 'check')
    expect(check).toMatchObject({
      notes: ['transaction payments of client billing, which writes to orders, is open, and the client is gone'],
    })
    await kafka.reset()
    expect(scope.timeline.at(-1)).toMatchObject({ kind: 'transaction aborted', detail: 'payments, abandoned' })
    await kafka.topic('orders').produce({ key: 'o-2', value: 'x' })
    await expect(kafka.topic('orders')).toReceiveRecord({ key: 'o-2' })
  })

  test('a transaction that another producer of its id cut off', async () => {
    await begin('o-1')
    const next = (await transactional()).transaction()
    await (await next).abort()
    expect(await failureOf(() => expect(orders).toReceiveRecord({ key: 'o-1' }, brief))).toMatchSnapshot()
  })
})

test.skipIf(!isReal)('a real cluster does not say which it is', async () => {
  await (await begin('o-1')).abort()
  await expect(expect(orders).toReceiveRecord({ key: 'o-1' }, { timeout: 500 })).rejects.toThrow(
    "/0@0 matches, in a transaction that is open or was aborted: isolation 'read_uncommitted' sees it",
  )
})
