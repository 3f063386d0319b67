import type { Preview, RecordLine } from './model.ts'

/** How much of a key or a value stands in a line, in characters. */
const SHOWN = 200

/** Where a record lies: `orders/0@3`. */
export function placeOf({ topic, partition, offset }: Pick<RecordLine, 'topic' | 'partition' | 'offset'>): string {
  return `${topic}/${partition}@${offset}`
}

/** What is stored of a record, on one line: `key "o-1"  value {"sku":"lamp"}`. */
export function recordText({ key, value }: Pick<RecordLine, 'key' | 'value'>): string {
  const shownKey = key === null ? [] : [`key ${previewText(key, JSON.stringify)}`]
  return [...shownKey, `value ${value === null ? 'null (tombstone)' : previewText(value, asJson)}`].join('  ')
}

function previewText({ encoding, bytes, truncated, data }: Preview, quote: (text: string) => string): string {
  if (encoding === 'redacted') return data
  const text = encoding === 'base64' ? `base64 ${data}` : quote(data)
  return truncated || text.length > SHOWN ? `${text.slice(0, SHOWN)}… (${bytes} bytes)` : text
}

/** JSON as it is, on one line; other text in quotes. */
function asJson(text: string): string {
  try {
    JSON.parse(text)
    return text.replaceAll(/\s*\n\s*/g, ' ')
  } catch {
    return JSON.stringify(text)
  }
}
