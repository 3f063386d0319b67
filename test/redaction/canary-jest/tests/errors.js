// Each way in which an error can tell record data, each in a test that fails.
const { inspect } = require('node:util')
const { afterEach, beforeAll, describe, expect, test } = require('@jest/globals')
const { kafka } = require('kafka-testkit/jest')
const { json } = require('kafka-testkit')
const { canary, seen } = require('../canary.js')

const raise = (error) => {
  throw error
}
const topic = () => kafka.topic('seen')
const short = { timeout: 20 }

const ways = {
  toBe: (secret) => expect(secret).toBe('x'),
  'toBe, the other way round': (secret) => expect('x').toBe(secret),
  'toEqual of objects': (secret) => expect({ a: { b: [secret] } }).toEqual({ a: { b: ['x'] } }),
  'toStrictEqual of names': (secret) => expect({ [secret]: 1 }).toStrictEqual({ a: 1 }),
  'toEqual of a Map': (secret) => expect(new Map([[secret, 1]])).toEqual(new Map()),
  'toEqual of a Set': (secret) => expect(new Set([secret])).toEqual(new Set()),
  'toEqual of Buffers': (secret) => expect(Buffer.from(secret)).toEqual(Buffer.from('x')),
  'toEqual of bytes': (secret) => expect(new Uint8Array(Buffer.from(secret))).toEqual(new Uint8Array([1])),
  toMatchObject: (secret) => expect({ a: secret }).toMatchObject({ a: 'x' }),
  toHaveProperty: (secret) => expect({ a: secret }).toHaveProperty('a', 'x'),
  toContain: (secret) => expect(['x']).toContain(secret),
  toMatch: (secret) => expect(secret).toMatch(/^-$/),
  toThrow: (secret) => expect(() => raise(new Error(secret))).toThrow('x'),
  'an asymmetric matcher': (secret) => expect({ a: 'x' }).toEqual({ a: expect.stringContaining(secret) }),
  'calls of a mock': (secret) => {
    const mock = jest.fn()
    mock(secret)
    expect(mock).toHaveBeenCalledWith('x')
  },
  rejects: (secret) => expect(Promise.reject(new Error(secret))).rejects.toThrow('x'),
  resolves: (secret) => expect(Promise.resolve(secret)).resolves.toBe('x'),
  'a long text': (secret) => expect(`${secret}${'x'.repeat(200)}`).toBe('y'),
  'a text of many lines': (secret) => expect(`a\n${secret}\nb`).toBe('a\nb'),
  'an error': (secret) => raise(new Error(`no ${secret}`)),
  'an error with a cause': (secret) => raise(new Error('x', { cause: new Error(secret) })),
  'an aggregate error': (secret) => raise(new AggregateError([new Error(secret)], 'x')),
  'an own property': (secret) => raise(Object.assign(new Error('x'), { order: { secret } })),
  'an own name': (secret) => raise(Object.assign(new Error('x'), { name: secret })),
  'a string that is thrown': (secret) => raise(secret),
  'an object that is thrown': (secret) => raise({ secret }),
  toJSON: (secret) => raise(Object.assign(new Error('x'), { toJSON: () => ({ secret }) })),
  'JSON that can not be read': (secret) => JSON.parse(`{"a": "${secret}", x}`),
  base64: (secret) => raise(new Error(Buffer.from(`-${secret}`).toString('base64'))),
  hex: (secret) => raise(new Error(Buffer.from(secret).toString('hex'))),
  'a Buffer that was inspected': (secret) => raise(new Error(inspect(Buffer.from(secret)))),
  decimals: (secret) => raise(new Error([...Buffer.from(secret)].join(', '))),
  escapes: (secret) => raise(new Error([...secret].map((c) => `\\u00${c.charCodeAt(0).toString(16)}`).join(''))),
  toReceiveRecord: (secret) => expect(topic()).toReceiveRecord({ value: { secret: `${secret}!` } }, short),
  'not.toReceiveRecord': (secret) => expect(topic()).not.toReceiveRecord({ value: { secret } }),
  toReceiveRecords: (secret) => expect(topic()).toReceiveRecords([{ value: { secret } }, { key: secret }], short),
  toReceiveRecordCount: (secret) => expect(topic()).toReceiveRecordCount(9, { where: { value: { secret } }, ...short }),
  toMatchRecord: async (secret) => expect(await topic().receive()).toMatchRecord({ value: { secret: `x${secret}` } }),
  toBeTombstone: async (secret) => expect(await topic().receive({ value: { secret } })).toBeTombstone(),
  toMatchRecordSnapshot: async () => expect(topic()).toMatchRecordSnapshot(),
  receive: (secret) => topic().receive({ key: secret }, short),
  failOn: (secret) => topic().consume({ take: 1, failOn: { value: { secret } } }),
  'a serde that can not read': async (secret) => {
    await kafka.topic('text').produce({ value: `{${secret}` })
    await kafka.topic('text', { value: json() }).records()
  },
  'a subject that is none': (secret) => expect({ secret }).toMatchRecord({}),
}

for (const [way, fail] of Object.entries(ways)) {
  test(way, async () => {
    await fail(await seen(`error by ${way}`))
  })
}

describe('outside of the body', () => {
  let fail = () => {}
  afterEach(() => fail())
  test('a hook', async () => {
    const secret = await seen('error in a hook')
    fail = () => {
      fail = () => {}
      throw new Error(secret)
    }
  })
})

describe('what is in no record', () => {
  test('compared by the runner', () => expect(canary('check/actual of toBe')).toBe(canary('check/expected of toBe')))
  test('thrown', () => raise(new Error(canary('check/message of an error'))))
  test('a pattern', () => expect(kafka.topic('empty')).toReceiveRecord({ key: canary('check/pattern') }, short))
})

test('credentials in a URL', () => raise(new Error(`https://app:${canary('secret/password in a URL')}@example.com`)))
test('a variable', () => raise(new Error(`could not log in with ${process.env.REGISTRY_PASSWORD}`)))
test('names stay', async () => {
  await kafka.createTopic(canary('shown/name of a topic'))
  const named = kafka.topic(canary('shown/name of a topic'))
  await named.produce({ value: 1, headers: { [canary('shown/name of a header')]: 'x' } })
  await named.consume({ take: 1, group: canary('shown/id of a group') })
})
test(`a test with ${canary('title/of a test')}`, async () => {
  await kafka.topic('titles').produce({ key: canary('title/of a test'), value: 1 })
})
test.skip('a test that is skipped', () => {})
test('the console', () => console.log(canary('foreign/console.log')))
test('a console that is redacted', async () => {
  const secret = canary('console/console.log')
  await kafka.topic('printed').produce({ key: 'a key', value: { secret } })
  console.log('an order:', { secret })
  console.warn(Buffer.from(secret))
})
describe('a hook of a suite', () => {
  beforeAll(() => raise(new Error(canary('foreign/error in beforeAll'))))
  test('never runs', () => {})
})
