import type { RunnerTestCase, TestContext } from 'vitest'
import type { Scope } from '../kafka/scope.ts'
import { isOn } from '../redaction/redaction.ts'
import { scrubErrors, scrubValues } from '../redaction/scrub.ts'

/** Takes redacted data out of what Vitest has of a test when it ends, before any reporter sees it. */
export async function scrubResult(scope: Scope, { result, meta }: RunnerTestCase): Promise<void> {
  if (!isOn(scope.redaction)) return
  if (result?.errors !== undefined) {
    const { errors } = result
    // In place: Vitest keeps this list.
    errors.splice(0, errors.length, ...((await scrubErrors(scope, errors)) as typeof errors))
  }
  // The reason of a skip, which Vitest's types leave out.
  const noted = result as { note?: unknown } | undefined
  if (noted?.note !== undefined) [noted.note] = await scrubValues(scope, [noted.note])
  const shown = await scrubValues(scope, Object.values(meta))
  Object.keys(meta).forEach((name, index) => {
    Object.assign(meta, { [name]: shown[index] })
  })
}

/** An annotation goes to the reporters at once. */
export function scrubAnnotations(scope: () => Scope, context: TestContext): void {
  const { annotate } = context
  if (annotate === undefined) return
  const scrubbed = async (...args: unknown[]): Promise<unknown> =>
    Reflect.apply(annotate, context, await scrubValues(scope(), args))
  Object.assign(context, { annotate: scrubbed })
}
