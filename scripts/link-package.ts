// Copies what `npm pack` would publish to where the fixtures resolve `kafka-testkit`: what they run is what users get.
import { cpSync, existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const published = ['package.json', 'dist', 'schema']

export function linkPackage(): void {
  if (!existsSync(join(root, 'dist'))) throw new Error('dist is missing: run npm run build first')
  const copy = join(root, 'fixtures/node_modules/kafka-testkit')
  rmSync(copy, { recursive: true, force: true, maxRetries: 5 })
  for (const part of published) cpSync(join(root, part), join(copy, part), { recursive: true })
}

if (import.meta.main) linkPackage()
