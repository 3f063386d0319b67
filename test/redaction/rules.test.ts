import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { resolveConfig } from '../../src/config/config.ts'
import type { RedactOptions, RedactRule, RuleAction } from '../../src/redaction/options.ts'
import type { RecordPart, Rules } from '../../src/redaction/redaction.ts'
import { compileRules } from '../../src/redaction/rules.ts'

const value: RecordPart = { topic: 'orders', direction: 'received', target: 'value' }
const cardNumber = '4111 1111 1111 1111'
const account = 'DE89 3704 0044 0532 0130 00'
const token = [{ alg: 'HS256' }, { sub: 'o-1' }].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
const jwt = `${token.join('.')}.c2lnbmF0dXJl`

/** As they come to a worker: as JSON. */
function rulesOf(redact: RedactOptions): Rules {
  return compileRules(JSON.parse(JSON.stringify(resolveConfig({ redact }, {}).redact)))
}

function apply(rule: RedactRule | readonly RedactRule[], content: unknown, place: RecordPart = value): unknown {
  return rulesOf({ rules: [rule].flat() }).content(content, place)
}

function applyToBytes(rule: RedactRule, text: string | Uint8Array, place: RecordPart = value): string | undefined {
  return rulesOf({ rules: [rule] }).bytes(Buffer.from(text as string), place)
}

describe('when', () => {
  test.each<[NonNullable<RedactRule['when']>, boolean]>([
    [{}, true],
    [{ topic: 'orders' }, true],
    [{ topic: 'order' }, false],
    [{ topic: 'ord*' }, true],
    [{ topic: '*.eu' }, false],
    [{ topic: /^ORD/i }, true],
    [{ direction: 'received' }, true],
    [{ direction: 'produced' }, false],
    [{ topic: 'orders', direction: 'produced' }, false],
  ])('%j', (when, isFor) => {
    expect(apply({ when }, 'secret')).toBe(isFor ? '<redacted>' : 'secret')
  })
})

describe('target', () => {
  test('is the key, the value and the headers, where a rule says nothing', () => {
    for (const target of ['key', 'value', 'header'] as const) {
      expect(apply({}, 'secret', { ...value, target })).toBe('<redacted>')
      expect(apply({ target }, 'secret', { ...value, target })).toBe('<redacted>')
      expect(apply({ target }, 'secret', { ...value, target: target === 'key' ? 'value' : 'key' })).toBe('secret')
    }
  })

  test('can be the names of headers', () => {
    const rules = rulesOf({ rules: [{ target: 'header name', select: { name: 'x-user-*' }, do: 'remove' }] })
    expect(rules.headerName('x-user-anna', 'orders', 'produced')).toBeUndefined()
    expect(rules.headerName('trace', 'orders', 'produced')).toBe('trace')
    expect(rulesOf({ rules: [{ target: 'header name' }] }).headerName('trace', 'orders', 'produced')).toBe('<redacted>')
  })
})

describe('select', () => {
  const order = () => ({
    id: 'o-1',
    customer: { name: 'Anna', cards: [{ number: '1' }, { number: '2' }], 'e-mail': 'a' },
    notes: [['x', 'y']],
  })
  const replaced = (path: string) => apply({ select: { path } }, order())

  test('a path', () => {
    expect(replaced('$.customer.name')).toEqual({ ...order(), customer: { ...order().customer, name: '<redacted>' } })
    expect(replaced('customer')).toEqual({ ...order(), customer: '<redacted>' })
    expect(replaced('$.customer.cards[*].number')).toMatchObject({
      customer: { cards: [{ number: '<redacted>' }, { number: '<redacted>' }] },
    })
    expect(replaced('$.customer.cards[1].number')).toMatchObject({ customer: { cards: [{ number: '1' }, {}] } })
    expect(replaced('$.**.number')).toMatchObject({ customer: { cards: [{ number: '<redacted>' }, {}] } })
    expect(replaced("$.customer['e-mail']")).toMatchObject({ customer: { 'e-mail': '<redacted>' } })
    expect(replaced('$.customer.*')).toMatchObject({ customer: { name: '<redacted>', cards: '<redacted>' } })
    expect(replaced('$.notes[*][1]')).toMatchObject({ notes: [['x', '<redacted>']] })
    expect(replaced('$.**')).toBe('<redacted>')
    expect(replaced('$.nowhere')).toEqual(order())
  })

  test('a name, however it is written', () => {
    const written = {
      cardNumber: '1',
      card_number: '2',
      'Card-Number': '3',
      cardNumbers: '4',
      inner: [{ card_number: 5 }],
    }
    expect(apply({ select: { name: 'card_number' } }, written)).toEqual({
      cardNumber: '<redacted>',
      card_number: '<redacted>',
      'Card-Number': '<redacted>',
      cardNumbers: '4',
      inner: [{ card_number: '<redacted>' }],
    })
    expect(apply({ select: { name: /numbers$/i } }, written)).toEqual({ ...written, cardNumbers: '<redacted>' })
    expect(
      apply({ select: { name: 'authorization' } }, 'x', { ...value, target: 'header', name: 'Authorization' }),
    ).toBe('<redacted>')
  })

  test('a tag of a schema that a serde of the topic has', () => {
    const rules = rulesOf({ rules: [{ select: { tag: 'PII' } }] })
    rules.learn('orders', 'value', { PII: ['$.customer.name', '$.notes[*]'], PCI: ['$.customer.cards'] })
    rules.learn('orders', 'value', undefined)
    expect(rules.content(order(), value)).toEqual({
      ...order(),
      customer: { ...order().customer, name: '<redacted>' },
      notes: ['<redacted>'],
    })
    expect(rules.content('text without fields', value)).toBe('<redacted>')
    for (const other of [{ topic: 'others' }, { target: 'key' }] as const) {
      expect(rules.content(order(), { ...value, ...other })).toEqual(order())
      expect(rules.content('text without fields', { ...value, ...other })).toBe('text without fields')
    }
  })

  test.each([
    ['card', `paid with ${cardNumber}.`, 'paid with <redacted>.'],
    ['card', `paid with ${cardNumber.replaceAll(' ', '-')}.`, 'paid with <redacted>.'],
    ['card', 4111111111111111, '<redacted>'],
    ['card', '4111111111111112 has a wrong check digit', '4111111111111112 has a wrong check digit'],
    ['card', '00000000000000000', '00000000000000000'],
    ['email', 'to anna.b+c@example.co.uk, please', 'to <redacted>, please'],
    ['email', 'a@b', 'a@b'],
    ['iban', `to ${account}`, 'to <redacted>'],
    ['iban', account.replaceAll(' ', '').toLowerCase(), '<redacted>'],
    ['iban', 'DE89370400440532013001', 'DE89370400440532013001'],
    ['jwt', `Bearer ${jwt}`, 'Bearer <redacted>'],
    ['jwt', 'a.few.words and some-thing.like.this', 'a.few.words and some-thing.like.this'],
  ] as const)('what looks like a %s: %s', (detect, text, shown) => {
    expect(apply({ select: { detect } }, text)).toBe(shown)
    expect(apply({ select: { detect } }, { a: [{ b: text }] })).toEqual({ a: [{ b: shown }] })
    expect(apply({ select: { detect } }, new Map([['a', text]]))).toEqual({ a: shown })
  })

  test('what stands in the name of a property is found too', () => {
    expect(apply({ select: { detect: 'email' } }, { 'anna@example.com': 1 })).toEqual({ '<redacted>': 1 })
  })
})

describe('do', () => {
  test.each<[RuleAction, unknown]>([
    ['replace', { a: '<redacted>', b: [1] }],
    [{ replace: '***' }, { a: '***', b: [1] }],
    ['remove', { b: [1] }],
    ['null', { a: null, b: [1] }],
    ['mask', { a: 'Xxxx 99-x', b: [1] }],
    [{ keepFirst: 3 }, { a: 'Ann******', b: [1] }],
    [{ keepLast: 3 }, { a: '******2-é', b: [1] }],
    [{ keepLast: 8 }, { a: '*****12-é', b: [1] }],
    [{ truncate: 4 }, { a: 'Anna…', b: [1] }],
  ])('%j', (action, shown) => {
    expect(apply({ select: { path: '$.a' }, do: action }, { a: 'Anna 12-é', b: [1] })).toEqual(shown)
  })

  test('hmac shows that two values are equal, and in the next run nothing', () => {
    const rule: RedactRule = { select: { name: 'id' }, do: 'hmac' }
    const shown = apply(rule, [{ id: 'o-1' }, { id: 'o-1' }, { id: 'o-2' }]) as { id: string }[]
    expect(shown[0]!.id).toMatch(/^hmac:[0-9a-f]{16}$/)
    expect(shown[1]).toEqual(shown[0])
    expect(shown[2]).not.toEqual(shown[0])
    expect(apply(rule, [{ id: 'o-1' }])).not.toEqual([shown[0]])
  })

  test('of several rules the strictest wins, and show loosens none of them', () => {
    const rules: RedactRule[] = [
      { select: { name: 'a' }, do: 'show' },
      { select: { name: 'a' }, do: { keepLast: 1 } },
      { select: { path: '$.**.a' }, do: 'null' },
      { select: { name: 'b' }, do: 'mask' },
    ]
    for (const order of [rules, rules.toReversed()]) {
      expect(apply(order, { a: 'secret', b: { c: 'Secret 1' } })).toEqual({ a: null, b: { c: 'Xxxxxx 9' } })
    }
  })
})

test('with default "hide" only what a rule shows is shown', () => {
  const rules = rulesOf({ default: 'hide', rules: [{ select: { path: '$.status' }, do: 'show' }] })
  expect(rules.content({ status: 'paid', name: 'Anna', total: 12, paid: true, none: null }, value)).toEqual({
    status: 'paid',
    name: '<redacted>',
    total: '<redacted>',
    paid: '<redacted>',
    none: null,
  })
  expect(rules.bytes(Buffer.from('text'), value)).toBe('<redacted>')
})

describe('what can not be looked through is hidden whole', () => {
  const path: RedactRule = { select: { path: '$.a' } }
  test.each([
    ['text that is no JSON, for a path', path, '{"a": "secret"'],
    ['text that is no JSON, for a name', { select: { name: 'a' } } as const, 'a=secret'],
    ['bytes that are no text', { select: { detect: 'email' } } as const, new Uint8Array([0xff, 0xfe, 0x61])],
    ['JSON that is nested too deep', { select: { name: 'a' } } as const, `${'['.repeat(50_000)}${']'.repeat(50_000)}`],
  ])('%s', (_, rule, bytes) => {
    expect(applyToBytes(rule, bytes as string)).toBe('<redacted>')
    expect(rulesOf({ rules: [rule] }).hidden(Buffer.from(bytes as string), value)).toEqual([
      Buffer.from(bytes as string),
    ])
  })

  test('a getter that throws, a cycle, a value of its own kind', () => {
    const throwing = Object.defineProperty({}, 'a', {
      enumerable: true,
      get: () => (undefined as never as { deep: string }).deep,
    })
    expect(apply(path, throwing)).toBe('<redacted>')
    const cycle: Record<string, unknown> = { b: 1 }
    cycle.self = cycle
    expect(apply(path, cycle)).toEqual({ b: 1, self: '<redacted>' })
    expect(apply({ select: { detect: 'email' } }, { a: Buffer.from('anna@example.com') })).toEqual({ a: '<redacted>' })
  })

  test('a matcher that was made of something hidden', () => {
    expect(apply({ select: { detect: 'email' } }, { a: expect.stringContaining('anna@example.com') })).toEqual({
      a: '<redacted>',
    })
    const matcher = expect.objectContaining({ card: '1' })
    expect(apply({ select: { name: 'card' } }, { a: matcher })).toEqual({ a: '<redacted>' })
    expect((apply({ select: { name: 'other' } }, { a: matcher }) as { a: unknown }).a).toBe(matcher)
  })
})

describe('bytes', () => {
  test('stay as they are where nothing is hidden', () => {
    expect(applyToBytes({ select: { path: '$.b' } }, '{"a":"x"}')).toBeUndefined()
    expect(applyToBytes({ when: { topic: 'others' } }, '{"a":"x"}')).toBeUndefined()
  })

  test('a name that stands twice hides nothing from the rules', () => {
    expect(applyToBytes({ select: { detect: 'email' } }, '{"a":"anna@example.com","a":"x"}')).toBe('{"a":"x"}')
  })

  test('text is looked through for what looks like something', () => {
    expect(applyToBytes({ select: { detect: 'card' } }, `paid ${cardNumber}`)).toBe('paid <redacted>')
  })
})

test('the presets find what they are for', () => {
  const rules = rulesOf({ presets: ['pci', 'gdpr'] })
  const shown = rules.content(
    {
      orderId: 'o-1',
      quantity: 3,
      cardNumber: '1',
      card_expiry: '12/30',
      cvc: '123',
      payment: { text: `card ${cardNumber}`, token: `x ${jwt}` },
      customer: {
        first_name: 'Anna',
        dateOfBirth: '1990-01-01',
        homeAddress: { street: 'x' },
        mail: 'anna@example.com',
      },
    },
    value,
  )
  expect(shown).toEqual({
    orderId: 'o-1',
    quantity: 3,
    cardNumber: '<redacted>',
    card_expiry: '<redacted>',
    cvc: '<redacted>',
    payment: { text: 'card ***************1111', token: 'x <redacted>' },
    customer: {
      first_name: '<redacted>',
      dateOfBirth: '<redacted>',
      homeAddress: '<redacted>',
      mail: '<redacted>',
    },
  })
})

describe('whatever the value', () => {
  const leaf = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null))
  const json = fc.letrec((tie) => ({
    any: fc.oneof({ depthSize: 'small' }, leaf, fc.array(tie('any')), fc.dictionary(fc.string(), tie('any'))),
  })).any
  const anyRule: fc.Arbitrary<RedactRule> = fc.record(
    {
      target: fc.constantFrom('key', 'value', 'header'),
      select: fc.oneof(
        fc.record({ name: fc.constantFrom('a', '*', 'a*') }),
        fc.record({ path: fc.constantFrom('$.a', '$.**.a', '$[*]', '$.*') }),
        fc.record({ detect: fc.constantFrom('jwt', 'card', 'email', 'iban') }),
      ),
      do: fc.constantFrom<RuleAction[]>('remove', 'null', 'mask', 'replace', 'show', { keepLast: 2 }, { truncate: 2 }),
    },
    { requiredKeys: [] },
  ) as fc.Arbitrary<RedactRule>

  test('a secret in a selected field is nowhere in what is shown, and its siblings stay', () => {
    const steps = fc.array(fc.constantFrom('list', 'object'), { maxLength: 5 })
    fc.assert(
      fc.property(json, steps, (sibling, kinds) => {
        const secret = 'kq8Zt4vWm2Xy'
        const hidden = kinds.reduce<unknown>(
          (inner, kind) => (kind === 'list' ? [inner, sibling] : { in: inner, beside: sibling }),
          { password: secret, beside: sibling },
        )
        const shown = apply({ select: { name: 'password' } }, hidden)
        expect(JSON.stringify(shown)).toBe(
          JSON.stringify(hidden).replace(`"password":"${secret}"`, '"password":"<redacted>"'),
        )
      }),
    )
  })

  test('rules never throw, never change the value, and hide more when there are more of them', () => {
    fc.assert(
      fc.property(json, fc.array(anyRule, { maxLength: 4 }), anyRule, (content, some, more) => {
        const before = JSON.stringify(content)
        const few = rulesOf({ rules: some })
        const many = rulesOf({ rules: [...some, more] })
        const shown = few.content(content, value)
        many.content(content, value)
        expect(JSON.stringify(content)).toBe(before)
        if (JSON.stringify(shown) !== before) {
          expect(JSON.stringify(many.content(content, value)), 'what is hidden stays hidden').not.toBe(before)
        }
      }),
    )
  })

  test('bytes and decoded content read the same', () => {
    fc.assert(
      fc.property(
        json.filter((content) => typeof content !== 'string'),
        anyRule,
        (content, rule) => {
          const text = JSON.stringify(content)
          const shown = applyToBytes(rule, text)
          const expected = apply(rule, JSON.parse(text))
          if (shown === '<redacted>') expect(expected).toBe('<redacted>')
          else expect(JSON.stringify(expected)).toBe(shown ?? text)
        },
      ),
    )
  })
})
