import { stripVTControlCharacters } from 'node:util'

/** Columns below each other, two spaces between them; numbers to the right. */
export function table(rows: readonly (readonly string[])[], right: readonly number[] = []): string {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)))
  return rows
    .map((row) =>
      row
        .map((cell, column) => (right.includes(column) ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

export function duration(milliseconds: number): string {
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`
  return milliseconds < 60_000 ? `${(milliseconds / 1000).toFixed(1)} s` : `${(milliseconds / 60_000).toFixed(1)} min`
}

/** Local time, to the second. */
export function time(milliseconds: number): string {
  const date = new Date(milliseconds)
  const two = (number: number): string => String(number).padStart(2, '0')
  const day = [date.getFullYear(), two(date.getMonth() + 1), two(date.getDate())].join('-')
  return `${day} ${[date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(':')}`
}

/** Numbers as a picture of one line, from the least to the greatest. */
export function sparkLine(values: readonly number[]): string {
  const least = Math.min(...values)
  const range = Math.max(...values) - least
  return values.map((value) => '▁▂▃▄▅▆▇█'[range === 0 ? 0 : Math.round(((value - least) / range) * 7)]).join('')
}

/**
 * When something was: `7d`, `12h`, `30m` ago, or a date. Milliseconds since the epoch.
 *
 * @throws Error when it is neither.
 */
export function parseTime(text: string, now: number = Date.now()): number {
  const [, count, unit] = /^(\d+)(m|h|d|w)$/.exec(text) ?? []
  if (count !== undefined)
    return now - Number(count) * { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 }[unit as 'm']
  const date = Date.parse(text)
  if (Number.isNaN(date)) throw new Error(`"${text}" is no time: write 30m, 12h, 7d, 2w or a date as 2026-11-25`)
  return date
}

/**
 * Text of others as a terminal may show it: names of tests, topics and clients, messages and records can't colour it, move
 * its cursor or turn its writing round.
 */
export function printable(text: string): string {
  return stripVTControlCharacters(text).replaceAll(/(?!\n)[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu, '\ufffd')
}
