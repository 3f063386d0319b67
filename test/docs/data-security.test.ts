import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { dataSecurityPage } from '../../scripts/generate-data-security.ts'

test('the page says of every field of the schema what it holds (npm run generate:schema)', () => {
  const page = readFileSync(new URL('../../docs/data-security.md', import.meta.url), 'utf8')
  expect(page).toBe(dataSecurityPage())
  expect(page).toContain('| `value` | Its value; null is a tombstone | record data |')
})
