import { didYouMean } from '../base/nearest.ts'

/** What an option must be: a word for the message, and the test. */
export interface OptionKind {
  readonly wanted: string
  readonly holds: (value: unknown) => boolean
  /** Its value is never printed, not even when it is wrong. */
  readonly secret?: boolean
}

export const duration: OptionKind = {
  wanted: 'a number of milliseconds',
  holds: (value) => typeof value === 'number' && value >= 0,
}
export const count: OptionKind = {
  wanted: 'a whole number, 0 or more',
  holds: (value) => Number.isSafeInteger(value) && (value as number) >= 0,
}
export const positive: OptionKind = {
  wanted: 'a whole number, 1 or more',
  holds: (value) => Number.isSafeInteger(value) && (value as number) >= 1,
}
export const flag: OptionKind = { wanted: 'true or false', holds: (value) => typeof value === 'boolean' }
export const text: OptionKind = {
  wanted: 'a string that is not empty',
  holds: (value) => typeof value === 'string' && value !== '',
}
export const anything: OptionKind = { wanted: 'anything', holds: () => true }
export const startingPoint: OptionKind = {
  wanted: "'beginning', a Date or { offset }",
  holds: (value) =>
    value === 'beginning' ||
    Object.prototype.toString.call(value) === '[object Date]' ||
    (typeof value === 'object' && value !== null && Number.isSafeInteger((value as { offset?: unknown }).offset)),
}

export function record(values: OptionKind): OptionKind {
  return {
    wanted: `an object, each value ${values.wanted}`,
    holds: (value) => typeof value === 'object' && value !== null && Object.values(value).every(values.holds),
  }
}

export const switchOrObject: OptionKind = {
  wanted: 'true, false or an object',
  holds: (value) => typeof value === 'boolean' || (typeof value === 'object' && value !== null),
}
export const section: OptionKind = {
  wanted: 'an object',
  holds: (value) => typeof value === 'object' && value !== null,
}

export const list: OptionKind = { wanted: 'a list', holds: Array.isArray }

export function listOf(values: OptionKind): OptionKind {
  return {
    wanted: `a list, each ${values.wanted}`,
    holds: (value) => Array.isArray(value) && value.every(values.holds),
  }
}

export function oneOf(...words: (string | number)[]): OptionKind {
  return {
    wanted: `one of ${words.map((word) => JSON.stringify(word)).join(', ')}`,
    holds: (value) => words.includes(value as string),
  }
}

/** Of a reader, in Kafka's words. */
export const isolationLevel: OptionKind = oneOf('read_committed', 'read_uncommitted')

/** An option that has a default. */
export interface Defaulted<T> extends OptionKind {
  readonly fallback: T
}

export function withDefault<T>(kind: OptionKind, fallback: T): Defaulted<T> {
  return { ...kind, fallback }
}

/** Each option of `Given` once: its check, and where it has one its default. */
type OptionTable<Given> = {
  readonly [Name in keyof Required<Given>]: OptionKind | Defaulted<NonNullable<Given[Name]>>
}

type Filled<Given, Table> = {
  [Name in keyof Given & keyof Table]-?: Table[Name] extends { fallback: unknown }
    ? NonNullable<Given[Name]>
    : Given[Name]
}

/**
 * The options that are given, checked, and the defaults of the others.
 *
 * @throws TypeError as `checkOptions` does.
 */
export function fillOptions<Given extends object, Table extends OptionTable<Given>>(
  where: string,
  given: Given | undefined,
  table: Table,
): Filled<Given, Table> {
  checkOptions(where, given, table)
  const filled = Object.entries<OptionKind | Defaulted<unknown>>(table).map(([name, kind]) => {
    const value = given?.[name as keyof Given]
    return [name, value ?? ('fallback' in kind ? kind.fallback : value)]
  })
  return Object.fromEntries(filled) as Filled<Given, Table>
}

/**
 * Refuses an option that isn't known or isn't what it must be, naming the nearest right one. `undefined` is as good as
 * left out.
 *
 * @throws TypeError
 */
export function checkOptions(where: string, given: unknown, known: Readonly<Record<string, OptionKind>>): void {
  if (given === undefined) return
  if (typeof given !== 'object' || given === null) {
    throw new TypeError(`${where}: its options are ${print(given)}, an object is wanted`)
  }
  for (const [name, value] of Object.entries(given)) {
    const kind = Object.hasOwn(known, name) ? known[name] : undefined
    if (kind === undefined) throw new TypeError(`${where}: ${unknownOption(name, Object.keys(known))}`)
    if (value !== undefined && !kind.holds(value)) {
      const shown = kind.secret === true ? `a secret of type ${typeof value}` : print(value)
      throw new TypeError(`${where}: option "${name}" is ${shown}, ${kind.wanted} is wanted`)
    }
  }
}

function unknownOption(name: string, known: readonly string[]): string {
  return `there is no option "${name}", ${didYouMean(name, known, `the options are ${known.join(', ')}`)}`
}

function print(value: unknown): string {
  if (typeof value === 'function') return 'a function'
  if (typeof value === 'bigint') return `${value}n`
  return JSON.stringify(value) ?? String(value)
}
