import type { EventLine, Line } from '../../src/run/model.ts'
import { endLine, runLine } from '../endpoint/support/run.ts'
import { expect, test, useReports } from './support/pages.ts'
import { check, event, record, task, testLine, text } from './support/sample.ts'

const open = useReports()
const service = 'client order-service'
const moved = (at: number, kind: 'produced' | 'received', topic: string, offset: number, by: string): EventLine =>
  event('passed-on', at, kind, { topic, partition: 0, firstOffset: offset, lastOffset: offset, by })
const headers = [{ name: 'traceparent', value: text(`00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`) }]

/** A service that answers each of two records, one of them within a trace. */
const tests: Line[] = [
  testLine('passed-on'),
  event('passed-on', 2, 'joined', { group: 'order-service', by: service }),
  task('passed-on', 4, { id: 'produce-1', records: 2 }),
  record('passed-on', 0, { task: 'produce-1', headers }),
  record('passed-on', 1, { task: 'produce-1' }),
  moved(20, 'produced', 'orders', 0, 'this test'),
  moved(60, 'produced', 'orders', 1, 'this test'),
  moved(80, 'received', 'orders', 0, service),
  moved(100, 'produced', 'events', 0, service),
  moved(120, 'received', 'orders', 1, service),
  moved(140, 'produced', 'events', 1, service),
  record('passed-on', 0, { topic: 'events', headers, key: text('<b>other</b>') }),
  record('passed-on', 1, { topic: 'events' }),
  record('passed-on', 1, { topic: 'events', direction: 'received' }),
  check('passed-on', 150),
]
const lines = [runLine(), ...tests, endLine(tests)]

test('the timeline shows what a record was made of, and how that is known', async () => {
  const { page, errors } = await open(lines, { at: '#/test/passed-on' })
  await page.locator('.drawing .point').first().waitFor()
  expect(await page.locator('.cause').count()).toBe(0)
  await page.locator('.drawing .point.written').first().hover()
  await expect.poll(() => page.locator('.cause text').allTextContents()).toEqual(['same trace by traceparent, sure'])
  await page.locator('.drawing .point.written').nth(3).click()
  await page.mouse.move(0, 0)
  await expect.poll(() => page.locator('.cause text').allTextContents()).toEqual(['same key, likely'])
  expect(errors).toEqual([])
})

test.each([
  ['orders/0/0', 'Caused events/0@0 (same trace by traceparent, sure)'],
  ['events/0/0', 'Caused by orders/0@0 (same trace by traceparent, sure)'],
  ['events/0/1', 'Caused by orders/0@1 (same key, likely)'],
])('the page of %s says it too', async (place, says) => {
  const { page } = await open(lines, { at: `#/record/passed-on/${place}` })
  expect(await page.locator('.causes li').allTextContents()).toEqual([says])
  const [, other] = /(\S+\/0@\d)/.exec(says)!
  await page.locator('.causes a').click()
  await expect.poll(() => page.locator('h1').textContent()).toBe(other)
})

test.each([
  [1280, 'side by side'],
  [390, 'below each other'],
])('the flow is a picture %i pixels wide, %s, and a table', async (width) => {
  const { page, errors } = await open(lines, { at: '#/test/passed-on', viewport: { width, height: 800 } })
  const flow = page.getByRole('region', { name: 'Flow' })
  expect(await flow.locator('.node text:not(.kind)').allTextContents()).toEqual([
    'this test',
    'orders',
    'order-service',
    'events',
    'this test',
  ])
  const { width: drawn } = (await flow.locator('svg').boundingBox())!
  expect(drawn).toBeLessThan(width)
  expect(drawn > 390).toBe(width > 390)
  await flow.getByText('As a table').click()
  const cells = await flow.getByRole('row').allTextContents()
  expect(cells).toEqual([
    'FromToRecords',
    'this testtopic orders2',
    'topic ordersgroup order-service2',
    'group order-servicetopic events2',
    'topic eventsthis test1',
  ])
  expect(errors).toEqual([])
})
