import { describe, expect, test } from 'vitest'
import { type ChartData, daysBetween, intervalFor, tableOf } from '../../../src/viewer/charts/data.ts'
import { layOutChart, ticksTo } from '../../../src/viewer/charts/layout.ts'

const days = daysBetween('2026-11-20', '2026-11-29', 'day')

const chart = (changes: Partial<ChartData> = {}): ChartData => ({
  title: 'Tests',
  kind: 'bars',
  days,
  by: 'day',
  nothing: 'runs',
  unit: 'tests',
  format: String,
  series: [
    { name: 'failed', look: 'bad', values: [1, 0, null, null, null, null, null, null, 2, 1] },
    { name: 'passed', look: 'good', values: [9, 9, null, null, null, null, null, null, 8, 3] },
  ],
  ...changes,
})

describe('intervals', () => {
  test('have no hole, and begin on a Monday or the first of a month', () => {
    expect(days).toHaveLength(10)
    expect(daysBetween('2026-11-20', '2026-12-08', 'week')).toEqual([
      '2026-11-16',
      '2026-11-23',
      '2026-11-30',
      '2026-12-07',
    ])
    expect(daysBetween('2026-01-31', '2026-03-01', 'month')).toEqual(['2026-01-01', '2026-02-01', '2026-03-01'])
    expect(daysBetween('2026-11-30', '2026-11-20', 'day')).toEqual([])
  })

  test('are as fine as a chart can show', () => {
    expect([7, 62, 63, 400, 401].map(intervalFor)).toEqual(['day', 'day', 'week', 'week', 'month'])
  })
})

test.each([
  [0, [0, 1]],
  [0.9, [0, 0.5, 1]],
  [4, [0, 1, 2, 3, 4]],
  [97, [0, 50, 100]],
  [1234, [0, 500, 1000, 1500]],
])('an axis up to %d has round numbers', (most, ticks) => {
  expect(ticksTo(most)).toEqual(ticks)
})

test('what is counted has no half on its axis', () => {
  expect(ticksTo(1, true)).toEqual([0, 1])
  expect(ticksTo(3, true)).toEqual([0, 1, 2, 3])
})

describe('a chart', () => {
  const places = (shape: string): number[] => [...shape.matchAll(/[ML](-?[\d.]+) /g)].map(([, x]) => Number(x))

  test('lies within its picture, whatever its width', () => {
    for (const width of [60, 300, 1200]) {
      const { shapes, labels } = layOutChart(chart(), width, (day) => day.slice(5))
      for (const { d } of shapes) for (const x of places(d)) expect(x >= 0 && x <= width, `${x} of ${width}`).toBe(true)
      expect(labels.every(({ y }) => y > 0 && y <= 200)).toBe(true)
    }
  })

  test('says where there is nothing, and does not draw it', () => {
    const { shapes, labels } = layOutChart(chart(), 600, (day) => day)
    expect(labels.filter(({ text }) => text === 'no runs')).toHaveLength(1)
    expect(shapes.filter((shape) => shape.class === 'void')).toHaveLength(1)
    const passed = shapes.find((shape) => shape.class === 'bar good')!
    expect(passed.d.match(/M/g)).toHaveLength(4)
    // Failures are hatched too: colour alone tells nothing.
    expect(shapes.some((shape) => shape.class === 'hatch bad')).toBe(true)
  })

  test('breaks its lines where there is nothing, and marks what stands alone', () => {
    const values = [5, 6, null, 4, null, null, 1, 2, 3, 4]
    const lines = chart({ kind: 'lines', series: [{ name: 'median', look: 'first', values }] })
    const { shapes } = layOutChart(lines, 60, (day) => day)
    expect(shapes.find((shape) => shape.class === 'line first')!.d.match(/M/g)).toHaveLength(3)
    expect(shapes.find((shape) => shape.class === 'mark first')!.d.match(/M/g)).toHaveLength(1)
  })

  test('is a table', () => {
    const [head, first, , third] = tableOf(chart())
    expect(head).toEqual(['day', 'failed (tests)', 'passed (tests)'])
    expect(first).toEqual(['2026-11-20', 1, 9])
    expect(third).toEqual(['2026-11-22', null, null])
  })
})
