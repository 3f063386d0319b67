/** What `.not`, counts, `exactly` and the like know: nothing is green before it is known, and what isn't known is said. */
import { afterEach, describe, expect as plain, test, vi } from 'vitest'
import { startApplication } from '../support/consumer.ts'
import { isReal, type Setting, setUp } from '../support/kafka.ts'
import { expect, failureOf } from '../support/matchers.ts'
import { startPlatformatic } from '../support/platformatic.ts'

let setting: Setting
afterEach(() => setting[Symbol.asyncDispose]())

const checks = () => setting.lines.filter((line) => line.type === 'check')

/** A service on a client that fetches ahead: three records, of each of which an event comes when it lets it through. */
async function serviceThatFetchesAhead(autocommit: boolean) {
  setting = await setUp()
  const { kafka, scope } = setting
  for (const topic of ['orders', 'events']) await kafka.createTopic(topic)
  const arrived = Promise.withResolvers<void>()
  const gate = Promise.withResolvers<void>()
  await startPlatformatic({
    scope,
    autocommit,
    async handle(message) {
      arrived.resolve()
      await gate.promise
      await kafka.topic('events').produce({ value: message.value })
      if (!autocommit) await message.commit()
    },
  })
  await kafka.topic('orders').produce([{ value: 'a' }, { value: 'b' }, { value: 'c' }])
  await arrived.promise
  return { release: gate.resolve, kafka }
}

// On a real cluster they wait a fixed time.
describe.skipIf(isReal)('a client that fetches ahead', () => {
  test.for([false, true])('that commits by itself: %s', async (autocommit) => {
    const { release, kafka } = await serviceThatFetchesAhead(autocommit)
    const events = kafka.topic('events')
    const wrong = [
      expect(events).not.toReceiveRecord({ value: 'c' }),
      expect(events).toReceiveRecordCount(1),
      expect(events).toReceiveRecords([{ value: 'a' }], { exactly: true }),
    ].map((check) =>
      check.then(
        () => 'held',
        (error: Error) => error.message.split('\n')[0],
      ),
    )
    const right = [
      expect(events).not.toReceiveRecord({ value: 'd' }),
      expect(events).toReceiveRecordCount(3),
      expect(events).toReceiveRecords([{ value: 'a' }, { value: 'b' }, { value: 'c' }], { exactly: true }),
      kafka.settled(),
    ]
    release()
    plain(await Promise.all(wrong)).toEqual([
      'expect(topic).not.toReceiveRecord(expected) failed',
      'expect(topic).toReceiveRecordCount(expected) failed',
      'expect(topic).toReceiveRecords(expected) failed',
    ])
    await Promise.all(right)
    const notes =
      'client order-service may commit what it received of orders/0 before it has handled it; nothing happened for 1000 ms after it'
    const said = checks().flatMap((line) => (line.verdict === 'passed' ? [line.notes] : []))
    // Three checks, and where it is unsure kafka.settled() too.
    plain(said).toEqual(autocommit ? Array(4).fill([notes]) : Array(3).fill(undefined))
  })

  test('that commits nothing', async () => {
    setting = await setUp()
    const { kafka } = setting
    const service = await startApplication(kafka, { autoCommit: false })
    await kafka.topic('orders').produce({ value: 'a' })
    await service.busy()
    const failure = await failureOf(() => expect(kafka.topic('events')).not.toReceiveRecord({}, { timeout: 50 }))
    plain(failure).toMatchSnapshot()
    await expect(kafka.group('order-service')).not.toCatchUp()
    await expect(kafka.topic('events')).not.toReceiveRecord({}, { within: 20 })
    plain(checks().at(-1)).toMatchObject({ verdict: 'passed', waited: 20 })
  })
})

test.skipIf(isReal)('a service whose handler threw, so that it left its group', async () => {
  setting = await setUp()
  const { kafka } = setting
  const left = Promise.withResolvers<void>()
  vi.spyOn(console, 'error').mockImplementation(() => {})
  await startApplication(kafka, {
    groupId: 'billing',
    clientId: 'billing',
    topic: 'invoices',
    retry: {
      retries: 0,
      restartOnFailure: async () => {
        left.resolve()
        return false
      },
    },
    handle() {
      throw new Error('no such customer')
    },
  })
  await kafka.topic('invoices').produce({ value: 'a' })
  await left.promise
  await expect(kafka.group('billing')).toHaveMembers(0)
  const message = await failureOf(() => expect(kafka.topic('paid')).not.toReceiveRecord({}, { timeout: 50 }))
  plain(message).toContain(
    'client billing received invoices/0@0 and left group billing without committing it: did its handler throw?',
  )
  await plain(kafka.settled({ timeout: 50 })).rejects.toThrow('without committing it: did its handler throw?')

  await setting.nextTest()
  await expect(setting.kafka.topic('paid')).not.toReceiveRecord()
})

test.skipIf(isReal)('a paused consumer is not waited for, and named', async () => {
  setting = await setUp()
  const { kafka } = setting
  const consumer = await kafka.consumer({ groupId: 'svc' })
  await consumer.subscribe({ topic: 'work', fromBeginning: true })
  await consumer.run({ eachMessage: async () => {} })
  await expect(kafka.group('svc')).toHaveMembers(1)
  consumer.pause([{ topic: 'work' }])
  await kafka.topic('work').produce([{ value: '1' }, { value: '2' }])

  await expect(kafka.topic('dead')).not.toReceiveRecord()
  plain(checks().at(-1)).toMatchObject({
    notes: ['client kafka-testkit of group svc has work/0 and does not ask for its records: it is paused'],
  })
  plain(setting.lines).toContainEqual(
    plain.objectContaining({ type: 'event', kind: 'paused', group: 'svc', topic: 'work', partition: 0 }),
  )
  plain(await failureOf(() => expect(kafka.group('svc')).toCatchUp({ timeout: 50 }))).toMatchSnapshot()
})

test('kafka.settled({ also }) waits for work of the application too', async () => {
  setting = await setUp()
  const { kafka } = setting
  const flushed = Promise.withResolvers<void>()
  const events = kafka.topic('events')
  await events.produce({ value: 'first' })
  const settled = kafka.settled({ also: flushed.promise.then(() => events.produce({ value: 'last' })) })
  flushed.resolve()
  await settled
  plain(await events.records()).toHaveLength(2)
  await plain(kafka.settled({ also: [Promise.reject(new Error('outbox is full'))] })).rejects.toThrow('outbox is full')
  await plain(kafka.settled({ also: new Promise(() => {}), timeout: 20 })).rejects.toThrow(
    'kafka.settled(): what `also` waits for is not done within 20 ms',
  )
  await plain(kafka.settled({ also: 3 as never })).rejects.toThrow('a promise, or a list of them')
})

// On a real cluster a check that nothing comes waits a fixed time.
test.skipIf(isReal)('while kafka.busy() has work under way nothing is settled', async () => {
  setting = await setUp()
  const { kafka } = setting
  const gate = Promise.withResolvers<void>()
  const events = kafka.topic('events')
  const work = kafka.busy(async () => {
    await gate.promise
    await events.produce({ value: 'late' })
    return 'done'
  })
  plain(await failureOf(() => expect(events).not.toReceiveRecord({}, { timeout: 20 }))).toContain(
    '1 piece of work marked by kafka.busy() not done yet',
  )
  const absent = failureOf(() => expect(events).not.toReceiveRecord())
  gate.resolve()
  plain(await work).toBe('done')
  plain(await absent).toContain('expect(topic).not.toReceiveRecord(expected) failed')
  await plain(kafka.busy(() => Promise.reject(new Error('no')))).rejects.toThrow('no')
  await plain(async () => kafka.busy(3 as never)).rejects.toThrow('a function that does the work is wanted')
  await kafka.settled()
})

test.skipIf(isReal)('a wait that takes long says what it waits for', async () => {
  setting = await setUp()
  const { kafka } = setting
  const service = await startApplication(kafka, { gated: true })
  await kafka.topic('orders').produce({ value: 'a' })
  await service.busy()
  const said = new Promise<string>((resolve) => vi.spyOn(console, 'error').mockImplementation(resolve))
  const settled = kafka.settled()
  plain(await said).toBe(
    'kafka-testkit: "orders > a test" waits: client order-service received orders/0@0, and group order-service has not ' +
      'committed it yet. Client order-service: is its handler busy, or does it not commit (kafkajs: `autoCommit: false`)?',
  )
  service.release()
  await settled
})
