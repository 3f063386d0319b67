const mocking = /\b(?:vi|vitest)\s*\.\s*(?:mock|unmock|doMock|doUnmock|hoisted)\s*[(<]/
const ownImport = /\bimport\s*\{([^}]*)\}\s*from\s*(['"])kafka-testkit\/vitest\2/g
const utility = /\b(?:vi|vitest)\b(?!\s+as\b)/g

/**
 * Vitest calls `vi.mock` and `vi.hoisted` before a file's imports only where `vi` is imported from `vitest` itself, and
 * refuses them elsewhere: a file that has them gets it from there. Lines stay where they are; undefined where nothing is
 * to be changed.
 */
export function withHoistedMocks(code: string): string | undefined {
  if (!code.includes('kafka-testkit/vitest') || !mocking.test(code)) return undefined
  return code.replace(ownImport, (statement, names: string) => {
    const utilities = names.match(utility)
    if (utilities === null) return statement
    const others = names.replace(utility, (name) => `${name} as ${name}OfKafkaTestkit`)
    return `import { ${utilities.join(', ')} } from 'vitest'; import {${others}} from 'kafka-testkit/vitest'`
  })
}
