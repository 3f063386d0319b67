// Writes schema/run.json, the JSON Schema of a run's lines, which the package publishes.
import { mkdirSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { lineSchema } from '../src/run/schema.ts'

/** The published text. */
export function jsonSchema(): string {
  const title = 'One line of a run stored by kafka-testkit (run.ndjson)'
  return `${JSON.stringify({ title, ...z.toJSONSchema(lineSchema) }, null, 2)}\n`
}

if (import.meta.main) {
  const folder = fileURLToPath(new URL('../schema', import.meta.url))
  mkdirSync(folder, { recursive: true })
  writeFileSync(`${folder}/run.json`, jsonSchema())
}
