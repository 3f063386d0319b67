import { expect, kafka, test } from '../runner.js'

const soon = { timeout: 50 }
const schema = {
  parse(value) {
    if (typeof value.sku !== 'string') throw new Error('sku: a string is wanted')
  },
}

test('every matcher holds', async () => {
  const topic = await kafka.createTopic('holds')
  await topic.produce([
    { key: 'a', value: { sku: 'lamp' } },
    { key: 'b', value: null },
  ])
  const [first, second] = await topic.records()
  await expect(topic).toReceiveRecord({ key: 'a', value: { sku: /^l/ } })
  await expect(topic).toReceiveRecords([{ key: 'b' }, { key: 'a' }], { exactly: true })
  await expect(topic).toReceiveRecordCount(2)
  await expect(topic).not.toReceiveRecord({ key: 'c' })
  await expect(topic).toMatchRecordSnapshot()
  expect(first).toMatchRecord({ value: { sku: 'lamp' } })
  expect(first).not.toMatchRecord({ value: { sku: 'desk' } })
  expect(second).toBeTombstone()
  await expect(first).toConformToSchema(schema)
  await expect(first).toMatchRecordSnapshot('of one')
  await expect([first, second]).toMatchRecordSnapshot('of a list')
  const group = kafka.group('holds')
  await expect(group).not.toCatchUp(soon)
  await topic.consume({ group: 'holds', take: 2 })
  await expect(group).toCatchUp()
  await expect(group).toHaveLag(0)
  await expect(group).toHaveCommittedOffset(2)
  await expect(group).toHaveMembers(0)
})

test('expect.assertions counts each matcher once', async () => {
  expect.assertions(3)
  await kafka.topic('counted').produce({ value: 'x' })
  await expect(kafka.topic('counted')).toReceiveRecord({ value: 'x' })
  await expect(kafka.topic('counted')).not.toReceiveRecord({ value: 'y' })
  await expect(kafka.topic('counted')).toReceiveRecordCount(1)
})

test('custom equality testers are asked', async () => {
  expect.addEqualityTesters([(a, b) => (b === 'any lamp' ? typeof a === 'string' && a.startsWith('lamp') : undefined)])
  await kafka.topic('testers').produce({ value: { sku: 'lamp-3' } })
  await expect(kafka.topic('testers')).toReceiveRecord({ value: { sku: 'any lamp' } })
})

const failures = {
  'toReceiveRecord, with the closest record': (topic) =>
    expect(topic).toReceiveRecord({ key: 'a', value: { sku: 'desk', tags: expect.any(Array) } }, soon),
  'toReceiveRecord, with a predicate': (topic) => expect(topic).toReceiveRecord(({ key }) => key === 'c', soon),
  'not.toReceiveRecord': (topic) => expect(topic).not.toReceiveRecord({ key: 'a' }),
  toReceiveRecords: (topic) =>
    expect(topic).toReceiveRecords([{ key: 'b' }, { key: 'a' }], { order: 'strict', ...soon }),
  toReceiveRecordCount: (topic) => expect(topic).toReceiveRecordCount(3, soon),
  toMatchRecord: async (topic) => expect(await topic.receive()).toMatchRecord({ value: { sku: /^d/ } }),
  toBeTombstone: async (topic) => expect(await topic.receive()).toBeTombstone(),
  toConformToSchema: async (topic) => expect(await topic.receive({ key: 'c' })).toConformToSchema(schema),
  toHaveLag: (_, group) => expect(group).toHaveLag(3, soon),
  toHaveMembers: (_, group) => expect(group).toHaveMembers(1, soon),
  toHaveCommittedOffset: (_, group) => expect(group).toHaveCommittedOffset(1, soon),
  toCatchUp: () => expect(kafka.group('nobody')).toCatchUp(soon),
  'a wrong subject': () => expect('orders').toReceiveRecord(),
  'a wrong option': (topic) => expect(topic).toReceiveRecord({}, { timout: 3 }),
  'a wrong pattern': (topic) => expect(topic).toReceiveRecord({ vlaue: 3 }),
}

for (const [name, check] of Object.entries(failures)) {
  test(`fails: ${name}`, async () => {
    const topic = await kafka.createTopic()
    await topic.produce(
      [
        { key: 'a', value: { sku: 'lamp' } },
        { key: 'b', value: null },
        { key: 'c', value: { sku: 3 } },
      ].slice(0, name === 'toConformToSchema' ? 3 : 2),
    )
    await topic.consume({ group: `group of ${name}`, take: 2 })
    await check(topic, kafka.group(`group of ${name}`))
  })
}
