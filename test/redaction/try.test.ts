import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeEach, expect, test, vi } from 'vitest'
import { tryRedaction } from '../../src/cli/redact.ts'

const folder = mkdtempSync(join(tmpdir(), 'kafka-testkit-redact-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const print = vi.spyOn(console, 'log').mockImplementation(() => {})
beforeEach(() => print.mockClear())

function file(name: string, content: unknown): string {
  const path = join(folder, name)
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content))
  return path
}

const order = { customer: { name: 'Anna', email: 'anna@example.com' }, cards: ['4111 1111 1111 1111'], total: 12 }
const common = { topic: 'orders', direction: 'received', target: 'value' } as const

/** What a dry run prints. */
async function tried(options: Omit<Parameters<typeof tryRedaction>[0], keyof typeof common>): Promise<string> {
  await tryRedaction({ ...common, ...options })
  return print.mock.calls.map(([text]) => text).join('\n')
}

test('a dry run shows what rules leave of a value, and which of them hid what', async () => {
  const rules = file('rules.json', [
    { select: { path: '$.customer.name' }, do: 'mask' },
    { when: { topic: 'others' }, select: { name: 'total' } },
  ])
  expect(await tried({ try: file('order.json', order), rules, preset: ['pci', 'gdpr'] })).toMatchInlineSnapshot(`
    "{"customer":{"name":"Xxxx","email":"<redacted>"},"cards":["***************1111"],"total":12}

    $.customer.name   "Xxxx"                 path $.customer.name: mask
    $.cards[0]        "***************1111"  detect card: keep last
    $.customer.email  "<redacted>"           detect email,iban,jwt: replace
    $.customer.email  "<redacted>"           name *email*: replace"
  `)
})

test('rules can be those of a config, in a module too', async () => {
  const rules = file('config.mjs', `export default { redact: { rules: [{ select: { name: 'total' }, do: 'null' }] } }`)
  expect(await tried({ try: file('order.json', order), rules })).toContain('$.total  null  name total: null')
})

test('what is not hidden is said to be not hidden', async () => {
  expect(await tried({ try: file('order.json', '{ "total": 12 }\n'), preset: ['pci'] })).toBe(
    '{"total":12}\n\nNothing of it is selected by a rule.',
  )
})

test('a value that rules can not look into is hidden whole', async () => {
  expect(await tried({ try: file('order.txt', 'total=12'), preset: ['pci'] })).toMatch(
    /^<redacted>\n\nIt is hidden whole/,
  )
})

test('without rules there is nothing to try', async () => {
  await expect(tried({ try: file('order.json', order) })).rejects.toThrow('--preset pci,gdpr')
  await expect(tried({ try: file('order.json', order), preset: ['hipaa'] })).rejects.toThrow('"pci", "gdpr" is wanted')
  await expect(tried({ try: file('order.json', order), rules: file('none.json', '1') })).rejects.toThrow('has no rules')
})
