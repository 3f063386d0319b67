import type { StoredRecord } from '../cluster/cluster.ts'
import type { Preview, RecordLine } from './model.ts'

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
export function recordLine(record: StoredRecord, origin: RecordOrigin): RecordLine {
  const { topic, partition, offset, timestamp, key, value, headers } = record
  const headerBytes = headers.reduce(
    (sum, [name, content]) => sum + Buffer.byteLength(name) + (content?.length ?? 0),
    0,
  )
  return {
    type: 'record',
    test: origin.test,
    attempt: origin.attempt,
    task: origin.task,
    direction: origin.direction,
    topic,
    partition,
    offset,
    timestamp,
    key: preview(key),
    value: preview(value),
    headers: headers.map(([name, content]) => ({ name, value: preview(content) })),
    sizes: { key: key?.length ?? 0, value: value?.length ?? 0, headers: headerBytes },
    serde: origin.serde,
    schemaId: null,
  }
}
