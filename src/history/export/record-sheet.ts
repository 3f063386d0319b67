import type { Preview, RecordLine } from '../../run/model.ts'
import { placeOf } from '../../run/record-text.ts'

/** Records as text, each with all that is stored of it. */
export function recordSheet(records: readonly RecordLine[]): string {
  return records.map(sheetOf).join('\n')
}

/** The records that a list has, each once, though several tasks moved it. */
export function eachOnce(records: readonly RecordLine[]): RecordLine[] {
  return [...new Map(records.map((record) => [placeOf(record), record])).values()]
}

function sheetOf(record: RecordLine): string {
  const { direction, timestamp, key, value, headers, serde, schemaId } = record
  const schema = schemaId === null ? '' : `, schema ${schemaId}`
  const rows = [
    `${placeOf(record)}  ${direction}, timestamp ${new Date(timestamp).toISOString()}`,
    `  key (${serde.key}): ${key === null ? 'none' : text(key)}`,
    `  value (${serde.value}${schema}): ${value === null ? 'null (tombstone)' : text(value)}`,
    ...headers.map((header) => `  header ${header.name}: ${header.value === null ? 'null' : text(header.value)}`),
  ]
  return `${rows.join('\n')}\n`
}

function text({ encoding, bytes, truncated, data }: Preview): string {
  if (encoding === 'redacted') return data
  const shown = encoding === 'base64' ? `base64 ${data}` : data
  return truncated ? `${shown} … (cut off, it has ${bytes} bytes)` : shown
}
