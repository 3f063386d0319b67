import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const dist = fileURLToPath(new URL('../../dist', import.meta.url))

/** All that a module of the package has loaded when it is imported. */
function imported(path: string, seen: Map<string, string> = new Map()): Map<string, string> {
  if (seen.has(path)) return seen
  const code = readFileSync(path, 'utf8')
  seen.set(path, code)
  for (const [, from] of code.matchAll(/^(?:import|export) .*?["'](\.[^"']+)["'];?$/gm)) {
    imported(join(dirname(path), from!), seen)
  }
  return seen
}

test.each(['vitest/setup.js', 'vitest/index.js', 'jest/environment.js'])(
  'who redacts nothing pays for nothing: %s loads neither rules nor what scrubs',
  (entry) => {
    const code = [...imported(join(dist, entry)).values()].join('\n')
    expect(code).toContain('<redacted>')
    expect(code, 'the scrub of errors').not.toContain('function scrubberFor')
    expect(code, 'the rules').not.toContain('function compileRules')
  },
)
