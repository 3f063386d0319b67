import { createHmac } from 'node:crypto'
import { REDACTED } from './redaction.ts'

/** What is done to what a rule selects. The strictest of several is done. */
export type Action =
  | { kind: 'remove' | 'null' | 'mask' | 'hmac' | 'show' }
  | { kind: 'replace'; by: string }
  | { kind: 'keep first' | 'keep last' | 'truncate'; count: number }

/** In the place of something that has to go altogether. */
export const REMOVED: unique symbol = Symbol('removed')

const strictness: readonly Action['kind'][] = [
  ...(['show', 'truncate', 'keep first', 'keep last', 'mask', 'hmac', 'replace', 'null', 'remove'] as const),
]

export function strictest(actions: readonly Action[]): Action | undefined {
  const rank = ({ kind }: Action): number => strictness.indexOf(kind)
  return actions.reduce<Action | undefined>(
    (most, one) => (most === undefined || rank(one) > rank(most) ? one : most),
    undefined,
  )
}

/** Whether it leaves nothing of a value, so that what is inside needs no looking at. */
export function isTotal({ kind }: Action): boolean {
  return kind === 'remove' || kind === 'null' || kind === 'replace' || kind === 'hmac'
}

/** Does it to a text, or to a number as text. `salt` is of the run: the same value reads the same in all of it. */
export function perform(action: Action, text: string, salt: string): string | null | typeof REMOVED {
  switch (action.kind) {
    case 'show':
      return text
    case 'remove':
      return REMOVED
    case 'null':
      return null
    case 'replace':
      return action.by
    case 'hmac':
      return salt === '' ? REDACTED : `hmac:${createHmac('sha256', salt).update(text).digest('hex').slice(0, 16)}`
    case 'mask':
      return text
        .replaceAll(/\p{Lu}/gu, 'X')
        .replaceAll(/\p{L}/gu, (letter) => (letter === 'X' ? 'X' : 'x'))
        .replaceAll(/\p{N}/gu, '9')
    case 'truncate':
      return text.length > action.count ? `${text.slice(0, action.count)}…` : text
    default:
      return keep(text, action.kind, action.count)
  }
}

/** Never more than half of it: the last four of five digits are as good as all. */
function keep(text: string, end: 'keep first' | 'keep last', count: number): string {
  const kept = Math.min(count, Math.floor(text.length / 2))
  const stars = '*'.repeat(text.length - kept)
  return end === 'keep first' ? text.slice(0, kept) + stars : stars + text.slice(text.length - kept)
}
