import type { Preview, RecordLine } from '../../run/model.ts'

/** The bytes of a preview; none where it is redacted. */
export function bytesOf(preview: Preview): Uint8Array {
  if (preview.encoding === 'base64') return Uint8Array.from(atob(preview.data), (char) => char.charCodeAt(0))
  return new TextEncoder().encode(preview.encoding === 'redacted' ? '' : preview.data)
}

/** What JSON it is; undefined where it is none, or not whole. */
export function jsonOf(preview: Preview): { json: unknown } | undefined {
  if (preview.encoding !== 'utf8' || preview.truncated) return undefined
  try {
    return { json: JSON.parse(preview.data) as unknown }
  } catch {
    return undefined
  }
}

/** A key or value on one line, as a list shows it. */
export function shortText(preview: Preview | null, none: string): string {
  if (preview === null) return none
  if (preview.encoding === 'redacted') return '<redacted>'
  if (preview.bytes === 0) return 'empty'
  const text = preview.encoding === 'utf8' ? preview.data : hexOf(bytesOf(preview).subarray(0, 40))
  const line = text.slice(0, 240).replaceAll(/\s+/g, ' ')
  return line.length < text.length || preview.truncated ? `${line} …` : line
}

/** Bytes as `0a 1b`. */
function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(' ')
}

/** Bytes as a dump: offset, sixteen of them, and what they are as text. */
export function hexDump(bytes: Uint8Array): string {
  const rows: string[] = []
  for (let at = 0; at < bytes.length; at += 16) {
    const row = bytes.subarray(at, at + 16)
    const text = Array.from(row, (byte) => (byte >= 32 && byte < 127 ? String.fromCharCode(byte) : '·')).join('')
    rows.push(`${at.toString(16).padStart(6, '0')}  ${hexOf(row).padEnd(47)}  ${text}`)
  }
  return rows.join('\n')
}

/** Whether a piece of text stands in its key, value, or a header. */
export function recordHas(record: RecordLine, lowerCase: string): boolean {
  const has = (preview: Preview | null): boolean =>
    preview?.encoding === 'utf8' && preview.data.toLowerCase().includes(lowerCase)
  return (
    has(record.key) ||
    has(record.value) ||
    record.headers.some(({ name, value }) => name.toLowerCase().includes(lowerCase) || has(value))
  )
}
