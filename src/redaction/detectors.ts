import type { Detector } from './options.ts'

/** What a detector finds in a text: where it stands. */
export interface Found {
  start: number
  end: number
}

/** Kinds of data that are known by their looks. */
export const detectors: Record<Detector, (text: string) => Found[]> = { jwt, card, email, iban }

/** Three parts in base64url, of which the first is a JSON object that names its algorithm (RFC 7519). */
function jwt(text: string): Found[] {
  return matches(text, /(?<![\w-])[\w-]{8,}\.[\w-]{4,}\.[\w-]*/g, (token) => {
    try {
      const header: unknown = JSON.parse(Buffer.from(token.split('.')[0]!, 'base64url').toString())
      return typeof header === 'object' && header !== null && 'alg' in header
    } catch {
      return false
    }
  })
}

/** 13 to 19 digits, also in groups, with a right check digit (ISO/IEC 7812). */
function card(text: string): Found[] {
  return matches(text, /(?<!\d)(?:\d[ -]?){12,18}\d(?!\d)/g, (digits) => hasCheckDigit(digits.replaceAll(/\D/g, '')))
}

/** By Luhn's algorithm. */
function hasCheckDigit(digits: string): boolean {
  if (/^0+$/.test(digits)) return false
  let sum = 0
  for (const [index, digit] of [...digits].reverse().entries()) {
    const value = Number(digit) * (index % 2 === 1 ? 2 : 1)
    sum += value > 9 ? value - 9 : value
  }
  return sum % 10 === 0
}

function email(text: string): Found[] {
  const address = /[\p{L}\p{N}.!#$%&'*+/=?^_`{|}~-]{1,64}@[\p{L}\p{N}-]{1,63}(?:\.[\p{L}\p{N}-]{1,63})+/gu
  return text.includes('@') ? matches(text, address, () => true) : []
}

/** A country's code, two check digits and up to 30 characters, also in groups of four (ISO 13616). */
function iban(text: string): Found[] {
  const account = /(?<![A-Z0-9])[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?(?![A-Z0-9])/gi
  return matches(text, account, (found) => isIban(found.replaceAll(' ', '').toUpperCase()))
}

function isIban(account: string): boolean {
  if (account.length < 15 || account.length > 34) return false
  let rest = 0
  for (const character of account.slice(4) + account.slice(0, 4)) {
    for (const digit of String(Number.parseInt(character, 36))) rest = (rest * 10 + Number(digit)) % 97
  }
  return rest === 1
}

function matches(text: string, pattern: RegExp, holds: (match: string) => boolean): Found[] {
  return [...text.matchAll(pattern)]
    .filter(([match]) => holds(match))
    .map(({ 0: match, index }) => ({ start: index, end: index + match.length }))
}
