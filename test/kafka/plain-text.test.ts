import fc from 'fast-check'
import { format, plugins } from 'pretty-format'
import { expect, test } from 'vitest'
import { plainText } from '../../src/kafka/plain-text.ts'

function pretty(value: unknown): string {
  return format(value, { min: true, plugins: [plugins.AsymmetricMatcher] })
}

test('what it prints is what pretty-format prints', () => {
  const strange = fc.constantFrom<unknown>(
    undefined,
    -0,
    Number.NaN,
    /a"\/b/gi,
    1n,
    new Date(0),
    Symbol('s'),
    new Map(),
  )
  const matcher = fc.constantFrom<unknown>(
    expect.any(Number),
    { $$typeof: 1 },
    { toJSON: () => 'text' },
    new Error('no'),
  )
  const value = fc.anything({ withNullPrototype: true, withSparseArray: true, maxDepth: 4 })
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof(
      { depthSize: 'small' },
      value,
      strange,
      matcher,
      fc.array(tie('tree')),
      fc.dictionary(fc.string(), tie('tree')),
    ),
  }))
  fc.assert(
    fc.property(tree, (value) => {
      const text = plainText(value)
      if (text !== undefined) expect(text).toBe(pretty(value))
    }),
    { numRuns: 2000 },
  )
})

test('patterns as people write them are plain, and cycles and matchers are not', () => {
  const pattern = { value: { sku: 'a "lamp"', tags: ['x', null, /^y/], gone: undefined }, key: 'o-1' }
  expect(plainText(pattern)).toBe(
    '{"key": "o-1", "value": {"gone": undefined, "sku": "a \\"lamp\\"", "tags": ["x", null, /^y/]}}',
  )
  const cycle: Record<string, unknown> = {}
  cycle.self = [cycle]
  for (const other of [cycle, [expect.anything()], { when: new Date() }, 1n, [() => 1]]) {
    expect(plainText(other)).toBe(undefined)
  }
})
