const whole = new Intl.NumberFormat()
const oneDigit = new Intl.NumberFormat(undefined, { maximumFractionDigits: 1 })
const inPercent = new Intl.NumberFormat(undefined, { style: 'percent', maximumFractionDigits: 1 })
const dateAndTime = dates({ dateStyle: 'medium', timeStyle: 'medium' })
const monthAndDay = dates({ month: 'short', day: 'numeric', timeZone: 'UTC' })
const date = dates({ dateStyle: 'medium', timeZone: 'UTC' })
const monthAndYear = dates({ month: 'short', year: 'numeric', timeZone: 'UTC' })
const short = dates({ dateStyle: 'medium', timeStyle: 'short' })
const precise = dates({
  year: 'numeric',
  month: 'short',
  day: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  fractionalSecondDigits: 3,
  timeZoneName: 'short',
})

/** A format that is made when it is first wanted: each takes milliseconds of the time until a page is there. */
function dates(options: Intl.DateTimeFormatOptions): (at: number) => string {
  let made: Intl.DateTimeFormat | undefined
  return (at) => {
    made ??= new Intl.DateTimeFormat(undefined, options)
    return made.format(at)
  }
}

export function number(value: number): string {
  return whole.format(value)
}

export function duration(milliseconds: number): string {
  if (milliseconds < 10) return `${oneDigit.format(milliseconds)} ms`
  if (milliseconds < 1000) return `${whole.format(Math.round(milliseconds))} ms`
  return milliseconds < 60_000
    ? `${oneDigit.format(milliseconds / 1000)} s`
    : `${oneDigit.format(milliseconds / 60_000)} min`
}

export function bytes(count: number): string {
  if (count < 1024) return `${whole.format(count)} B`
  return count < 1024 ** 2 ? `${oneDigit.format(count / 1024)} KiB` : `${oneDigit.format(count / 1024 ** 2)} MiB`
}

/** A day ("2026-11-25") as it is, in whatever zone the reader is: days are those of UTC. */
export function dayText(day: string, by: 'day' | 'week' | 'month' = 'day'): string {
  return (by === 'month' ? monthAndYear : monthAndDay)(Date.parse(day))
}

/** The same with its year. */
export function dateText(day: string): string {
  return date(Date.parse(day))
}

export function percent(part: number): string {
  return inPercent.format(part)
}

/** In the reader's zone. */
export function time(milliseconds: number): string {
  return isTime(milliseconds) ? dateAndTime(milliseconds) : 'no time'
}

/** The same as short as it is still known which day it was. */
export function shortTime(milliseconds: number): string {
  return isTime(milliseconds) ? short(milliseconds) : 'no time'
}

/** The same with milliseconds and the zone. */
export function preciseTime(milliseconds: number): string {
  return isTime(milliseconds) ? precise(milliseconds) : 'no time'
}

/** For machines, and for whoever hovers: in UTC. */
export function isoTime(milliseconds: number): string {
  return isTime(milliseconds) ? new Date(milliseconds).toISOString() : ''
}

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${number(count)} ${count === 1 ? one : many}`
}

/** A date beyond what JavaScript has is no error of the page's: a record may carry any timestamp. */
function isTime(milliseconds: number): boolean {
  return Math.abs(milliseconds) <= 8.64e15
}
