import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { jsonSchema } from '../../scripts/generate-schema.ts'

test('the published JSON Schema is that of the model (npm run generate:schema)', () => {
  expect(readFileSync(new URL('../../schema/run.json', import.meta.url), 'utf8')).toBe(jsonSchema())
})
