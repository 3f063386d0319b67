import { didYouMean } from '../base/nearest.ts'
import type { RedactConfig, RedactOptions } from '../redaction/options.ts'
import { checkOptions, flag, list, listOf, type OptionKind, oneOf } from './options.ts'
import { resolveRules } from './redact-rules.ts'

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
    console: options.console === true,
    ...resolveRules(where, options),
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
    const hint = didYouMean(wrong, switches, 'records, checks or all is wanted')
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

const redactOptions = {
  records: flag,
  checks: flag,
  headers: oneOf('keep'),
  console: flag,
  rules: list,
  presets: listOf(oneOf('pci', 'gdpr')),
  default: oneOf('show', 'hide'),
}
