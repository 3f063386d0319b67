import type { Redaction } from './redaction.ts'

/** A test, as far as redaction has to know it. */
export interface RedactedTest {
  readonly testName: string
  /** At this moment: a test may ask for more. */
  readonly redaction: Redaction
  /** Record data that went through its hands. */
  readonly data: { readonly noted: readonly unknown[] }
  /** The records that lie in the logs which it could see. */
  logged(): Promise<readonly unknown[]>
  /** Messages of ours, which hold no more than may be shown. */
  readonly ownMessages: Set<string>
}
