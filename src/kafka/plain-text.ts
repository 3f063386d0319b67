import { isRegExp } from 'node:util/types'

/** Deeper than any pattern that somebody wrote; a cycle comes to it. */
const DEEPEST = 20

/**
 * A value on one line, as pretty-format has it, where it is made of what JSON has, `undefined` and regular expressions;
 * undefined where it isn't. Most patterns are, and each check that is recorded shows its pattern: loading pretty-format
 * for that would cost every test file 8 ms.
 */
export function plainText(value: unknown, depth = 0): string | undefined {
  if (typeof value === 'string') return quoted(value)
  if (typeof value === 'number') return Object.is(value, -0) ? '-0' : String(value)
  if (typeof value === 'boolean' || value === undefined || value === null) return String(value)
  if (typeof value !== 'object' || depth > DEEPEST) return undefined
  if (Array.isArray(value)) {
    const parts = Array.from(value, (element) => plainText(element, depth + 1))
    return parts.includes(undefined) || Object.keys(value).length !== parts.length ? undefined : `[${parts.join(', ')}]`
  }
  if (isRegExp(value)) return RegExp.prototype.toString.call(value)
  return isPlain(value) ? objectText(value, depth) : undefined
}

function objectText(value: object, depth: number): string | undefined {
  const parts: string[] = []
  for (const key of Object.keys(value).sort()) {
    const text = plainText((value as Record<string, unknown>)[key], depth + 1)
    if (text === undefined) return undefined
    parts.push(`${quoted(key)}: ${text}`)
  }
  return `{${parts.join(', ')}}`
}

/** In any realm; asymmetric matchers and whatever says itself how it is printed are not. */
function isPlain(value: object): boolean {
  const prototype = Object.getPrototypeOf(value) as object | null
  const isBasic = prototype === null || Object.getPrototypeOf(prototype) === null
  const isOwnPrinter = '$$typeof' in value || 'toJSON' in value || 'asymmetricMatch' in value
  return isBasic && !isOwnPrinter && Object.getOwnPropertySymbols(value).length === 0
}

function quoted(text: string): string {
  return `"${text.replaceAll(/["\\]/g, '\\$&')}"`
}
