import type { Action } from './actions.ts'

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
