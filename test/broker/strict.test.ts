import { once } from 'node:events'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { useTestClock } from '../../src/base/clock.ts'
import { type OpenBroker, openBroker } from '../../src/broker/listener.ts'
import type { BrokerOptions } from '../../src/broker/options.ts'
import { strictness, strictSwitches } from '../../src/broker/strict.ts'
import { batch, Conversation } from './apis/scenarios.ts'
import { RawMember } from './groups/raw-member.ts'
import { RawClient } from './raw-client.ts'
import { spoilt, testStrictAnswers } from './strict-answers.ts'

describe('the embedded broker with strict', () => {
  let broker: OpenBroker
  beforeAll(async () => {
    broker = await openBroker({ strict: { ...strictness(true), rebalanceDelay: false } })
  })
  afterAll(() => broker.close())

  testStrictAnswers(() => broker.brokers[0]!)
})

const closing: { close(): Promise<void> }[] = []

afterEach(async () => {
  for (const one of closing.splice(0).reverse()) await one.close()
})

async function start(options: BrokerOptions): Promise<OpenBroker> {
  const broker = await openBroker(options)
  closing.push(broker)
  return broker
}

async function talk(broker: OpenBroker): Promise<Conversation> {
  const client = await RawClient.connect(broker.brokers[0]!)
  closing.push(client)
  return new Conversation(client)
}

async function member(broker: OpenBroker, options?: Parameters<typeof RawMember.connect>[2]): Promise<RawMember> {
  const created = await RawMember.connect(broker.brokers[0]!, 'g', options)
  closing.push(created)
  return created
}

test('rebalanceDelay: members that come one after the other are in one generation, and the wait ends by their timeout', async () => {
  const broker = await start({ strict: { rebalanceDelay: true } })
  const options = { rebalanceTimeoutMs: 3_100 }
  const [one, two] = [await member(broker, options), await member(broker, options)]
  const state = await broker.load()
  const preparing = once(state.events, 'group state')
  const joining = one.join(3)
  await preparing
  expect(await Promise.all([joining, two.join(3)])).toMatchObject([
    { error: 'NONE', generationId: 1, members: [{}, {}] },
    { error: 'NONE', generationId: 1 },
  ])
})

test('rebalanceDelay: a group whose members are gone meanwhile is empty after it', async () => {
  const broker = await start({ strict: { rebalanceDelay: true } })
  const state = await broker.load()
  const one = await member(broker)
  const left = once(state.events, 'left')
  void one.join(3)
  await once(state.events, 'group state')
  await one.client.close()
  await left
  await once(state.events, 'group state')
  expect(state.groups.describe('g')).toMatchObject({ state: 'Empty', generation: 1, members: [] })
})

test('membersOutliveConnections: a member without connections leaves by its session timeout only', async () => {
  const reasons: string[] = []
  for (const membersOutliveConnections of [true, false]) {
    const broker = await start({ strict: { membersOutliveConnections } })
    const { events } = await broker.load()
    const one = await member(broker, { sessionTimeoutMs: 600 })
    await one.join()
    await one.sync()
    const left = once(events, 'left')
    await one.close()
    reasons.push((await left)[0].reason)
  }
  expect(reasons).toEqual(['expired', 'disconnected'])
})

test('clock: a record of the future is one by the clock of the machine', async () => {
  const ahead = Date.now() + 30 * 24 * 3600_000
  useTestClock(() => ahead)
  const answers: number[] = []
  for (const clock of [true, false]) {
    const on = await talk(await start({ strict: { clock } }))
    await on.createTopic('a')
    const { errorCode } = await on.produce('a', batch([{ timestamp: ahead }]))
    answers.push(errorCode)
  }
  useTestClock()
  expect(answers).toEqual([32, 0])
})

test('without strict it is kinder: a topic is there at once, short sessions are taken, records are not read', async () => {
  const broker = await start({})
  const on = await talk(broker)
  const { topics } = await on.client.request('Metadata', 7, {
    topics: [{ name: on.name('a') }],
    allowAutoTopicCreation: true,
  })
  expect(topics).toMatchObject([{ errorCode: 0, partitions: [{}] }])
  expect((await on.produce('a', spoilt())).errorCode).toBe(0)
  const one = await member(broker, { sessionTimeoutMs: 10 })
  expect(await one.join(3)).toMatchObject({ error: 'NONE' })
})

test('configs of the broker say what holds', async () => {
  const asked = ['group.initial.rebalance.delay.ms', 'group.min.session.timeout.ms']
  const values: unknown[] = []
  for (const strict of [false, true]) {
    const { client } = await talk(await start({ strict }))
    const { results } = await client.request('DescribeConfigs', 4, {
      resources: [{ resourceType: 4, resourceName: '1', configurationKeys: asked }],
    })
    values.push(results[0]!.configs.map(({ value, configSource }) => [value, configSource]))
  }
  expect(values).toEqual([
    [
      ['0', 4],
      ['1', 4],
    ],
    [
      ['3000', 5],
      ['6000', 5],
    ],
  ])
})

test('true is all switches, an object those that it names', () => {
  expect(strictness(true)).toEqual(Object.fromEntries(strictSwitches.map((name) => [name, true])))
  expect(strictness(false)).toEqual(Object.fromEntries(strictSwitches.map((name) => [name, false])))
  expect(strictness({ fetchWait: true, clock: undefined })).toEqual({ ...strictness(false), fetchWait: true })
})

test.each([
  ['yes', `startBroker: option 'strict' must be a boolean or an object of switches, not "yes".`],
  [null, `startBroker: option 'strict' must be a boolean or an object of switches, not null.`],
  [['clock'], `startBroker: option 'strict' must be a boolean or an object of switches, not ["clock"].`],
  [{ fetchWaits: true }, `startBroker: option 'strict' has no switch "fetchWaits", did you mean "fetchWait"?`],
  [{ everything: true }, /option 'strict' has no switch "everything", the switches are topicCreation, /],
  [{ clock: 1 }, "startBroker: option 'strict.clock' must be a boolean, not 1."],
])('strict: %j is refused', async (strict, message) => {
  await expect(openBroker({ strict } as object)).rejects.toThrow(message)
})
