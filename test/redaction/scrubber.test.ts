import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Redaction, unredacted } from '../../src/redaction/redaction.ts'
import { type Part, scrubberFor } from '../../src/redaction/scrubber.ts'

const redaction: Redaction = { ...unredacted, records: true }

function partsOf(...contents: unknown[]): Part[] {
  return contents.map((content) => ({ content, place: { topic: 'orders', direction: 'received', target: 'value' } }))
}

function scrub(text: string, ...contents: unknown[]): string {
  return scrubberFor([text], { redaction, parts: partsOf(...contents), own: new Set() }).text(text)
}

const secret = 'kq8Zt4vWm2Xy'
const spaced = Buffer.from(secret)
  .toString('hex')
  .replaceAll(/(..)(?=.)/g, '$1 ')

test.each([
  ['as it is', secret],
  ['its beginning', `${secret.slice(0, 8)}…`],
  ['its end', secret.slice(-8)],
  ['coloured in the middle', `\u001b[32mkq8Z\u001b[7mt4vW\u001b[27mm2Xy\u001b[39m`],
  ['as base64', Buffer.from(secret).toString('base64')],
  ['as base64 behind one byte', Buffer.from(`:${secret}:`).toString('base64')],
  ['as base64 behind two bytes', Buffer.from(`::${secret}:`).toString('base64')],
  ['as hex', Buffer.from(secret).toString('hex')],
  ['as hex in capitals', Buffer.from(secret).toString('hex').toUpperCase()],
  ['as a Buffer is inspected', `<Buffer ${spaced}>`],
  ['as decimals', `[${[...Buffer.from(secret)].join(',')}]`],
  ['as decimals in a diff', [...Buffer.from(secret)].map((byte) => `+   ${byte},`).join('\n')],
  ['as the JSON of a typed array', JSON.stringify(new Uint8Array(Buffer.from(secret)))],
  ['in a URL', `http://a/?q=${[...secret].map((c) => `%${c.charCodeAt(0).toString(16)}`).join('')}`],
  ['as escapes', [...secret].map((c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`).join('')],
  ['as bytes of JavaScript', [...secret].map((c) => `\\x${c.charCodeAt(0).toString(16)}`).join('')],
])('data is found %s', (_, form) => {
  const text = scrub(`expected ${form} to be something`, { name: secret })
  expect(text).toContain('<redacted>')
  expect(text).not.toContain(secret.slice(0, 8))
  expect(text).not.toContain(form)
  expect(text).toMatch(/^(expect|<redacted>)/)
})

describe('what is short', () => {
  test('hides all of a text in which it stands as a word', () => {
    expect(scrub('expected 99 to be 98', { quantity: 99 })).toBe('<redacted>')
    expect(scrub('key "o-1" is wrong', 'o-1')).toBe('<redacted>')
    expect(scrub('it is true', { is: true })).toBe('<redacted>')
    expect(scrub('<Buffer 6f 2d 31>', 'o-1')).toBe('<redacted>')
    expect(scrub('[111,45,49]', Buffer.from('o-1'))).toBe('<redacted>')
  })

  test('hides nothing where it is part of another word', () => {
    expect(scrub('expected 1990 to be o-12', { quantity: 99, key: 'o-1' })).toBe('expected 1990 to be o-12')
  })
})

test('a text that tells nothing stays as it is', () => {
  const text = 'expected the service to answer\nwith more than one line: 42'
  expect(scrub(text, { name: secret })).toBe(text)
})

test('what a runner says of its timeout stays, whatever the data', () => {
  expect(scrub('Test timed out in 500ms.', { amount: 500, unit: '500ms' })).toBe('Test timed out in 500ms.')
  expect(scrub(`Test timed out in 500ms. ${secret}`, { secret })).not.toContain(secret)
})

test('a timeout is told as one, whatever is redacted', () => {
  const message = 'Test timed out in 500ms.\nIf this is a long-running test, pass a timeout value as the last argument.'
  for (const switches of [{ records: true }, { checks: true }]) {
    // As Vitest has it.
    const error = {
      name: 'Error',
      message,
      stack: `Error: ${message}\n    at a.test.ts:1:1`,
      constructor: 'Function<Error>',
    }
    const sensitive = {
      redaction: { ...unredacted, ...switches },
      parts: partsOf({ amount: 500 }),
      own: new Set<string>(),
    }
    expect(scrubberFor([error], sensitive).error(error)).toEqual({ name: 'Error', message, stack: error.stack })
  }
})

test('messages of ours stay, and what stands around them is looked through', () => {
  const own = new Set(['expect(topic).toReceiveRecord(expected) failed at 99'])
  const text = `${secret}: expect(topic).toReceiveRecord(expected) failed at 99`
  const scrubber = scrubberFor([text], { redaction, parts: partsOf({ secret, quantity: 99 }), own })
  expect(scrubber.text(text)).toBe('<redacted>: expect(topic).toReceiveRecord(expected) failed at 99')
})

test('of an error everything is looked through, and name and frames stay', () => {
  class OrderError extends Error {
    override name = 'OrderError'
  }
  const error = Object.assign(new OrderError(`no ${secret}`, { cause: new Error(secret) }), {
    order: { id: secret, bytes: Buffer.from(secret) },
    [secret]: 1.5,
    errors: [new Error(secret)],
  })
  const scrubber = scrubberFor([error], { redaction, parts: partsOf({ secret }), own: new Set() })
  const told = scrubber.error(error) as typeof error
  expect(told).toBeInstanceOf(Error)
  expect(told.name).toBe('OrderError')
  expect(told.message).toBe('no <redacted>')
  expect(told.stack).toMatch(/^OrderError: no <redacted>\n {4}at .*scrubber\.test\.ts/)
  expect(told.order).toEqual({ id: '<redacted>', bytes: '<redacted>' })
  expect((told.cause as Error).message).toBe('<redacted>')
  expect(told.errors.map(({ message }) => message)).toEqual(['<redacted>'])
  expect(Object.keys(told)).not.toContain(secret)
  expect(error.message, 'the error itself is left alone').toContain(secret)
})

test('an error in which something short stands keeps its name and its frames only', () => {
  const error = Object.assign(new TypeError('expected 99'), { actual: '99', cause: new Error('no 99') })
  const told = scrubberFor([error], { redaction, parts: partsOf({ quantity: 99 }), own: new Set() }).error(
    error,
  ) as Error
  expect(told.stack).toMatch(/^TypeError: <redacted> \(what a test tells of its data is redacted\)\n {4}at /)
  expect(Object.keys(told)).toEqual([])
  expect(told.cause).toBeUndefined()
})

test.each([[secret], [{ toJSON: () => secret }], [Object.assign(Object.create(null), { secret })]])(
  'what is thrown and no error is scrubbed too',
  (thrown) => {
    const told = scrubberFor([thrown], { redaction, parts: partsOf({ secret }), own: new Set() }).error(thrown)
    expect(JSON.stringify(told) ?? '').not.toContain(secret)
  },
)

test('with check data redacted a foreign error keeps its name and its frames', () => {
  const error = Object.assign(new Error('expected 1 to be 2'), { actual: 1, expected: 2, diff: '- 1\n+ 2' })
  const scrubber = scrubberFor([error], { redaction: { ...unredacted, checks: true }, parts: [], own: new Set() })
  const told = scrubber.error(error) as Error
  expect(told.message).toBe('<redacted> (what a test tells of its data is redacted)')
  expect(Object.keys(told)).toEqual([])
})

const encodings: ((bytes: Buffer) => string)[] = [
  (bytes) => bytes.toString('hex'),
  (bytes) => bytes.toString('base64'),
  (bytes) => bytes.toString('base64url'),
  (bytes) => [...bytes].join(', '),
  (bytes) => `<Buffer ${bytes.toString('hex').replaceAll(/(..)(?=.)/g, '$1 ')}>`,
]

test('bytes are found in each encoding, whatever stands around them', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 12, maxLength: 40 }),
      fc.constantFrom(...encodings),
      fc.string({ maxLength: 20 }),
      (bytes, encode, around) => {
        const form = encode(Buffer.from(bytes))
        expect(scrub(`${around} ${form} ${around}`, Buffer.from(bytes))).not.toContain(form)
      },
    ),
    { numRuns: 300 },
  )
})

test('no stretch of eight characters of any text survives, quoted or not', () => {
  const printers = [String, JSON.stringify, encodeURIComponent, (text: string) => JSON.stringify(JSON.stringify(text))]
  fc.assert(
    fc.property(
      fc.string({ unit: 'grapheme', minLength: 8, maxLength: 40 }).filter((text) => text.isWellFormed()),
      fc.constantFrom(...printers),
      (text, print) => {
        const told = scrub(`expected ${print(text)} to be`, { text })
        for (let at = 0; at + 8 <= text.length; at += 1) expect(told).not.toContain(text.slice(at, at + 8))
      },
    ),
    { numRuns: 300 },
  )
})

test('a large log is searched in bounded time', { timeout: 10_000 }, () => {
  const parts = partsOf(...Array.from({ length: 2000 }, (_, index) => Buffer.alloc(1000, `record ${index} `)))
  const text = scrubberFor([`no ${secret}`], { redaction, parts: [...parts, ...partsOf(secret)], own: new Set() })
  expect(text.text(`no ${secret}`)).toBe('no <redacted>')
})
