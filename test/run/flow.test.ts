import { expect, test } from 'vitest'
import { flowOf } from '../../src/run/flow.ts'
import type { EventLine } from '../../src/run/model.ts'
import { event, record, task } from '../browser/support/sample.ts'

const moved = (kind: 'produced' | 'received', topic: string, by: string, [first, last] = [0, 0]): EventLine =>
  event('t', 1, kind, { topic, partition: 0, firstOffset: first!, lastOffset: last!, by })
const shown = (own: Partial<Parameters<typeof flowOf>[0]>): string[] => {
  const { nodes, edges } = flowOf({ tasks: [], events: [], records: [], ...own })
  const name = (index: number): string => `${nodes[index]!.layer} ${nodes[index]!.kind} ${nodes[index]!.label}`
  return edges.map(({ from, to, records }) => `${name(from)} -${records}-> ${name(to)}`)
}

test('records go from the test by topics and groups back to it', () => {
  const events = [
    event('t', 0, 'joined', { group: 'shop', by: 'client service' }),
    moved('produced', 'orders', 'this test', [0, 4]),
    moved('received', 'orders', 'client service', [0, 2]),
    moved('received', 'orders', 'client service', [3, 4]),
    moved('produced', 'events', 'client service'),
    moved('received', 'events', 'client audit'),
  ]
  const records = [record('t', 0, { topic: 'events', direction: 'received' })]
  expect(shown({ events, records: [...records, ...records] })).toEqual([
    '0 test this test -5-> 1 topic orders',
    '1 topic orders -5-> 2 group shop',
    '2 group shop -1-> 3 topic events',
    '3 topic events -1-> 4 client audit',
    '3 topic events -1-> 4 reader this test',
  ])
})

test('a circle begins at its first', () => {
  expect(shown({ events: [moved('received', 'a', 'client x'), moved('produced', 'a', 'client x')] })).toEqual([
    '0 topic a -1-> 1 client x',
    '1 client x -1-> 0 topic a',
  ])
})

test('on a real cluster what the tasks know', () => {
  const records = [record('t', 0, { topic: 'events', direction: 'received' })]
  expect(shown({ tasks: [task('t', 1, { records: 3 })], records })).toEqual([
    '0 test this test -3-> 1 topic orders',
    '0 topic events -1-> 1 reader this test',
  ])
})

test('what touched no record has no flow', () => {
  expect(flowOf({ tasks: [], events: [event('t', 1, 'topic created', { topic: 'orders' })], records: [] })).toEqual({
    nodes: [],
    edges: [],
  })
})
