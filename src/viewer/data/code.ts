import type { Preview, RecordLine } from '../../run/model.ts'
import { jsonOf } from './preview-text.ts'

/** A record as the check that would find it. */
export function asPattern(record: RecordLine): string {
  const fields = fieldsOf(record, readValue)
  return `await expect(kafka.topic(${quote(record.topic)})).toReceiveRecord(${literal(fields)})`
}

/** A record as the call that would produce it again. */
export function asProduceCall(record: RecordLine): string {
  const fields = { ...fieldsOf(record, writtenValue), partition: new Code(String(record.partition)) }
  return `await kafka.topic(${quote(record.topic)}).produce(${literal(fields)})`
}

/** What stands in the code as it is. */
class Code {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}

function fieldsOf(record: RecordLine, toValue: (preview: Preview, serde: string) => unknown): Record<string, unknown> {
  const { key, value, headers, serde } = record
  const shown: Record<string, unknown> = {}
  if (key !== null && isWhole(key)) shown.key = key.encoding === 'utf8' ? key.data : buffer(key)
  if (value === null) shown.value = null
  else if (isWhole(value)) shown.value = toValue(value, serde.value)
  // A header may stand several times.
  const kept = headers.filter((header) => header.value === null || isWhole(header.value))
  const groups = Map.groupBy(kept, ({ name }) => name)
  const values = [...groups].map(([name, same]) => {
    const texts = same.map((header) => (header.value === null ? null : textOrBuffer(header.value)))
    return [name, texts.length === 1 ? texts[0] : texts]
  })
  if (values.length > 0) shown.headers = Object.fromEntries(values)
  return shown
}

/** What is redacted, or stored in part only, can be no pattern. */
export function isWhole(preview: Preview): boolean {
  return preview.encoding !== 'redacted' && !preview.truncated
}

/** A value as a check without a serde reads it: JSON where it is that, and no string serde was named. */
function readValue(preview: Preview, serde: string): unknown {
  return (serde === 'string' ? undefined : jsonOf(preview))?.json ?? textOrBuffer(preview)
}

/** A value as it is to be given so that the same bytes are written: objects as they are, all else as its text. */
function writtenValue(preview: Preview): unknown {
  const json = jsonOf(preview)?.json
  return typeof json === 'object' ? json : textOrBuffer(preview)
}

function textOrBuffer(preview: Preview): unknown {
  return preview.encoding === 'utf8' ? preview.data : buffer(preview)
}

function buffer({ data }: Preview): Code {
  return new Code(`Buffer.from(${quote(data)}, 'base64')`)
}

/** A value as TypeScript writes it. */
function literal(value: unknown, indent = ''): string {
  if (value instanceof Code) return value.text
  if (typeof value === 'string') return quote(value)
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const isList = Array.isArray(value)
  const entries = Object.entries(value).map(([name, one]) => {
    const text = literal(one, `${indent}  `)
    return isList ? text : `${nameOf(name)}: ${text}`
  })
  const [open, close, gap] = isList ? ['[', ']', ''] : ['{', '}', ' ']
  if (entries.length === 0) return `${open}${close}`
  const short = `${open}${gap}${entries.join(', ')}${gap}${close}`
  if (short.length + indent.length <= 72 && !short.includes('\n')) return short
  return `${open}\n${entries.map((entry) => `${indent}  ${entry},\n`).join('')}${indent}${close}`
}

function nameOf(name: string): string {
  // As a property's name in a literal this one would set the prototype.
  if (name === '__proto__') return "['__proto__']"
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : quote(name)
}

function quote(text: string): string {
  const inner = JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")
  return `'${inner}'`
}
