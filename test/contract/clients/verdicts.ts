import type { Statement } from './checks.ts'
import type { Client, Variant } from './service.ts'

export type Verdict = 'holds' | 'fails'

/** What a check of a service has to say; undefined where either is right. */
export function rightVerdict(variant: Variant, says: Statement, isReal: boolean): Verdict | undefined {
  const crashes = variant === 'crashing'
  switch (says) {
    case 'nothing else':
      // On a real cluster it is waited for a fixed time, and said so.
      return isReal || isKnown(variant) ? 'holds' : 'fails'
    case 'all':
      return !crashes && (isReal || isKnown(variant)) ? 'holds' : 'fails'
    case 'too few':
      // Once the service is gone no others come: on a real cluster the fixed time passes without them.
      return crashes && isReal ? 'holds' : 'fails'
    case 'at rest':
      // Of a real cluster nobody sees more than what is committed.
      return !crashes && (isReal ? variant !== 'no commit' : isKnown(variant)) ? 'holds' : 'fails'
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
  if (says === 'nothing else') return !isReal
  if (says === 'at rest') return !isReal || client.evidence(variant) !== undefined
  return says === 'committed' && client.evidence(variant) !== undefined
}
