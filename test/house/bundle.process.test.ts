import { readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const dist = fileURLToPath(new URL('../../dist', import.meta.url))

/** A built module with all that it imports at once; what it imports when it is needed is left out. */
function loadedWith(file: string, loaded: Set<string> = new Set()): Set<string> {
  if (loaded.has(file)) return loaded
  loaded.add(file)
  const text = readFileSync(file, 'utf8')
  for (const [, to] of text.matchAll(/^(?:import|export)\s(?:[^;]*?from )?"(\.[^"]+)"/gm)) {
    loadedWith(join(file, '..', to!), loaded)
  }
  return loaded
}

test('a test file that uses no Kafka loads neither the broker nor the codec: a bundler puts shared modules where it likes', () => {
  const files = ['setup.js', 'index.js'].map((name) => join(dist, 'vitest', name))
  const loaded = new Set(files.flatMap((file) => [...loadedWith(file)].map((one) => basename(one))))
  expect([...loaded]).toEqual(expect.arrayContaining(['test-file.js', 'listener.js', 'matchers.js']))
  expect([...loaded]).not.toContain('server.js')
  expect([...loaded]).not.toContain('wire.js')
})
