import { createHash } from 'node:crypto'

/** A span as OTLP's JSON has it: ids as hexadecimal digits, 64-bit numbers as text (`opentelemetry/proto/trace/v1`). */
export interface Span {
  traceId: string
  spanId: string
  parentSpanId?: string
  name: string
  kind: number
  startTimeUnixNano: string
  endTimeUnixNano: string
  attributes: KeyValue[]
  events?: { timeUnixNano: string; name: string; attributes: KeyValue[] }[]
  links?: SpanLink[]
  status?: { code: number; message?: string }
}

export interface SpanLink {
  traceId: string
  spanId: string
  attributes: KeyValue[]
}

export interface KeyValue {
  key: string
  value: { stringValue: string } | { intValue: string } | { boolValue: boolean }
}

/** `SpanKind`. */
export const kinds = { internal: 1, client: 3, producer: 4 } as const

export const failed = (message: string): Span['status'] => ({ code: 2, ...(message !== '' && { message }) })

/**
 * The conventions renamed these in 2026 (1.45), while what shows traces still looks for the names before: both are
 * written, as the conventions ask of who changes over.
 */
const before: Readonly<Record<string, string>> = {
  'messaging.system.name': 'messaging.system',
  'kafka.offset': 'messaging.kafka.offset',
  'kafka.message.key': 'messaging.kafka.message.key',
  'kafka.message.tombstone': 'messaging.kafka.message.tombstone',
}

/** Attributes that have a value. */
export function attributes(values: Readonly<Record<string, string | number | boolean | null | undefined>>): KeyValue[] {
  return Object.entries(values).flatMap(([key, value]) => {
    if (value === null || value === undefined) return []
    const names = before[key] === undefined ? [key] : [key, before[key]]
    return names.map((name) => ({ key: name, value: anyValue(value) }))
  })
}

function anyValue(value: string | number | boolean): KeyValue['value'] {
  if (typeof value === 'string') return { stringValue: value.toWellFormed() }
  return typeof value === 'boolean' ? { boolValue: value } : { intValue: String(Math.round(value)) }
}

/** Nanoseconds since the epoch, of milliseconds in fractions. */
export function nanoseconds(milliseconds: number): string {
  return String(BigInt(Math.round(milliseconds * 1000)) * 1000n)
}

/** So many hexadecimal digits, the same for the same. */
export function idOf(digits: 16 | 32, ...of: readonly (string | number)[]): string {
  return createHash('sha256').update(JSON.stringify(of)).digest('hex').slice(0, digits)
}
