/** What stands in the place of what is redacted, wherever it is stored or printed. */
export const REDACTED = '<redacted>'

/** The two switches. */
export interface Switches {
  /** Keys, values and header values of records. */
  records: boolean
  /** What a check compared: message, differences, expected, actual and cause. */
  checks: boolean
}

/** What of a test's data may be stored and printed. */
export interface Redaction extends Switches {
  /** Whether header values stay although record data is redacted. */
  readonly keepHeaders: boolean
  /** Where there are rules: they hide parts of what the switches show. */
  readonly rules: Rules | undefined
}

/** Where a piece of record data stands. */
export interface RecordPart {
  readonly topic: string
  readonly direction: 'produced' | 'received'
  readonly target: 'key' | 'value' | 'header'
  /** Of a header. */
  readonly name?: string
}

/** Paths of a schema's fields by tag: `{ PII: ['$.customer.email'] }`. */
export type SchemaTags = Readonly<Record<string, readonly string[]>>

/** Rules, ready to be applied (`rules.ts`, loaded where a config has some). Whatever goes wrong hides all of it. */
export interface Rules {
  /** The tags of a serde that is used for the keys or the values of a topic. */
  learn(topic: string, target: 'key' | 'value', tags: SchemaTags | undefined): void
  /** What may be shown of a decoded key, value or header value. */
  content(content: unknown, place: RecordPart): unknown
  /** The same of its bytes, as text; undefined where they may be shown as they are. */
  bytes(bytes: Uint8Array, place: RecordPart): string | undefined
  /** The name under which a header may be shown; undefined where it has to go. */
  headerName(name: string, topic: string, direction: RecordPart['direction']): string | undefined
  /** Any text, where only detectors can find something. */
  text(text: string): string
  /** What the rules hid of a content: none of it may be in a message. */
  hidden(content: unknown, place: RecordPart): unknown[]
}

export const unredacted: Redaction = { records: false, checks: false, keepHeaders: false, rules: undefined }

/** Adds what is asked for: the strictest wins, nothing is loosened. */
export function tighten(redaction: Redaction, more: Partial<Switches>): Redaction {
  const records = redaction.records || more.records === true
  const checks = redaction.checks || more.checks === true
  if (records === redaction.records && checks === redaction.checks) return redaction
  return { ...redaction, records, checks }
}

/** Whether some of what records hold must not be shown. */
export function hidesRecords({ records, rules }: Pick<Redaction, 'records' | 'rules'>): boolean {
  return records || rules !== undefined
}

/** Whether all of a key, a value or a header's value is hidden, before any rule is asked. */
export function hidesAllOf(
  { target }: Pick<RecordPart, 'target'>,
  { records, keepHeaders }: Pick<Redaction, 'records' | 'keepHeaders'>,
): boolean {
  return records && !(keepHeaders && target === 'header')
}

/** Whether anything is hidden at all. */
export function isOn(redaction: Redaction): boolean {
  return redaction.checks || hidesRecords(redaction)
}
