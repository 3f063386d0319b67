import { stripVTControlCharacters } from 'node:util'
import { expect as base } from 'vitest'
import { createMatchers } from '../../src/matchers/index.ts'
import type { KafkaExpect } from '../../src/vitest/expect.ts'
import { snapshots } from '../../src/vitest/snapshots.ts'

base.extend(createMatchers(snapshots))

/** Vitest's `expect` with the matchers of the sources, as `kafka-testkit/vitest` exports it. */
export const expect: KafkaExpect = base as KafkaExpect

/** The message with which a check fails, as a snapshot can hold it: without colours, times and random ids. */
export async function failureOf(check: () => unknown): Promise<string> {
  try {
    await check()
  } catch (error) {
    return stable((error as Error).message)
  }
  throw new Error('the check was to fail, and passed')
}

function stable(message: string): string {
  return stripVTControlCharacters(message)
    .replaceAll(/^ {0,8}\d+ ms {2}/gm, '   <n> ms  ')
    .replaceAll(/\d+ ms into the test/g, '<n> ms into the test')
    .replaceAll(/\d+ ms before the test( began|$)/gm, '<n> ms before the test$1')
    .replaceAll(/\d+ ms after the deadline/g, '<n> ms after the deadline')
    .replaceAll(/was aborted \d+ ms ago/g, 'was aborted <n> ms ago')
    .replaceAll(/joined at \d+ ms/g, 'joined at <n> ms')
    .replaceAll(/, (external|testcontainers)\)/g, ', real)')
}
