import { expect, test } from 'vitest'
import { setImmediate } from '../../src/base/clock.ts'
import { json } from '../../src/serdes/json.ts'
import { setUp } from '../support/kafka.ts'

interface Order {
  id: number
  kind: 'order' | 'end' | 'poison'
}

const order = (id: number, kind: Order['kind'] = 'order') => ({ key: `o-${id}`, value: { id, kind } })

test('receive waits for the first record that matches', async () => {
  await using setting = await setUp()
  const topic = setting.kafka.topic('orders', { value: json<Order>() })
  const received = topic.receive({ value: { id: 2 } })
  await topic.produce([order(1), order(2), order(3)])
  expect(await received).toEqual({
    topic: 'orders',
    partition: 0,
    offset: 1,
    timestamp: expect.any(Date),
    headers: {},
    key: 'o-2',
    value: { id: 2, kind: 'order' },
  })
})

test('receive fails with the message of the matcher', async () => {
  await using setting = await setUp()
  const topic = setting.kafka.topic('orders')
  await topic.produce(order(1))
  const failure = topic.receive({ value: { id: 2 } }, { timeout: 20 })
  await expect(failure).rejects.toThrow(/topic\.receive\(expected\) failed[\s\S]*Closest record: orders\/0@0/)
})

test('a test sees what was appended since it began, unless it says otherwise', async () => {
  await using setting = await setUp()
  const topic = setting.kafka.topic('orders')
  await topic.produce([{ ...order(1), timestamp: new Date('2020-01-01') }, order(2)])
  await setting.nextTest()
  await topic.produce(order(3))
  const ids = async (from?: Parameters<typeof topic.records>[0]) =>
    (await topic.records(from)).map(({ value }) => (value as Order).id)
  expect(await ids()).toEqual([3])
  expect(await ids({ from: 'beginning' })).toEqual([1, 2, 3])
  expect(await ids({ from: { offset: 1 } })).toEqual([2, 3])
  expect(await ids({ from: { offset: 9 } })).toEqual([])
  expect(await ids({ from: new Date('2021-01-01') })).toEqual([2, 3])
  expect(await ids({ from: 'beginning', where: { key: /[13]/ } })).toEqual([1, 3])
})

test('the order within a partition is that of the offsets, whatever the timestamps', async () => {
  await using setting = await setUp()
  const topic = await setting.kafka.createTopic('orders')
  const base = Date.now()
  const inputs = [300, 100, 200].map((n) => ({ key: 'k', value: n, timestamp: new Date(base + n) }))
  for (const input of inputs) await topic.produce(input)
  const read = (await topic.records()).map(({ offset }) => offset)
  expect(read).toEqual([0, 1, 2])
  expect((await topic.consume({ take: 3 })).map(({ value }) => value)).toEqual([300, 100, 200])
  expect((await topic.consume({ until: { value: 100 } })).map(({ value }) => value)).toEqual([300, 100])
  expect((await topic.consume({ group: 'reader', take: 3 })).map(({ value }) => value)).toEqual([300, 100, 200])
  expect(await topic.receive()).toMatchObject({ offset: 0, value: 300 })
})

test('records of a topic that does not exist are none', async () => {
  await using setting = await setUp()
  expect(await setting.kafka.topic('nothing').records()).toEqual([])
  expect(await setting.kafka.topic('nothing').consume()).toEqual([])
  expect(await setting.kafka.topic('nothing').consume({ group: 'g' })).toEqual([])
})

for (const group of [undefined, 'readers']) {
  const how = group === undefined ? 'without a group' : 'in a group'

  test(`consume ${how} takes so many, also of those that come later`, async () => {
    await using setting = await setUp()
    const topic = setting.kafka.topic('orders', { value: json<Order>() })
    await topic.produce([order(1), order(2)])
    const consumed = topic.consume({ take: 3, group })
    setImmediate(() => topic.produce([order(3), order(4)]))
    expect((await consumed).map(({ value }) => value.id)).toEqual([1, 2, 3])
  })

  test(`consume ${how} stops at a pattern, keeps what is wanted, fails on a pattern`, async () => {
    await using setting = await setUp()
    const topic = setting.kafka.topic('orders', { value: json<Order>() })
    await topic.produce([order(1), order(2), order(3, 'end'), order(4), order(5, 'poison')])
    const ids = async (options: Parameters<typeof topic.consume>[0]) =>
      (await topic.consume({ ...options, group: group && crypto.randomUUID() })).map(({ value }) => value.id)
    expect(await ids({ until: { value: { kind: 'end' } } })).toEqual([1, 2, 3])
    expect(await ids({ where: { value: { kind: 'order' } } })).toEqual([1, 2, 4])
    expect(await ids({ where: [{ key: 'o-1' }, { value: { kind: 'end' } }], match: 'any' })).toEqual([1, 3])
    expect(await ids({ where: [{ key: /o/ }, ({ value }) => value.id > 3] })).toEqual([4, 5])
    await expect(ids({ take: 9, failOn: { value: { kind: 'poison' } } })).rejects.toThrow(
      /orders\/0@4 matches failOn: [\s\S]*poison/,
    )
  })

  test(`consume ${how} that takes too long says what it had`, async () => {
    await using setting = await setUp()
    const topic = setting.kafka.topic('orders')
    await topic.produce([order(1), order(2)])
    await expect(topic.consume({ take: 3, timeout: 1500, group })).rejects.toThrow(
      'consume of orders: 3 records were to be taken within 1500 ms; of the 2 that came 2 taken: orders/0@0, orders/0@1.',
    )
    expect(await topic.consume({ for: 1500, group: group && 'others' })).toHaveLength(2)
  })

  test(`consume ${how} starts where it is told`, async () => {
    await using setting = await setUp()
    const topic = setting.kafka.topic('orders', { value: json<Order>() })
    await topic.produce([order(1), order(2)])
    await setting.nextTest()
    await topic.produce(order(3))
    const ids = async (options: Parameters<typeof topic.consume>[0]) =>
      (await topic.consume({ ...options, group: group && crypto.randomUUID() })).map(({ value }) => value.id)
    expect(await ids({})).toEqual([3])
    expect(await ids({ take: 1 })).toEqual([3])
    expect(await ids({ from: 'beginning' })).toEqual([1, 2, 3])
    expect(await ids({ from: { offset: 1 } })).toEqual([2, 3])
    expect(await ids({ from: { offset: 9 } })).toEqual([])
  })
}

test('a group commits what it took and goes on from there', async () => {
  await using setting = await setUp()
  const topic = setting.kafka.topic('orders', { value: json<Order>() })
  await topic.produce([order(1), order(2), order(3)])
  expect(await topic.consume({ take: 2, group: 'g' })).toHaveLength(2)
  const group = await setting.scope.cluster.group('g')
  expect(group).toMatchObject({ state: 'Empty', members: [], partitions: [{ committed: 2, logEnd: 3 }] })
  expect((await topic.consume({ take: 1, group: 'g' })).map(({ value }) => value.id)).toEqual([3])
  await topic.produce(order(4))
  expect((await topic.consume({ group: 'g', from: 'beginning' })).map(({ value }) => value.id)).toEqual([4])
})

test("what its serde can't read fails a task that needs every record, and says where", async () => {
  await using setting = await setUp()
  await setting.kafka.topic('orders').produce({ value: 'not { json' })
  const topic = setting.kafka.topic('orders', { value: json<Order>() })
  const message = /serde "json" can't read the value of orders\/0@0: [\s\S]*first bytes: 6e 6f 74 20/
  await expect(topic.records()).rejects.toThrow(message)
  await expect(topic.consume({ take: 1 })).rejects.toThrow(message)
  await expect(topic.consume({ take: 1, group: 'g' })).rejects.toThrow(message)
  await expect(topic.receive({}, { timeout: 20 })).rejects.toThrow(/serde json|serde "json"/)
})

test('unknown options, wrong ones and patterns that could never match are refused', async () => {
  await using setting = await setUp()
  const topic = setting.kafka.topic('orders')
  await expect(topic.receive({}, { timout: 3 } as never)).rejects.toThrow('did you mean "timeout"')
  await expect(topic.receive({ vlaue: 1 } as never)).rejects.toThrow('no field "vlaue", did you mean "value"?')
  await expect(topic.receive('o-1' as never)).rejects.toThrow('a pattern is a partial record or a function')
  await expect(topic.consume({ take: 0 })).rejects.toThrow('a whole number, 1 or more')
  await expect(topic.consume({ where: [{ header: {} }] as never })).rejects.toThrow('did you mean "headers"?')
  await expect(topic.records({ from: 'end' as never })).rejects.toThrow("'beginning', a Date or { offset }")
})

test('reading is recorded with what it took, and a failure with its error', async () => {
  await using setting = await setUp()
  const topic = setting.kafka.topic('orders')
  await topic.produce(order(1))
  await topic.receive({ key: 'o-1' })
  await topic.consume({ take: 2, timeout: 10 }).catch(() => {})
  const tasks = setting.lines.filter((line) => line.type === 'task')
  expect(tasks).toMatchObject([
    { kind: 'produce', status: 'passed' },
    { kind: 'receive', status: 'passed', records: 1, error: null },
    { kind: 'consume', status: 'failed', records: 1, error: { name: 'Error', message: /2 records were to be taken/ } },
  ])
})
