import { describe, expect, test } from 'vitest'
import { toOtlp } from '../../src/history/export/otlp.ts'
import type { Span } from '../../src/history/export/otlp-json.ts'
import { redactLine } from '../../src/redaction/projection.ts'
import type { Line } from '../../src/run/model.ts'
import { event, moved, record, sampleRun, task, testLine, text } from '../browser/support/sample.ts'
import { endLine, runLine } from '../endpoint/support/run.ts'

const runOf = (...lines: Line[]): Line[] => [runLine(), ...lines, endLine(lines)]
const spansOf = (lines: readonly Line[]): Span[] =>
  (JSON.parse(toOtlp(lines)) as { resourceSpans: { scopeSpans: { spans: Span[] }[] }[] }).resourceSpans[0]!
    .scopeSpans[0]!.spans
const named = (spans: readonly Span[], name: string): Span => spans.find((span) => span.name === name)!
const valuesOf = ({ attributes }: Pick<Span, 'attributes'>): Record<string, unknown> =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]))
const traceparent = (trace: string, span: string): Line & { type: 'record' } =>
  record('traced', 0, {
    task: 'traced-1',
    headers: [{ name: 'traceparent', value: text(`00-${trace}-${span}-01`) }],
  })

test('each test is a trace, its spans belong to one that is there, each with an id of its own', () => {
  const spans = spansOf(sampleRun(2))
  const ids = new Map(spans.map((span) => [span.spanId, span]))
  expect(ids.size).toBe(spans.length)
  for (const { traceId, spanId, parentSpanId } of spans) {
    expect([traceId, spanId].join()).toMatch(/^[0-9a-f]{32},[0-9a-f]{16}$/)
    if (parentSpanId !== undefined) expect(ids.get(parentSpanId)?.traceId).toBe(traceId)
  }
  const roots = spans.filter(({ parentSpanId }) => parentSpanId === undefined)
  // What was skipped has no time.
  expect(roots.map(({ name }) => name)).toEqual(['rejected', 'flaky', 'passed-0', 'passed-1'])
  expect(new Set(roots.map(({ traceId }) => traceId)).size).toBe(4)
})

test('the same run has the same ids', () => {
  const lines = sampleRun(1)
  expect(toOtlp(lines)).toBe(toOtlp(lines))
})

test('a test that was tried twice has a span for each attempt, with what the cluster told', () => {
  const spans = spansOf(sampleRun(0))
  const [first, second] = spans.filter(({ name }) => name.startsWith('attempt '))
  expect(named(spans, 'rejected')).toMatchObject({ status: { code: 2 } })
  expect(first).toMatchObject({ name: 'attempt 1', events: [] })
  expect(second!.events!.map(({ name }) => name)).toEqual(['topic created', 'joined', 'committed', 'exception'])
  expect(named(spans, 'expect(topic orders).toReceiveRecord')).toMatchObject({
    parentSpanId: second!.spanId,
    status: { code: 2, message: expect.stringContaining('toReceiveRecord(expected) failed') },
  })
})

describe('a record', () => {
  const [trace, span] = ['0af7651916cd43dd8448eb211c80319c', 'b7ad6b7169203331']
  const told = [moved('traced', 5, 'produced', 0, 'this test'), moved('traced', 8, 'received', 0, 'client billing')]
  const traced = [testLine('traced'), task('traced', 1), traceparent(trace, span), ...told]

  test('is a span below its task, and linked to the trace that it names', () => {
    const spans = spansOf(runOf(...traced))
    const produce = named(spans, 'produce orders')
    expect(produce).toMatchObject({ kind: 4, startTimeUnixNano: '1795608000001000000' })
    const send = named(spans, 'send orders')
    expect(send).toMatchObject({ kind: 4, parentSpanId: produce.spanId, links: [{ traceId: trace, spanId: span }] })
    expect(valuesOf(send)).toMatchObject({
      'messaging.system.name': 'kafka',
      'messaging.system': 'kafka',
      'messaging.operation.type': 'send',
      'messaging.destination.name': 'orders',
      'messaging.destination.partition.id': '0',
      'kafka.offset': '0',
      'messaging.kafka.offset': '0',
      'kafka.message.key': 'o-0',
    })
    const receive = named(spans, 'receive orders')
    expect(receive).toMatchObject({ kind: 3, links: [{ traceId: trace, spanId: span }] })
    expect(valuesOf(receive)).toMatchObject({ 'messaging.client.id': 'billing', 'messaging.operation.type': 'receive' })
  })

  test('of a real cluster, which tells nothing, is one too', () => {
    const spans = spansOf(runOf(...traced.slice(0, 3)))
    expect(spans.map(({ name }) => name)).toEqual(['traced', 'produce orders', 'send orders'])
    expect(spans[2]).toMatchObject({ parentSpanId: spans[1]!.spanId, startTimeUnixNano: '1795608000021000000' })
  })

  test('of several that went at once counts as one of a batch', () => {
    const batch = event('traced', 5, 'produced', { topic: 'orders', partition: 1, firstOffset: 3, lastOffset: 9 })
    const values = valuesOf(named(spansOf(runOf(testLine('traced'), batch)), 'send orders'))
    expect(values).toMatchObject({ 'messaging.batch.message_count': '7', 'kafka.offset': '3' })
    expect(values).not.toHaveProperty('kafka.message.key')
  })

  test.each([
    ['all zeros', '0'.repeat(32), span],
    ['capitals', trace.toUpperCase(), span],
    ['too short', trace.slice(1), span],
  ])('with a traceparent that is none (%s) has no link', (_, ...ids: [string, string]) => {
    expect(named(spansOf(runOf(testLine('traced'), traceparent(...ids))), 'send orders').links).toEqual([])
  })

  test('that is redacted shows neither key nor trace', () => {
    const lines = runOf(...traced).map((line) => redactLine(line, { records: true, checks: true }))
    const out = toOtlp(lines)
    for (const data of ['o-0', trace]) expect(out).not.toContain(data)
    expect(valuesOf(named(spansOf(lines), 'send orders'))).toMatchObject({ 'kafka.offset': '0' })
  })
})
