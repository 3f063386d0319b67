// Each way in which an error can tell record data, each in a test that fails.
import { inspect } from 'node:util'
import { afterEach, describe, vi } from 'vitest'
import { canary, seen } from '../canary.ts'
import { expect, json, type Kafka, type Received, test } from '../own.ts'

const ways: Record<string, (secret: string, kafka: Kafka) => unknown> = {
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
  toThrow: (secret) =>
    expect(() => {
      throw new Error(secret)
    }).toThrow('x'),
  toSatisfy: (secret) => expect(secret).toSatisfy(() => false),
  'an asymmetric matcher': (secret) => expect({ a: 'x' }).toEqual({ a: expect.stringContaining(secret) }),
  'calls of a mock': (secret) => {
    const mock = vi.fn()
    mock(secret)
    expect(mock).toHaveBeenCalledWith('x')
  },
  'a message of its own': (secret) => expect(1, `it was ${secret}`).toBe(2),
  soft: (secret) => expect.soft(secret).toBe('x'),
  poll: (secret) => expect.poll(() => secret, { timeout: 50, interval: 10 }).toBe('x'),
  rejects: (secret) => expect(Promise.reject(new Error(secret))).rejects.toThrow('x'),
  resolves: (secret) => expect(Promise.resolve(secret)).resolves.toBe('x'),
  'a long text that is cut': (secret) => expect(`${secret}${'x'.repeat(200)}`).toBe('y'),
  'a text of many lines': (secret) => expect(`a\n${secret}\nb`).toBe('a\nb'),
  'an error': (secret) => {
    throw new Error(`no ${secret}`)
  },
  'an error with a cause': (secret) => {
    throw new Error('x', { cause: new Error(secret) })
  },
  'an aggregate error': (secret) => {
    throw new AggregateError([new Error(secret)], 'x')
  },
  'an own property': (secret) => {
    throw Object.assign(new Error('x'), { order: { secret } })
  },
  'an own name': (secret) => {
    throw Object.assign(new Error('x'), { name: secret })
  },
  'a string that is thrown': (secret) => {
    throw secret
  },
  'an object that is thrown': (secret) => {
    throw { secret }
  },
  toJSON: (secret) => {
    throw Object.assign(new Error('x'), { toJSON: () => ({ secret }) })
  },
  'an object that was inspected': (secret) => {
    throw new Error(inspect({ a: [secret] }))
  },
  'JSON that can not be read': (secret) => JSON.parse(`{"a": "${secret}", x}`),
  base64: (secret) => {
    throw new Error(Buffer.from(`-${secret}`).toString('base64'))
  },
  hex: (secret) => {
    throw new Error(Buffer.from(secret).toString('hex'))
  },
  'a Buffer that was inspected': (secret) => {
    throw new Error(inspect(Buffer.from(secret)))
  },
  decimals: (secret) => {
    throw new Error([...Buffer.from(secret)].join(', '))
  },
  'a URL': (secret) => {
    throw new Error(`http://localhost/${[...secret].map((c) => `%${c.charCodeAt(0).toString(16)}`).join('')}`)
  },
  escapes: (secret) => {
    throw new Error([...secret].map((c) => `\\u00${c.charCodeAt(0).toString(16)}`).join(''))
  },
  'a retried body': (secret) => {
    throw new TypeError(`try ${secret}`)
  },
  toReceiveRecord: (secret, kafka) =>
    expect(kafka.topic('seen')).toReceiveRecord({ value: { secret: `${secret}!` } }, { timeout: 20 }),
  'not.toReceiveRecord': (secret, kafka) => expect(kafka.topic('seen')).not.toReceiveRecord({ value: { secret } }),
  toReceiveRecords: (secret, kafka) =>
    expect(kafka.topic('seen')).toReceiveRecords([{ value: { secret } }, { key: secret }], { timeout: 20 }),
  toReceiveRecordCount: (secret, kafka) =>
    expect(kafka.topic('seen')).toReceiveRecordCount(9, { where: { value: { secret } }, timeout: 20 }),
  toMatchRecord: async (secret, kafka) =>
    expect(await kafka.topic('seen').receive()).toMatchRecord({ value: { secret: `x${secret}` } }),
  toBeTombstone: async (secret, kafka) =>
    expect(await kafka.topic('seen').receive({ value: { secret } })).toBeTombstone(),
  toConformToSchema: async (secret, kafka) =>
    expect(await kafka.topic('seen').receive({ value: { secret } })).toConformToSchema({
      parse: () => {
        throw new Error(`not ${secret}`)
      },
    }),
  toMatchRecordSnapshot: (secret, kafka) => expect(kafka.topic('seen')).toMatchRecordSnapshot(`of ${secret.length}`),
  receive: (secret, kafka) => kafka.topic('seen').receive({ key: secret }, { timeout: 20 }),
  failOn: (secret, kafka) => kafka.topic('seen').consume({ take: 1, failOn: { value: { secret } } }),
  'a serde that can not read': async (secret, kafka) => {
    await kafka.topic('text').produce({ value: `{${secret}` })
    await kafka.topic('text', { value: json() }).records()
  },
  'a serde that can not read, in a check': async (secret, kafka) => {
    await kafka.topic('text').produce({ value: `{${secret}` })
    await expect(kafka.topic('text', { value: json() })).toReceiveRecord({ key: 'x' }, { timeout: 20 })
  },
  'a serde that can not write': (secret, kafka) =>
    kafka
      .topic('text', {
        value: {
          serialize: (value: string) => {
            throw new Error(`no ${value}`)
          },
          deserialize: String,
        },
      })
      .produce({ value: secret }),
  'a record that is none': (secret, kafka) => kafka.topic('text').produce(secret as never),
  'a subject that is none': (secret) => expect({ secret } as never as Received).toMatchRecord({}),
  'a pattern that is none': (secret, kafka) => expect(kafka.topic('seen')).toReceiveRecord({ [secret]: 1 } as never),
  'a record of an earlier test': async (secret, kafka) => {
    expect(JSON.stringify(await kafka.topic('seen').records({ from: 'beginning' }))).toBe(secret)
  },
}

describe.each(['once', 'twice'])('tried %s', (times) => {
  for (const [way, fail] of Object.entries(ways)) {
    test.runIf(times === 'once' || way === 'a retried body' || way === 'toReceiveRecord')(
      way,
      { retry: times === 'twice' ? 1 : 0 },
      async ({ kafka, task }) => {
        await fail(await seen(kafka, `error by ${way}, tried ${times}, attempt ${task.result?.retryCount ?? 0}`), kafka)
      },
    )
  }
})

describe('outside of the body', () => {
  let fail = () => {}
  afterEach(() => fail())
  test('a hook', async ({ kafka }) => {
    const secret = await seen(kafka, 'error in a hook')
    fail = () => {
      fail = () => {}
      throw new Error(secret)
    }
  })
  test('onTestFinished', async ({ kafka, onTestFinished }) => {
    const secret = await seen(kafka, 'error in onTestFinished')
    onTestFinished(() => {
      throw new Error(secret)
    })
  })
  test('a note of a skip', async ({ kafka, skip }) => {
    skip(`not with ${await seen(kafka, 'note of a skip')}`)
  })
  test('meta', async ({ kafka, task }) => {
    Object.assign(task.meta, { order: { secret: await seen(kafka, 'meta') } })
  })
  test('an annotation', async ({ kafka, annotate }) => {
    await annotate(`it was ${await seen(kafka, 'annotation')}`, {
      contentType: 'text/plain',
      body: await seen(kafka, 'body of an annotation'),
    })
  })
})

describe('what is in no record', () => {
  test('compared by the runner', () => expect(canary('check/actual of toBe')).toBe(canary('check/expected of toBe')))
  test('thrown', () => {
    throw new Error(canary('check/message of an error'))
  })
  test('a pattern', ({ kafka }) =>
    expect(kafka.topic('empty')).toReceiveRecord({ key: canary('check/pattern') }, { timeout: 20 }))
  test('a pattern of receive', ({ kafka }) =>
    kafka.topic('empty').receive({ key: canary('check/pattern of receive') }, { timeout: 20 }))
  test('a list of patterns', ({ kafka }) =>
    expect(kafka.topic('empty')).toReceiveRecords([{ value: { a: canary('check/one of many patterns') } }], {
      timeout: 20,
    }))
})
