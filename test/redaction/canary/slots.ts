import { createHmac } from 'node:crypto'
import { appendFileSync } from 'node:fs'

/**
 * A token that is nowhere else, and new in each run. Its slot says what is expected of it:
 * `data/` is record data, `check/` is compared by a check and never in a record, `secret/` must never be stored, `shown/`
 * stays by design (names of topics, groups, headers), `foreign/` and `title/` can't be held.
 */
export function canary(slot: string): string {
  appendFileSync(process.env.CANARY_SLOTS!, `${slot}\n`)
  return createHmac('sha256', process.env.CANARY_SEED!)
    .update(slot)
    .digest('base64url')
    .replaceAll(/[-_]/g, 'q')
    .slice(0, 20)
}
