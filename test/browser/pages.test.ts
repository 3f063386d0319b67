import { testLines } from '../endpoint/support/run.ts'
import { expect, test, useReports } from './support/pages.ts'
import { sampleRun } from './support/sample.ts'

const open = useReports()
const lines = sampleRun()

test('a run opens from a file, without a request or an error', async () => {
  const { page, requests, errors } = await open(lines)
  expect(await page.locator('h1').textContent()).toBe('✗failed1 of 6 tests')
  expect(await page.locator('.byline').textContent()).toContain('Nov 25, 2026, 1:00:00 PM')
  expect(await page.locator('.byline a').getAttribute('href')).toBe('https://ci.example/17')
  expect(await page.locator('.row.test .name bdi').allTextContents()).toEqual([
    'orders > an order over stock is rejected',
    'orders > is flaky',
    'orders > is skipped',
    'passed-0',
    'passed-1',
    'passed-2',
  ])
  expect(requests).toHaveLength(1)
  expect(errors).toEqual([])
})

test('filters and searches stand in the address', async () => {
  const { page } = await open(lines)
  const names = page.locator('.row.test .name bdi')
  await page.locator('.total.flaky').click()
  await expect.poll(() => names.allTextContents()).toEqual(['orders > is flaky'])
  expect(page.url()).toContain('#/?status=flaky')
  await page.getByText('Show all').click()
  await page.getByRole('searchbox').fill('passed-1')
  await expect.poll(() => names.allTextContents()).toEqual(['passed-1'])
  expect(page.url()).toContain('#/?q=passed-1')
  await page.reload()
  await expect.poll(() => names.allTextContents()).toEqual(['passed-1'])
  await page.getByRole('searchbox').fill('no such thing')
  await expect.poll(() => page.locator('.note').last().textContent()).toContain('No test of this run')
})

test('tests by duration', async () => {
  const { page } = await open(lines, { at: '#/?sort=slow' })
  expect(await page.locator('.row .took').first().textContent()).toBe('1.3 s')
  expect(await page.locator('.row.file').count()).toBe(0)
})

test('a record is found by a piece of its key, one click away', async () => {
  const { page } = await open(lines)
  await page.getByRole('searchbox').fill('o-1')
  await page.locator('.found a').first().click()
  await expect.poll(() => page.locator('h1').textContent()).toBe('orders/0@1')
  expect(await page.locator('.json').textContent()).toContain('"accepted"')
})

test('a test says why it failed: hint, closest record, differences, what is not known', async () => {
  const { page, errors } = await open(lines, { at: '#/test/rejected' })
  const card = page.locator('.failures .card')
  expect(await card.count()).toBe(1)
  expect(await card.locator('.hint').textContent()).toContain('did you mean "reason"?')
  expect(await card.locator('.closest').textContent()).toContain('orders/0@1')
  expect(await card.locator('.diff .gone').last().textContent()).toBe('-     "type": "rejected",\n')
  expect(await card.locator('.diff .come').last().textContent()).toBe('+     "type": "accepted",\n')
  await page.getByRole('tab', { name: 'Checks' }).click()
  await page.locator('.row.step').first().click()
  expect(await page.locator('.details .note.warn').textContent()).toBe('Not knownclient x fetches ahead')
  expect(errors).toEqual([])
})

test('each attempt has its own page, the last one first', async () => {
  const { page } = await open(lines, { at: '#/test/rejected' })
  expect(await page.getByRole('tab', { selected: true }).first().textContent()).toBe('Attempt 2: failed')
  await page.getByRole('tab', { name: 'Attempt 1' }).click()
  await expect.poll(() => page.locator('.note').textContent()).toBe('The test did nothing to Kafka.')
  expect(page.url()).toContain('attempt=0')
})

test('the timeline has lanes, arrows and a fold; a step of it can be chosen', async () => {
  const { page } = await open(lines, { at: '#/test/rejected' })
  expect(await page.locator('.drawing .label').allTextContents()).toEqual([
    'this test',
    'topic orders',
    'group order-service',
  ])
  expect(await page.locator('.timeline .links .write').count()).toBe(3)
  expect(await page.locator('.timeline .links .read').count()).toBe(1)
  expect(await page.locator('.timeline .links .near').count()).toBe(1)
  expect(await page.locator('.folds title').textContent()).toBe('Nothing happened for 1 s')
  await page.locator('.drawing .bar.bad').click()
  expect(await page.locator('.details h2').textContent()).toContain('toReceiveRecord')
  expect(page.url()).toContain('step=9')
})

test.each([
  ['0', 'data', ['o-0', 'lamp']],
  ['2', 'data', ['Empty: it is there, with 0 bytes.', 'Tombstone: the value is null.']],
  ['3', 'data', ['Cut off: of 48.8 KiB the first 20 KiB are stored.']],
  ['4', 'data', ['The record has no key.', '00 01 fe ff']],
  ['5', 'data', ['Redacted: its 12 B were kept out of what is stored.', "can't be copied as code"]],
  ['1', 'headers', ['source', 'shop']],
  ['4', 'headers', ['The record has no headers.']],
  ['1', 'meta', ['1:00:00.001 PM GMT+1', '2026-11-25T12:00:00.001Z', 'received by client order-service']],
  ['99', 'data', ["This record isn't stored"]],
])('record %s, its %s', async (offset, tab, says) => {
  const { page, errors } = await open(lines, { at: `#/record/rejected/orders/0/${offset}?attempt=1&tab=${tab}` })
  const text = await page.locator('main').textContent()
  for (const one of says) expect(text).toContain(one)
  expect(errors).toEqual([])
})

test('a value as a tree, as text and byte by byte', async () => {
  const { page } = await open(lines, { at: '#/record/rejected/orders/0/1?attempt=1' })
  const value = page.getByRole('region', { name: 'Value' })
  await value.getByRole('tab', { name: 'Text' }).click()
  expect(await value.locator('pre').textContent()).toBe('{"type":"accepted","reason":null}')
  await value.getByRole('tab', { name: 'Hex' }).click()
  expect(await value.locator('pre').textContent()).toContain('000000  7b 22 74 79 70 65')
  expect(page.url()).toContain('value=hex')
})

test('what is stored stands there field by field', async () => {
  const { page } = await open(lines, { at: '#/data' })
  expect(await page.locator('.facts').textContent()).toContain('3 of 15')
  await page.locator('summary', { hasText: 'Records' }).click()
  const row = page.getByRole('row', { name: /^value Its value/ })
  expect(await row.getByRole('cell').last().textContent()).toBe('record data')
})

test.each([
  ['lost', 'The run was lost'],
  ['running', 'The run was still going on'],
] as const)('a run that is %s says so', async (state, says) => {
  const { page } = await open(lines.slice(0, -1), { state })
  expect(await page.locator('.note.warn').textContent()).toContain(says)
  expect(await page.locator('h1').textContent()).toContain('6 tests had ended')
})

test('a run of which lines can not be read says so', async () => {
  const { page } = await open(lines, { damaged: 2 })
  expect(await page.locator('.note.warn').textContent()).toContain('2 lines of this run can')
})

test('errors outside of tests, a run without tests, an address of another run', async () => {
  const error = {
    type: 'error',
    project: '',
    file: 'test/a.test.ts',
    suite: null,
    name: 'Error',
    message: 'no module',
  } as const
  const { page } = await open([lines[0]!, error, lines.at(-1)!])
  expect(await page.locator('.outside').textContent()).toContain('no module')
  expect(await page.locator('main').textContent()).toContain('No test ran.')
  await page.goto(`${page.url().split('#')[0]}#/test/of-another-run`)
  await expect.poll(() => page.locator('h1').textContent()).toBe('There is no such page in this report')
})

test('a test without a record, and one that was skipped', async () => {
  const { page } = await open(lines, { at: '#/test/skipped' })
  expect(await page.locator('.note').textContent()).toBe('The test was skipped.')
})

test('a redacted run shows no data', async () => {
  const { redactLine } = await import('../../src/redaction/projection.ts')
  const run = [...sampleRun(), ...testLines('another', { data: 'secret-lamp' })]
  const { page } = await open(run.map((line) => redactLine(line, { records: true, checks: true })))
  for (const at of ['#/', '#/test/rejected', '#/record/rejected/orders/0/1?attempt=1', '#/data', '#/?q=lamp']) {
    await page.goto(`${page.url().split('#')[0]}${at}`)
    const text = await page.locator('main').textContent()
    for (const data of ['lamp', 'accepted', 'o-1', 'shop"']) expect(text, at).not.toContain(data)
  }
})
