import { TextDecoder } from 'node:util'
import type { StoredRecord } from '../cluster/cluster.ts'
import type { Preview, RecordLine } from './model.ts'
import { type Place, REDACTED, type Redaction } from './redaction/redaction.ts'

/** How much of a key, a value or a header's value is kept. */
const PREVIEW_BYTES = 20 * 1024

const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** What is stored of a key, a value or a header's value: text where it is UTF-8, else base64. */
function preview(bytes: Uint8Array | null): Preview | null {
  if (bytes === null) return null
  const truncated = bytes.length > PREVIEW_BYTES
  const kept = truncated ? bytes.subarray(0, PREVIEW_BYTES) : bytes
  const text = textOf(kept, truncated)
  if (text !== undefined) return { encoding: 'utf8', bytes: bytes.length, truncated, data: text }
  return { encoding: 'base64', bytes: bytes.length, truncated, data: Buffer.from(kept).toString('base64') }
}

/** The same of what may be shown. Rules look at all of it, before it is cut. */
function redactedPreview(bytes: Uint8Array | null, place: Place, redaction: Redaction): Preview | null {
  if (bytes === null) return null
  const { records, keepHeaders, rules } = redaction
  if (records && !(keepHeaders && place.target === 'header')) return hiddenPreview(bytes.length)
  const shown = rules?.bytes(bytes, place)
  if (shown === undefined) return preview(bytes)
  return shown === REDACTED ? hiddenPreview(bytes.length) : { ...preview(Buffer.from(shown))!, bytes: bytes.length }
}

/** What is stored of something redacted: that it was there, and how long it was. */
function hiddenPreview(bytes: number): Preview {
  return { encoding: 'redacted', bytes, truncated: false, data: REDACTED }
}

/** The bytes as text; a cut may leave part of a character at the end, which goes. */
function textOf(bytes: Uint8Array, cut: boolean): string | undefined {
  for (let end = bytes.length; end >= bytes.length - (cut ? 3 : 0) && end >= 0; end--) {
    try {
      return strictUtf8.decode(bytes.subarray(0, end))
    } catch {
      // One byte less, where the cut explains it.
    }
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
