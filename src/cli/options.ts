import { InvalidArgumentError, Option } from 'commander'
import { parseTime } from './text.ts'

/** What is left out beyond what the store leaves out. */
export function redactOption(): Option {
  return new Option('--redact <what>', 'leave data out: records, checks, or all').argParser((text: string) => {
    const parts = text.split(',').map((part) => part.trim())
    const wrong = parts.find((part) => !['records', 'checks', 'all'].includes(part))
    if (wrong !== undefined) throw new InvalidArgumentError(`"${wrong}" is none of records, checks, all.`)
    const has = (what: string): boolean => parts.includes(what) || parts.includes('all')
    return { records: has('records'), checks: has('checks') }
  })
}

export function pastTime(text: string): number {
  try {
    return parseTime(text)
  } catch (error) {
    throw new InvalidArgumentError((error as Error).message)
  }
}

export function publicUrl(text: string): string {
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol) && new URL(text).pathname === '/') return text
  throw new InvalidArgumentError('https://HOST is wanted: the pages live at the root of a host.')
}

/** `publicUrl` as it is typed: `--public-url`. */
export function flagOf(name: string): string {
  return `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
}

export function wholeNumber(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('a whole number is wanted')
  return Number(text)
}
