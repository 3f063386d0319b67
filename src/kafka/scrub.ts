import { isOn, REDACTED } from '../execution/redaction/redaction.ts'
import type { Scope } from './scope.ts'

/**
 * The errors of a test as any runner and reporter may have them: the second layer, for what isn't of our making. Loaded
 * where something is redacted and something failed.
 */
export async function scrubErrors(scope: Scope, errors: readonly unknown[]): Promise<unknown[]> {
  if (!isOn(scope.redaction) || errors.length === 0) return [...errors]
  try {
    const { scrubberFor } = await import('../execution/redaction/scrub.ts')
    const { sensitiveOf } = await import('./sensitive.ts')
    const scrubber = scrubberFor(errors, await sensitiveOf(scope))
    return errors.map((error) => scrubber.error(error))
  } catch (error) {
    // Nothing is shown rather than something that was not looked at.
    return errors.map(() => new Error(`${REDACTED} (it could not be scrubbed: ${(error as Error).name})`))
  }
}
