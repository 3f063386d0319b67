import { textOf } from '../base/utf8.ts'
import type { StoredRecord } from '../cluster/cluster.ts'
import { hidesAllOf, REDACTED, type RecordPart, type Redaction } from '../redaction/redaction.ts'
import type { Preview, RecordLine } from './model.ts'

/** How much of a key, a value or a header's value is kept. */
const PREVIEW_BYTES = 20 * 1024

/** What is stored of a key, a value or a header's value: text where it is UTF-8, else base64. */
function preview(bytes: Uint8Array | null): Preview | null {
  if (bytes === null) return null
  const truncated = bytes.length > PREVIEW_BYTES
  const kept = truncated ? bytes.subarray(0, PREVIEW_BYTES) : bytes
  const text = truncated ? cutText(kept) : textOf(kept)
  if (text !== undefined) return { encoding: 'utf8', bytes: bytes.length, truncated, data: text }
  return { encoding: 'base64', bytes: bytes.length, truncated, data: Buffer.from(kept).toString('base64') }
}

/** The same of what may be shown. Rules look at all of it, before it is cut. */
function redactedPreview(bytes: Uint8Array | null, place: RecordPart, redaction: Redaction): Preview | null {
  if (bytes === null) return null
  if (hidesAllOf(place, redaction)) return hiddenPreview(bytes.length)
  const shown = redaction.rules?.bytes(bytes, place)
  if (shown === undefined) return preview(bytes)
  return shown === REDACTED ? hiddenPreview(bytes.length) : { ...preview(Buffer.from(shown))!, bytes: bytes.length }
}

/** What is stored of something redacted: that it was there, and how long it was. */
function hiddenPreview(bytes: number): Preview {
  return { encoding: 'redacted', bytes, truncated: false, data: REDACTED }
}

/** Bytes that were cut, as text: part of a character may be left at their end, which goes. */
function cutText(bytes: Uint8Array): string | undefined {
  for (let left = 0; left <= 3; left += 1) {
    const text = textOf(bytes.subarray(0, bytes.length - left))
    if (text !== undefined) return text
  }
  return undefined
}

export interface RecordOrigin {
  test: string
  attempt: number
  task: string | null
  direction: 'produced' | 'received'
  serde: { key: string; value: string }
}

/** A record as it is stored. The one place where record data becomes stored data. */
export function recordLine(record: StoredRecord, origin: RecordOrigin, redaction: Redaction): RecordLine {
  const { topic, partition, offset, timestamp, key, value, headers } = record
  const { direction, serde } = origin
  const headerBytes = headers.reduce(
    (sum, [name, content]) => sum + Buffer.byteLength(name) + (content?.length ?? 0),
    0,
  )
  return {
    type: 'record',
    test: origin.test,
    attempt: origin.attempt,
    task: origin.task,
    direction,
    topic,
    partition,
    offset,
    timestamp,
    key: redactedPreview(key, { topic, direction, target: 'key' }, redaction),
    value: redactedPreview(value, { topic, direction, target: 'value' }, redaction),
    headers: headers.flatMap(([name, content]) => {
      const shown = redaction.rules === undefined ? name : redaction.rules.headerName(name, topic, direction)
      if (shown === undefined) return []
      return [{ name: shown, value: redactedPreview(content, { topic, direction, target: 'header', name }, redaction) }]
    }),
    sizes: { key: key?.length ?? 0, value: value?.length ?? 0, headers: headerBytes },
    serde,
    schemaId: null,
  }
}
