import { describe, expect, test } from 'vitest'
import type { Cause } from '../../src/run/causes.ts'
import { causesOf, causeText } from '../../src/run/causes.ts'
import type { EventLine, RecordLine } from '../../src/run/model.ts'
import { placeOf } from '../../src/run/record-text.ts'
import { event, record, text } from '../browser/support/sample.ts'

const headers = (values: Record<string, string>): RecordLine['headers'] =>
  Object.entries(values).map(([name, value]) => ({ name, value: text(value) }))
/** Written by the test to orders. */
const input = (offset: number, key: string, of: Record<string, string> = {}): RecordLine =>
  record('t', offset, { task: 't-1', key: text(key), headers: headers(of) })
/** Written by the service to events. */
const output = (offset: number, key: string | null, of: Record<string, string> = {}): RecordLine =>
  record('t', offset, { topic: 'events', key: key === null ? null : text(key), headers: headers(of), timestamp: 2e12 })
const moved = (at: number, kind: 'produced' | 'received', topic: string, offset: number, by: string): EventLine =>
  event('t', at, kind, { topic, partition: 0, firstOffset: offset, lastOffset: offset, by })
const service = 'client service'

/** The test writes two records, the service reads each and writes another one of each. */
const told = [
  moved(1, 'produced', 'orders', 0, 'this test'),
  moved(2, 'produced', 'orders', 1, 'this test'),
  moved(3, 'received', 'orders', 0, service),
  moved(4, 'produced', 'events', 0, service),
  moved(5, 'received', 'orders', 1, service),
  moved(6, 'produced', 'events', 1, service),
]
const shown = (records: readonly RecordLine[], events: readonly EventLine[] = told): Record<string, string> =>
  Object.fromEntries(
    [...causesOf(records, events)].map(([place, cause]): [string, string] => [
      place,
      `${placeOf(cause.record)}: ${causeText(cause)}`,
    ]),
  )
const trace = (span: string, id = 'a'): string => `00-${id.repeat(32)}-${span.repeat(16)}-01`

describe('on a cluster that tells who read', () => {
  test('the trace says it, whatever the key', () => {
    const [a, b] = [{ traceparent: trace('1', 'a') }, { traceparent: trace('2', 'b') }]
    const records = [
      input(0, 'x', a),
      input(1, 'y', b),
      output(0, 'y', { traceparent: trace('3', 'a') }),
      output(1, 'x', b),
    ]
    expect(shown(records)).toEqual({
      'events/0@0': 'orders/0@0: same trace by traceparent, sure',
      'events/0@1': 'orders/0@1: same trace by traceparent, sure',
    })
  })

  test('of several in one trace it is the last that its writer had read, likely', () => {
    const all = { traceparent: trace('1') }
    const records = [input(0, 'x', all), input(1, 'y', all), output(0, 'z', all), output(1, 'z', all)]
    expect(shown(records)).toEqual({
      'events/0@0': 'orders/0@0: same trace by traceparent, sure',
      'events/0@1': 'orders/0@1: same trace by traceparent, likely',
    })
  })

  test.each([
    ['ce-causationid', 'ce-id', 'causation id in ce-causationid, sure'],
    ['causation-id', 'message-id', 'causation id in causation-id, sure'],
    ['x-correlation-id', 'correlation-id', 'correlation id in x-correlation-id, sure'],
    ['kafka_correlationId', 'kafka_correlationId', 'correlation id in kafka_correlationId, sure'],
  ])('%s says it by %s', (name, id, says) => {
    const records = [input(0, 'x', { [id]: '1' }), input(1, 'y', { [id]: '2' }), output(1, null, { [name]: '1' })]
    expect(shown(records)).toEqual({ 'events/0@1': `orders/0@0: ${says}` })
  })

  test('the key says it likely, the order only maybe', () => {
    const records = [input(0, 'x'), input(1, 'y'), output(0, 'x'), output(1, 'another')]
    expect(shown(records)).toEqual({
      'events/0@0': 'orders/0@0: same key, likely',
      'events/0@1': 'orders/0@1: read just before by who wrote it, maybe',
    })
  })

  test('of one key it is the last that its writer had read', () => {
    expect(shown([input(0, 'x'), input(1, 'x'), output(0, 'x')])).toEqual({
      'events/0@0': 'orders/0@0: same key, likely',
    })
  })

  test('a writer that read several at once says nothing by order', () => {
    const batch = event('t', 3, 'received', {
      topic: 'orders',
      partition: 0,
      firstOffset: 0,
      lastOffset: 1,
      by: service,
    })
    expect(shown([input(0, 'x'), input(1, 'y'), output(0, 'z')], [...told.slice(0, 2), batch, told[3]!])).toEqual({})
  })

  test('what the test wrote has no cause, nor what was there before', () => {
    expect(shown([input(0, 'x'), input(1, 'x'), record('t', 7, { topic: 'old', key: text('x') })])).toEqual({})
  })

  test('what was written before is no cause of it', () => {
    const [early, late] = [moved(1, 'produced', 'events', 0, service), moved(2, 'produced', 'orders', 0, 'this test')]
    expect(shown([input(0, 'x'), output(0, 'x')], [early, late])).toEqual({})
  })
})

describe('on a cluster that tells nothing', () => {
  const received = (changes: RecordLine): RecordLine => ({ ...changes, direction: 'received', task: 't-2' })

  test('headers are as sure, the key is a maybe, the order is not known', () => {
    const of = { traceparent: trace('1') }
    const records = [
      input(0, 'x'),
      input(1, 'y', of),
      received(output(0, 'x')),
      received(output(1, 'z', of)),
      received(output(2, 'w')),
    ]
    expect(shown(records, [])).toEqual({
      'events/0@0': 'orders/0@0: same key, maybe',
      'events/0@1': 'orders/0@1: same trace by traceparent, sure',
    })
  })
})

test('what is redacted says nothing', () => {
  const redacted = { encoding: 'redacted', bytes: 1, truncated: false, data: '<redacted>' } as const
  const hide = (one: RecordLine): RecordLine => ({
    ...one,
    key: redacted,
    headers: one.headers.map(({ name }) => ({ name, value: redacted })),
  })
  const of = { traceparent: trace('1'), 'correlation-id': '1' }
  const causes = causesOf([hide(input(0, 'x', of)), hide(output(0, 'x', of))], told)
  expect([...causes.values()].map(({ how }: Cause) => how)).toEqual(['order'])
})
