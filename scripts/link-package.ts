// Copies what `npm pack` would publish to where the fixtures resolve `kafka-testkit`: what they run is what users get.
import { cpSync, existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))

export function linkPackage(): void {
  if (!existsSync(join(root, 'dist'))) throw new Error('dist is missing: run npm run build first')
  const copy = join(root, 'fixtures/node_modules/kafka-testkit')
  rmSync(copy, { recursive: true, force: true, maxRetries: 5 })
  copyPackage(copy)
}

/** Copies what is published into a folder. */
export function copyPackage(folder: string): void {
  const { files } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { files: string[] }
  for (const part of ['package.json', ...files]) cpSync(join(root, part), join(folder, part), { recursive: true })
}

if (import.meta.main) linkPackage()
