const whole = new Intl.NumberFormat()
const oneDigit = new Intl.NumberFormat(undefined, { maximumFractionDigits: 1 })
const dateAndTime = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' })
const precise = new Intl.DateTimeFormat(undefined, {
  year: 'numeric',
  month: 'short',
  day: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  fractionalSecondDigits: 3,
  timeZoneName: 'short',
})

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

/** In the reader's zone. */
export function time(milliseconds: number): string {
  return isTime(milliseconds) ? dateAndTime.format(milliseconds) : 'no time'
}

/** The same with milliseconds and the zone. */
export function preciseTime(milliseconds: number): string {
  return isTime(milliseconds) ? precise.format(milliseconds) : 'no time'
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
