import { hidesRecords, isOn, REDACTED } from './redaction.ts'
import type { Part, Scrubber, Sensitive } from './scrubber.ts'
import type { RedactedTest } from './test.ts'

/*
 * The second layer for either runner: what a test tells that isn't of our making. Its code is loaded where something is
 * redacted, and there is something to look at.
 */

/** The errors of a test as any runner and reporter may have them. */
export function scrubErrors(test: RedactedTest, errors: readonly unknown[]): Promise<unknown[]> {
  return scrub(test, errors, (scrubber, error) => scrubber.error(error), unscrubbed)
}

/** Texts, bytes and objects that a test hands to its runner: notes, annotations, meta data. */
export function scrubValues(test: RedactedTest, values: readonly unknown[]): Promise<unknown[]> {
  return scrub(
    test,
    values,
    (scrubber, value) => (typeof value === 'string' ? scrubber.text(value) : scrubber.value(value)),
    () => REDACTED,
  )
}

async function scrub(
  test: RedactedTest,
  subjects: readonly unknown[],
  show: (scrubber: Scrubber, subject: unknown) => unknown,
  otherwise: (error: Error) => unknown,
): Promise<unknown[]> {
  if (!isOn(test.redaction) || subjects.length === 0) return [...subjects]
  try {
    const { scrubberFor } = await import('./scrubber.ts')
    const { sensitiveOf } = await import('./sensitive.ts')
    const scrubber = scrubberFor(subjects, await sensitiveOf(test))
    return subjects.map((subject) => show(scrubber, subject))
  } catch (error) {
    // Nothing is shown rather than something that was not looked at.
    return subjects.map(() => otherwise(error as Error))
  }
}

function unscrubbed({ name }: Error): Error {
  return new Error(`${REDACTED} (it could not be scrubbed: ${name})`)
}

const warned = new Set<string>()

/** Once a file. */
export async function warnOfTitle(test: RedactedTest, file: string): Promise<void> {
  if (warned.has(file)) return
  const warning = await titleWarning(test, file)
  if (warning === undefined) return
  warned.add(file)
  console.warn(warning)
}

/** Says so when a test has record data in its title: titles are stored as they are, and every reporter has them. */
async function titleWarning(test: RedactedTest, file: string): Promise<string | undefined> {
  const { redaction, data, testName } = test
  if (!hidesRecords(redaction) || data.noted.length === 0) return undefined
  const { scrubberFor } = await import('./scrubber.ts')
  const { partsOf } = await import('./sensitive.ts')
  const parts: Part[] = data.noted.flatMap(partsOf)
  const sensitive: Sensitive = { redaction, parts, own: new Set() }
  if (!scrubberFor([testName], sensitive).tells(testName)) return undefined
  return (
    `kafka-testkit: a title in ${file} holds record data, which is redacted elsewhere; titles are stored as they are: ` +
    'name the test after what it does, not after its data'
  )
}
