import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeEach, expect, inject, test, vi } from 'vitest'
import type { StartingPoint } from '../../../src/cluster/cluster.ts'
import { RealClient } from '../../../src/cluster/real-client.ts'
import { RealLogs } from '../../../src/cluster/real-log.ts'
import { RealReader } from '../../../src/cluster/real-reader.ts'
import { type Setting, setUp } from '../../support/kafka.ts'

let setting: Setting
beforeEach(async () => {
  setting = await setUp()
})
afterEach(() => setting[Symbol.asyncDispose]())

const client = new RealClient(inject('real cluster').connection)
const fetch = vi.spyOn(client, 'fetch')
afterAll(() => client.close())

/** How many records the cluster has answered with since the last call. */
async function fetched(): Promise<number> {
  const answers = await Promise.all(fetch.mock.results.map(({ value }) => value as ReturnType<RealClient['fetch']>))
  fetch.mockClear()
  return answers.flat().reduce((sum, { records }) => sum + records.length, 0)
}

const orders = (count: number, partition = 0) =>
  Array.from({ length: count }, (_, n) => ({ key: `o-${n}`, value: { n }, partition }))

/** Each test has a topic of its own: the clients remember where those of the tests before were. */
let name = ''
beforeEach(() => {
  name = `orders-${randomUUID()}`
})

function readerOf(logs: RealLogs, from: StartingPoint = 'beginning'): RealReader {
  return new RealReader(logs, { topic: name, from, isolation: 'read_committed' }, () => () => {})
}

test('however many read a topic, a record is fetched once', async () => {
  const topic = await setting.kafka.createTopic(name, { partitions: 2 })
  const produced = [...orders(20), ...orders(10, 1)]
  for (const record of produced) await topic.produce(record)
  const logs = new RealLogs(client)
  const late = readerOf(logs, { offset: 15 })
  expect(await late.read()).toHaveLength(5)
  expect(await fetched()).toBe(5)
  const readers = Array.from({ length: 50 }, () => readerOf(logs))
  const read = await Promise.all(readers.map((reader) => reader.read()))
  for (const records of read) expect(records).toHaveLength(30)
  expect(new Set(read.flat()).size).toBe(30)
  // What was fetched from offset 15 on isn't fetched again, but for what lies with its records in an answer.
  expect(await fetched()).toBeLessThanOrEqual(30 + 5)
  await topic.produce(orders(3))
  expect((await Promise.all(readers.map((reader) => reader.read()))).map((records) => records.length)).toEqual(
    readers.map(() => 3),
  )
  expect(await fetched()).toBe(3)
  expect((await readerOf(logs).read()).map(({ partition, offset }) => `${partition}@${offset}`).toSorted()).toEqual(
    [...Array.from({ length: 23 }, (_, n) => `0@${n}`), ...Array.from({ length: 10 }, (_, n) => `1@${n}`)].toSorted(),
  )
  expect(await fetched()).toBe(0)
})

test('what is more than is kept is fetched again, and a word says so once', async () => {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
  const topic = await setting.kafka.createTopic(name)
  for (const record of orders(20)) await topic.produce(record)
  const logs = new RealLogs(client, 3000)
  const offsets = async (reader: RealReader) => (await reader.read()).map(({ offset }) => offset)
  const all = Array.from({ length: 20 }, (_, n) => n)
  const first = readerOf(logs)
  for (const reader of [first, readerOf(logs), readerOf(logs)]) expect(await offsets(reader)).toEqual(all)
  expect(await offsets(first)).toEqual([])
  await topic.produce(orders(1))
  expect(await offsets(first)).toEqual([20])
  expect(await offsets(readerOf(logs, { offset: 3 }))).toEqual([...all.slice(3), 20])
  expect(warn.mock.calls).toEqual([[expect.stringMatching(/^kafka-testkit: topic .* holds more than the .* are kept/)]])
  warn.mockRestore()
})

test('a topic that is created anew has the records of its new life', async () => {
  const topic = await setting.kafka.createTopic(name)
  await topic.produce(orders(3))
  const logs = new RealLogs(client)
  const reader = readerOf(logs)
  expect(await reader.read()).toHaveLength(3)
  await setting.scope.cluster.deleteTopic(name)
  await setting.scope.cluster.createTopic(name)
  await setting.kafka.topic(name).produce({ key: 'new', value: 1 })
  await vi.waitFor(
    async () => expect(await reader.read()).toMatchObject([{ offset: 0, key: Buffer.from('new') }]),
    10_000,
  )
})
