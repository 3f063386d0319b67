import { nearest } from '../base/nearest.ts'
import type { Action } from '../redaction/actions.ts'
import { checkOptions, flag, list, listOf, type OptionKind, oneOf } from './options.ts'
import { resolveRules } from './redact-rules.ts'

/** What is kept out of everything that is stored or printed. Levels add up, the strictest wins. */
export interface RedactOptions {
  /** Keys, values and header values of records read `<redacted>`. Default false. */
  records?: boolean
  /** Of a check only matcher, verdict, duration and field paths stay. Default false. */
  checks?: boolean
  /** `keep`: header values stay although record data is redacted. */
  headers?: 'keep'
  /** Hides parts of records: what a rule selects. A rule that can't be applied hides all. */
  rules?: readonly RedactRule[]
  /** Sets of rules: `pci` for card data, `gdpr` for personal data. */
  presets?: readonly Preset[]
  /** Whether record data is taken out of what the console of tests and application prints. Default false. */
  console?: boolean
  /** What becomes of what no rule selects. Default `show`. */
  default?: 'show' | 'hide'
}

export interface RedactRule {
  /** Of which records. Default: all. `topic` is a glob or a regular expression. */
  when?: { topic?: string | RegExp; direction?: 'produced' | 'received' }
  /** Default: key, value and header. */
  target?: RuleTarget | readonly RuleTarget[]
  /** What of it. Default: all. */
  select?: RuleSelect
  /** Default `replace`. */
  do?: RuleAction
}

export type RuleTarget = 'key' | 'value' | 'header' | 'header name'

/** One of these. */
export interface RuleSelect {
  /** `$.customer.cards[*].number`, `$.**.email` */
  path?: string
  /** The name of a property or of a header: a glob that reads `card_number` and `cardNumber` alike, or a regular expression. */
  name?: string | RegExp
  /** A tag of the schema, as the serde's `tags` have them. */
  tag?: string
  /** What looks like it, in any text. */
  detect?: Detector | readonly Detector[]
}

export type Detector = 'jwt' | 'card' | 'email' | 'iban'
export type Preset = 'pci' | 'gdpr'

/** `mask` keeps the shape (Xxx 999), `hmac` lets equal values be seen as equal within a run, `show` is for `default: 'hide'`. */
export type RuleAction =
  | 'remove'
  | 'replace'
  | 'null'
  | 'mask'
  | 'hmac'
  | 'show'
  | { replace: string }
  | { keepFirst: number }
  | { keepLast: number }
  | { truncate: number }

/** The same with every default filled in. Plain data, also as JSON: it goes to the workers. */
export interface RedactConfig {
  records: boolean
  checks: boolean
  keepHeaders: boolean
  console: boolean
  rules: RuleConfig[]
  hideByDefault: boolean
  /** Of this run, for `hmac`. */
  salt: string
}

export interface RuleConfig {
  topic: string | null
  direction: 'produced' | 'received' | null
  targets: RuleTarget[]
  select: { path?: string; name?: string; tag?: string; detect?: Detector[] } | null
  action: Action
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

const redactOptions = {
  records: flag,
  checks: flag,
  headers: oneOf('keep'),
  console: flag,
  rules: list,
  presets: listOf(oneOf('pci', 'gdpr')),
  default: oneOf('show', 'hide'),
}
