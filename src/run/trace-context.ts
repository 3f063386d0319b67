import type { RecordLine } from './model.ts'

/** The trace that a record belongs to, by its header `traceparent` (W3C Trace Context); undefined where it has none. */
export function traceOf({ headers }: Pick<RecordLine, 'headers'>): { traceId: string; spanId: string } | undefined {
  const { value } = headers.find(({ name }) => name.toLowerCase() === 'traceparent') ?? {}
  if (value?.encoding !== 'utf8') return undefined
  const [, version, traceId = '', spanId = ''] =
    /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}(?:-.*)?$/.exec(value.data.trim()) ?? []
  if (version === undefined || version === 'ff' || /^0+$/.test(traceId) || /^0+$/.test(spanId)) return undefined
  return { traceId, spanId }
}
