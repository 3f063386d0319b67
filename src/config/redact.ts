import { nearest } from '../broker/nearest.ts'
import { checkOptions, flag, type OptionKind, oneOf } from './options.ts'

/** What is kept out of everything that is stored or printed. Levels add up, the strictest wins. */
export interface RedactOptions {
  /** Keys, values and header values of records read `<redacted>`. Default false. */
  records?: boolean
  /** Of a check only matcher, verdict, duration and field paths stay. Default false. */
  checks?: boolean
  /** `keep`: header values stay although record data is redacted. */
  headers?: 'keep'
}

/** The same with every default filled in. Plain data: it goes to the workers. */
export interface RedactConfig {
  records: boolean
  checks: boolean
  keepHeaders: boolean
}

const switches = ['records', 'checks', 'all']

/**
 * Adds what the environment variable asks for to what the config does.
 *
 * @throws TypeError for what is unknown, naming the nearest right one.
 */
export function resolveRedact(where: string, given: unknown, variable: string | undefined): RedactConfig {
  const options = optionsOf(where, given)
  const asked = parseSwitches('KAFKA_TESTKIT_REDACT', variable ?? '')
  return {
    records: options.records === true || asked.records,
    checks: options.checks === true || asked.checks,
    keepHeaders: options.headers === 'keep',
  }
}

/**
 * The switches out of a list: `records,checks`, or `all`.
 *
 * @throws TypeError for another word, naming the nearest right one.
 */
function parseSwitches(where: string, list: string): { records: boolean; checks: boolean } {
  const words = list
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '')
  const wrong = words.find((word) => !switches.includes(word))
  if (wrong !== undefined) {
    const meant = nearest(wrong, switches)
    const hint = meant === undefined ? 'records, checks or all is wanted' : `did you mean "${meant}"?`
    throw new TypeError(`${where}: there is no switch "${wrong}", ${hint}`)
  }
  const has = (word: string): boolean => words.includes(word) || words.includes('all')
  return { records: has('records'), checks: has('checks') }
}

function optionsOf(where: string, given: unknown): RedactOptions {
  if (given === 'all') return { records: true, checks: true }
  if (given === undefined) return {}
  if (typeof given === 'string') return parseSwitches(where, given)
  checkOptions(where, given, redactOptions)
  return given as RedactOptions
}

/** What `redact` may be, for the check of the whole config. */
export const redact: OptionKind = {
  wanted: "'all' or an object",
  holds: (value) => typeof value === 'string' || (typeof value === 'object' && value !== null),
}

const redactOptions = { records: flag, checks: flag, headers: oneOf('keep') }
