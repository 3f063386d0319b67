import { afterEach, describe, expect as plain, test } from 'vitest'
import { resolveConfig } from '../../src/config/config.ts'
import { plainPrinter } from '../../src/kafka/failure-message.ts'
import { redactByDefault } from '../../src/kafka/owner.ts'
import { createToMatchRecordSnapshot } from '../../src/matchers/to-match-record-snapshot.ts'
import { type Redaction, unredacted } from '../../src/redaction/redaction.ts'
import { compileRules } from '../../src/redaction/rules.ts'
import { json } from '../../src/serdes/json.ts'
import { type Setting, setUp } from '../support/kafka.ts'
import { expect, failureOf } from '../support/matchers.ts'

let setting: Setting
afterEach(() => setting[Symbol.asyncDispose]())

/** Every failure that shows record data when nothing is redacted; each record holds nothing but secrets. */
const failures: Record<string, (setting: Setting) => unknown> = {
  toReceiveRecord: ({ kafka }) =>
    expect(kafka.topic('orders')).toReceiveRecord(
      { key: 'secret-o', value: { name: 'secret-x', secretField: plain.stringContaining('secret-y') } },
      { timeout: 10 },
    ),
  'not.toReceiveRecord': ({ kafka }) =>
    expect(kafka.topic('orders')).not.toReceiveRecord({ headers: { trace: /secret/ } }),
  toReceiveRecords: ({ kafka }) =>
    expect(kafka.topic('orders')).toReceiveRecords([{ value: { name: 'secret-x' } }, {}], { timeout: 10 }),
  'not.toReceiveRecords': ({ kafka }) => expect(kafka.topic('orders')).not.toReceiveRecords([{ key: /secret/ }]),
  toReceiveRecordCount: ({ kafka }) =>
    expect(kafka.topic('orders')).toReceiveRecordCount(0, { where: { key: /secr/ } }),
  toMatchRecord: async ({ kafka }) =>
    expect(await kafka.topic('orders').receive()).toMatchRecord({ value: plain.objectContaining({ a: 'secret-b' }) }),
  toBeTombstone: async ({ kafka }) => expect(await kafka.topic('orders').receive()).toBeTombstone(),
  toConformToSchema: async ({ kafka }) =>
    expect(await kafka.topic('orders').receive()).toConformToSchema({
      parse(value) {
        throw new Error(`not so: ${JSON.stringify(value)}`)
      },
    }),
  receive: ({ kafka }) => kafka.topic('orders').receive({ key: 'secret-p' }, { timeout: 10 }),
  'only the type differs': async ({ kafka }) => {
    await kafka.topic('numbers').produce({ value: { secretAmount: 515051505150 } })
    await expect(kafka.topic('numbers')).toReceiveRecord({ value: { secretAmount: '515051505150' } }, { timeout: 10 })
  },
  'a serde that cannot read': ({ kafka }) => kafka.topic('text', { value: json() }).records(),
  'a serde that cannot read, in a check': ({ kafka }) =>
    expect(kafka.topic('text', { value: json() })).toReceiveRecord({ key: 'a', value: {} }, { timeout: 10 }),
  'a serde that cannot write': ({ kafka }) =>
    kafka
      .topic('orders', {
        value: {
          serialize(value) {
            throw new Error(`no: ${value}`)
          },
          deserialize: String,
        },
      })
      .produce({ value: 'secret-q' }),
  failOn: ({ kafka }) => kafka.topic('orders').consume({ take: 1, failOn: { key: /secret/ } }),
  'a header that is none': ({ kafka }) =>
    kafka.topic('orders').produce({ value: 1, headers: { a: { b: 'secret-r' } as never } }),
  'a record that is none': ({ kafka }) => kafka.topic('orders').produce('secret-s' as never),
}

async function fill(redaction: Partial<Redaction>): Promise<Setting> {
  setting = await setUp({ redaction })
  const { kafka } = setting
  const value = { name: 'secret-a', secretField: 'secret-b', list: ['secret-c'] }
  await kafka.topic('orders').produce({ key: 'secret-k', value, headers: { trace: 'secret-t', shown: 'secret-u' } })
  await kafka.topic('text').produce({ key: 'a', value: 'secret, but no JSON' })
  return setting
}

const hexOfSecret = '73 65 63 72 65 74'

describe.each(Object.entries(failures))('%s', (name, fail) => {
  test('tells the data when nothing is redacted', async () => {
    const message = await failureOf(async () => fail(await fill({})))
    plain(message.includes('secret') || message.includes('515051505150'), message).toBe(true)
  })

  test.each([
    ['record data is redacted', { records: true }],
    ['all is redacted', { records: true, checks: true }],
  ])('tells none of it when %s', async (_, redaction) => {
    const message = await failureOf(async () => fail(await fill(redaction)))
    plain(message.replaceAll(/\/secret\/|\/secr\//g, '')).not.toMatch(/secret|515051505150/)
    plain(message).not.toContain(hexOfSecret)
    plain(JSON.stringify(setting.lines)).not.toMatch(/secret|515051505150/)
    plain(message.replace(/timestamp: .*/, 'timestamp: <time>')).toMatchSnapshot(`${name} ${JSON.stringify(redaction)}`)
  })
})

test('of a record the outside stays: where it is, when, how large, and the names of its headers', async () => {
  await fill({ records: true })
  plain(setting.lines.find((line) => line.type === 'record')).toMatchObject({
    topic: 'orders',
    partition: 0,
    offset: 0,
    timestamp: plain.any(Number),
    key: { encoding: 'redacted', bytes: 8, truncated: false, data: '<redacted>' },
    value: { encoding: 'redacted', bytes: 64, truncated: false, data: '<redacted>' },
    headers: [
      { name: 'trace', value: { encoding: 'redacted', bytes: 8 } },
      { name: 'shown', value: { encoding: 'redacted', bytes: 8 } },
    ],
    sizes: { key: 8, value: 64, headers: 26 },
  })
})

test('that there is nothing is no data: null, the empty string and redacted are three states', async () => {
  setting = await setUp({ redaction: { records: true } })
  await setting.kafka.topic('orders').produce([{ value: null }, { value: '' }, { value: 'x' }])
  const records = setting.lines.filter((line) => line.type === 'record')
  plain(records.map(({ value }) => value)).toMatchObject([
    null,
    { encoding: 'redacted', bytes: 0 },
    { encoding: 'redacted', bytes: 1 },
  ])
})

test('headers stay where they are told to', async () => {
  await fill({ records: true, keepHeaders: true })
  const [record] = setting.lines.filter((line) => line.type === 'record')
  plain(record).toMatchObject({ value: { data: '<redacted>' }, headers: [{ value: { data: 'secret-t' } }, {}] })
  const message = await failureOf(() =>
    expect(setting.kafka.topic('orders')).toReceiveRecord({ key: 'o-1', headers: { trace: 'b' } }, { timeout: 10 }),
  )
  plain(message).toContain('{"headers": {"trace": "b"}, "key": "<redacted>"}')
  plain(message).toContain('It differs in key, headers.trace (record data is redacted)')
})

test('with check data redacted a check keeps matcher, verdict, duration and field paths', async () => {
  await fill({ checks: true })
  const message = await failureOf(() =>
    expect(setting.kafka.topic('orders')).toReceiveRecord({ value: { name: 'x', list: ['y'] } }, { timeout: 10 }),
  )
  plain(message).toMatchInlineSnapshot(`
    "expect(topic).toReceiveRecord(expected) failed

    Subject: topic orders
    Closest record: orders/0@0, it differs in value.name, value.list.0
    Check data is redacted."
  `)
  plain(setting.lines.find((line) => line.type === 'check')).toEqual({
    type: 'check',
    test: 'test-1',
    attempt: 0,
    matcher: 'toReceiveRecord',
    negated: false,
    subject: 'topic orders',
    verdict: 'failed',
    at: plain.any(Number),
    duration: plain.any(Number),
    expected: null,
    actual: null,
    message: null,
    closest: 'orders/0@0',
    paths: ['value.name', 'value.list.0'],
  })
  plain(setting.lines.find((line) => line.type === 'record')).toMatchObject({ key: { data: 'secret-k' } })
})

test('kafka.redact() adds to what the config says, and loosens nothing', async () => {
  await fill({ checks: true })
  setting.kafka.redact({ records: true, checks: false })
  plain(setting.scope.redaction).toMatchObject({ records: true, checks: true })
  await setting.nextTest()
  plain(setting.scope.redaction).toMatchObject({ records: false, checks: true })
  setting.kafka.redact()
  plain(setting.scope.redaction).toMatchObject({ records: true, checks: true })
  plain(() => setting.kafka.redact({ record: true } as never)).toThrow(
    'kafka.redact(): there is no option "record", did you mean "records"?',
  )
})

test('a snapshot of records holds nothing of them', async () => {
  await fill({ records: true })
  await expect(setting.kafka.topic('orders')).toMatchRecordSnapshot('redacted')
})

const differs = { match: () => ({ pass: false, message: () => 'secret-of-then' }), nameOf: () => '' }

test('what the runner says of a snapshot that was written before is not passed on', async () => {
  await fill({ records: true })
  const matcher = createToMatchRecordSnapshot(differs)
  const context = { utils: await plainPrinter() }
  const { pass, message } = await matcher.call(context, setting.kafka.topic('orders'))
  plain(pass).toBe(false)
  plain(message()).toMatch(
    /^expect\(records\).toMatchRecordSnapshot\(\) failed\n\n.* write the snapshot anew with -u, redacted\.$/,
  )
})

test('a copy of a record, which belongs to no test, is as redacted as the tests that run', async () => {
  await fill({ records: true })
  redactByDefault(() => setting.scope.redaction)
  const copy = { ...(await setting.kafka.topic('orders').receive()) }
  const held: unknown[] = []
  const match = (form: unknown): { pass: boolean; message: () => string } => {
    held.push(form)
    return differs.match()
  }
  const matcher = createToMatchRecordSnapshot({ ...differs, match })
  const { message } = await matcher.call({ utils: await plainPrinter() }, [copy])
  redactByDefault(() => unredacted)
  plain(message()).not.toContain('secret-of-then')
  plain(held).toMatchObject([[{ value: '<redacted>' }]])
})

test('with check data redacted too it is still said what helps', async () => {
  await fill({ records: true, checks: true })
  const matcher = createToMatchRecordSnapshot(differs)
  const { message } = await matcher.call({ utils: await plainPrinter() }, setting.kafka.topic('orders'))
  plain(message()).toMatch(/Check data is redacted\.\n\n.* write the snapshot anew with -u, redacted\.$/)
})

test('with rules a message shows what they leave of record and pattern', async () => {
  const rules = compileRules(
    resolveConfig({ redact: { presets: ['pci'], rules: [{ target: 'key', do: 'mask' }] } }, {}).redact,
  )
  setting = await setUp({ redaction: { rules } })
  const orders = setting.kafka.topic('orders')
  const value = { cardNumber: '4111111111111111', cvc: 'zeta-1', note: 'with 4111 1111 1111 1111', paid: false }
  await orders.produce({ key: 'Anna-1', value, headers: { pin: '1234', trace: 't-1' } })
  const pattern = {
    key: 'Anna-2',
    value: { ...value, cvc: 'zeta-2', note: plain.stringContaining('4111111111111111') },
  }
  const message = await failureOf(() => expect(orders).toReceiveRecord(pattern, { timeout: 10 }))
  plain(message).toMatchInlineSnapshot(`
    "expect(topic).toReceiveRecord(expected) failed

    Topic:     orders (1 partition, embedded)
    Expected:  {"key": "Xxxx-9", "value": {"cardNumber": "<redacted>", "cvc": "<redacted>", "note": "<redacted>", "paid": false}}
    Received:  1 record since the test began; it doesn't match
    Timeout:   10 ms

    Closest record: orders/0@0, <n> ms into the test
    - Expected
    + Received

      {
        "key": "Xxxx-9",
        "value": {
          "cardNumber": "<redacted>",
          "cvc": "<redacted>",
    -     "note": "<redacted>",
    +     "note": "with ***************1111",
          "paid": false,
        },
      }
    It differs in key, value.cvc, value.note

    Timeline
       <n> ms  produced  orders/0@0  key Xxxx-9  by this test"
  `)
  plain(setting.lines.find((line) => line.type === 'record')).toMatchObject({
    key: { encoding: 'utf8', data: 'Xxxx-9', bytes: 6 },
    value: {
      data: '{"cardNumber":"<redacted>","cvc":"<redacted>","note":"with ***************1111","paid":false}',
    },
    headers: [
      { name: 'pin', value: { encoding: 'redacted', bytes: 4 } },
      { name: 'trace', value: { data: 't-1' } },
    ],
  })
  plain(JSON.stringify(setting.lines)).not.toMatch(/41111111|zeta/)
})

test('a rule for a tag of the schema hides it in the store and in messages', async () => {
  const rules = compileRules(resolveConfig({ redact: { rules: [{ select: { tag: 'PII' } }] } }, {}).redact)
  setting = await setUp({ redaction: { rules } })
  const tagged = { ...json(), name: 'tagged', tags: { PII: ['$.name'] } }
  const customers = setting.kafka.topic('customers', { value: tagged })
  await customers.produce({ value: { name: 'zeta-1', city: 'Basel' } })
  const wanted = { value: { name: 'zeta-2', city: 'Bern' } }
  const message = await failureOf(() => expect(customers).toReceiveRecord(wanted, { timeout: 10 }))
  plain(message).toContain('Expected:  {"value": {"city": "Bern", "name": "<redacted>"}}')
  plain(message).not.toContain('zeta')
  plain(JSON.stringify(setting.lines)).not.toContain('zeta')
  plain(JSON.stringify(setting.lines)).toContain('Basel')
})
