import type { Statement } from './checks.ts'
import type { Client, Variant } from './service.ts'

export type Verdict = 'holds' | 'fails'

/** What a check of a service has to say; undefined where either is right. */
export function rightVerdict(variant: Variant, says: Statement): Verdict | undefined {
  const crashes = variant === 'crashing'
  switch (says) {
    case 'nothing else':
    case 'all':
    case 'at rest':
      return isKnown(variant) ? 'holds' : 'fails'
    case 'too few':
      return 'fails'
    case 'committed':
      return crashes || variant === 'no commit' ? 'fails' : 'holds'
    case 'not committed':
      return variant === 'no commit' ? 'holds' : undefined
    case 'joined':
      // Where its handler throws a client is free to stay or to leave.
      return crashes ? undefined : 'holds'
  }
}

/**
 * Whether the cluster comes to know that each record was handled, or, where a commit may come before that, has waited for
 * a time in which nothing happened, and says so.
 */
function isKnown(variant: Variant): boolean {
  return variant !== 'no commit' && variant !== 'crashing'
}

/** Whether what a check says is only so when every record was handled. */
export function needsAllHandled(client: Client, variant: Variant, says: Statement, isReal: boolean): boolean {
  if (says === 'all') return true
  if (says === 'nothing else' || says === 'at rest') return !isReal || client.evidence(variant) !== undefined
  return says === 'committed' && client.evidence(variant) !== undefined
}
