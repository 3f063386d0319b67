import { readFileSync } from 'node:fs'
import { beforeAll } from 'vitest'
import { expectAccessible } from './support/accessible.ts'
import { expect, type Opened, test } from './support/browser.ts'
import { runOf, weeks } from './support/many-runs.ts'
import { useServed } from './support/served.ts'

const served = useServed()

beforeAll(async () => {
  for (const lines of weeks()) await served.upload(lines)
})

const open = (at: string, options: Parameters<typeof served.open>[1] = {}): Promise<Opened> =>
  served.open(`#/shop/${at}`, options)
const fact = (page: Opened['page'], label: string): Promise<string | null> =>
  page
    .locator('.facts > div', { has: page.getByText(label, { exact: true }) })
    .locator('dd')
    .textContent()

interface Day {
  day: string
  runs: number
  failedRuns: number
  passed: number
  failed: number
  skipped: number
  duration: number
  median: number
  p95: number
}

const answered = async (query = ''): Promise<Day[]> =>
  (await served.endpoint().admin.get(`/v1/projects/shop/insights/days${query}`)).body.days

test('what is shown is what the endpoint answers, in the facts and in the table of each chart', async () => {
  const { page } = await open('insights')
  await page.locator('.chart').nth(3).waitFor()
  const days = await answered()
  const sum = (value: (day: Day) => number): number => days.reduce((all, day) => all + value(day), 0)
  expect(await fact(page, 'Runs')).toBe(String(sum(({ runs }) => runs)))
  const [passed, failed] = [sum((day) => day.passed), sum((day) => day.failed)]
  expect(await fact(page, 'Tests that passed')).toBe(`${Math.round((1000 * passed) / (passed + failed)) / 10}%`)

  const chart = page.getByRole('figure', { name: 'Tests passed and failed' })
  await chart.getByText('As a table').click()
  const rows = await chart
    .locator('tbody tr')
    .evaluateAll((all) => all.map((row) => [...row.children].slice(1).map((cell) => cell.textContent)))
  expect(rows).toHaveLength(30)
  expect(rows.filter((row) => row.length === 3)).toEqual(
    days.map((day) => [day.failed, day.passed, day.skipped].map(String)),
  )
  expect(rows.filter((row) => row.length === 1).every(([text]) => text === 'no runs')).toBe(true)
})

test('a chart is read by keys: the arrows go from day to day, and say it', async () => {
  const { page } = await open('insights')
  const plot = page.getByRole('slider', { name: /^Tests passed and failed/ })
  await plot.focus()
  await page.keyboard.press('End')
  await expect.poll(() => plot.getAttribute('aria-valuetext')).toMatch(/: 0 failed, 12 passed, 3 skipped$/)
  await page.keyboard.press('ArrowLeft')
  await expect.poll(() => plot.getAttribute('aria-valuenow')).toBe('28')
  for (let step = 0; step < 2; step += 1) await page.keyboard.press('ArrowLeft')
  await page.keyboard.press('Home')
  await expect.poll(() => plot.getAttribute('aria-valuenow')).toBe('0')
  const bars = page.locator('.chart').first()
  expect(await bars.locator('.plot .hatch.bad').count()).toBe(1)
})

test('a chart is saved as CSV and as PNG', async () => {
  const { page, errors } = await open('insights?by=week')
  const chart = page.getByRole('figure', { name: 'Duration of a run' })
  const save = async (name: string): Promise<{ name: string; bytes: Buffer }> => {
    const download = page.waitForEvent('download')
    await chart.getByRole('button', { name }).click()
    const saved = await download
    return { name: saved.suggestedFilename(), bytes: readFileSync(await saved.path()) }
  }
  const csv = await save('Duration of a run as CSV')
  expect(csv.name).toBe('duration-of-a-run.csv')
  const [head, ...rows] = csv.bytes.toString().trim().split('\r\n')
  expect(head).toBe('week,median (ms),p95 (ms),average (ms)')
  const weeksAnswered = await answered('?by=week')
  expect(rows.filter((row) => !row.endsWith(',,,'))).toEqual(
    weeksAnswered.map(({ day, median, p95, duration, runs }) =>
      [day, median, p95, Math.round((100 * duration) / runs) / 100].join(','),
    ),
  )
  const png = await save('Duration of a run as PNG')
  expect(png.name).toBe('duration-of-a-run.png')
  expect(png.bytes.subarray(1, 4).toString()).toBe('PNG')
  // Wide as the chart, twice as sharp, and with something in it.
  expect(png.bytes.readUInt32BE(16)).toBeGreaterThan(800)
  expect(png.bytes.length).toBeGreaterThan(5000)
  expect(errors.filter((one) => !/status of 401/.test(one))).toEqual([])
})

test('days, interval, branch and environment stand in the address, and an address opens them', async () => {
  const { page } = await open('insights')
  await page.locator('.chart').nth(2).waitFor()
  await page.getByRole('button', { name: '7 days' }).click()
  await expect.poll(() => page.url()).toContain('?days=7')
  await page.getByLabel('Branch', { exact: true }).selectOption('feature/stock-level')
  await expect.poll(() => page.url()).toContain('branch=feature%2Fstock-level')
  const [first] = (await answered('?branch=feature/stock-level')).slice(-1)
  expect(first).toMatchObject({ failed: 0 })
  await expect.poll(() => fact(page, 'Runs that passed')).toBe('100%')
  const counted = await fact(page, 'Runs')
  await page.reload()
  await expect.poll(() => fact(page, 'Runs')).toBe(counted)
  await page.getByLabel('From').fill('2020-01-01')
  await page.getByLabel('To', { exact: true }).fill('2020-01-31')
  await page.getByRole('heading', { name: 'No run in this time' }).waitFor()
  expect(page.url()).toContain('from=2020-01-01')
  expect(await page.locator('.empty p').textContent()).toBe(
    'Nothing was counted from Jan 1, 2020 to Jan 31, 2020 on branch feature/stock-level. Days are those of UTC.',
  )
  await page.getByRole('button', { name: 'Show all of a year' }).click()
  await page.locator('.chart').nth(2).waitFor()
  expect(page.url()).not.toContain('from=')
})

test('a kind of task over time, on all topics or on one', async () => {
  const { page } = await open('insights?task=produce')
  await page.getByRole('figure', { name: 'Duration of a task: produce', exact: true }).waitFor()
  await page.getByLabel('Which task').selectOption('["receive",""]')
  await page.getByRole('figure', { name: 'Duration of a task: receive', exact: true }).waitFor()
  expect(page.url()).toContain('task=receive')
})

test('the tests that fail, are flaky and are slow lead to their history, of the same days', async () => {
  const { page } = await open('insights?days=90')
  const first = page.locator('.row.listed').first()
  await expect.poll(() => first.textContent()).toContain('orders over stock are rejected')
  await page.getByRole('tab', { name: 'Flakiest' }).click()
  await expect.poll(() => first.textContent()).toContain('orders are accepted while there is stock')
  expect(page.url()).toContain('order=flaky')
  await page.getByRole('tab', { name: 'Slowest' }).click()
  await expect.poll(() => first.textContent()).toContain('payments are taken once')
  await page.keyboard.press('Escape')
  await first.click()
  await page.getByRole('figure', { name: 'Duration of the test' }).waitFor()
  expect(page.url()).toContain('days=90')
  expect(await page.locator('h1').textContent()).toContain('payments are taken once')
  await page.keyboard.press('u')
  await page.getByRole('figure', { name: 'Records per run' }).waitFor()
})

test("a test's page shows its last runs, each a link, and leads to its history", async () => {
  const { page } = await open('runs')
  await page.locator('.row.run').first().click()
  await page.getByText('orders over stock are rejected').click()
  const dots = page.locator('.history .dots a')
  await expect.poll(() => dots.count()).toBe(20)
  expect(await dots.last().getAttribute('aria-current')).toBe('page')
  const failed = dots.filter({ has: page.locator('.status.failed') }).last()
  const at = await failed.getAttribute('href')
  await failed.click()
  await expect.poll(() => page.url()).toContain(at!)
  await page.getByRole('link', { name: 'Its history' }).click()
  await page.getByRole('figure', { name: 'How it ended' }).waitFor()
  expect(await page.locator('.byline').textContent()).toMatch(/^\d+ of its last \d+ runs passed/)
})

test('a test that is flaky is marked; one that nobody knows is said to be none', async () => {
  const { page } = await open('insights?order=flaky')
  await page.locator('.row.listed').first().click()
  await expect.poll(() => page.locator('.byline .tag').textContent()).toMatch(/^≈ flaky \d+ times$/)
  await page.goto(`${served.endpoint().admin.url}/#/shop/tests/none`)
  await page.getByRole('heading', { name: 'There is no such thing: the history of the test' }).waitFor()
})

test('a hostile name is text in the lists and in the CSV', async () => {
  const word = '=<img src=x onerror=alert(1)>'
  const [run, ...lines] = runOf({ ago: 0, branch: word, environment: word })
  const named = lines.map((line) =>
    line.type === 'test' ? { ...line, name: word, file: word, key: `x ${line.id}` } : line,
  )
  await served.upload([run!, ...named], 'hostile')
  const { secret } = await served.token({ project: 'hostile' })
  const { page, errors } = await served.open('#/hostile/insights?order=slow', { token: secret })
  await page.locator('.row.listed').first().waitFor()
  await page.goto(`${served.endpoint().admin.url}/#/hostile/runs`)
  await page.locator('.row.run').first().waitFor()
  expect(await page.locator('img').count()).toBe(0)
  expect(errors.filter((one) => !/status of 401/.test(one))).toEqual([])
})

test.each([
  ['light', 1280],
  ['dark', 1280],
  ['light', 390],
  ['dark', 390],
] as const)('axe finds nothing: %s, %i pixels wide; and nothing is wider than that', async (colorScheme, width) => {
  const { page } = await open('insights', { colorScheme, viewport: { width, height: 900 } })
  await page.locator('.row.listed').first().waitFor()
  await page.getByText('As a table').first().click()
  await expectAccessible(page, 'insights')
  await page.locator('.row.listed').first().click()
  await page.getByRole('figure', { name: 'How it ended' }).waitFor()
  await expectAccessible(page, 'the history of a test')
  await page.goto(`${served.endpoint().admin.url}/#/shop/insights?from=2020-01-01&to=2020-01-02`)
  await page.locator('.empty').waitFor()
  await expectAccessible(page, 'nothing')
})

test('what only sums tell of, since its runs are gone, has an average and says why no more', async () => {
  await served.upload(runOf({ ago: 2 }), 'expired')
  await served.withDatabase((database) =>
    database.transaction(async (sql) => {
      for (const table of ['executions', 'run_task_times'])
        await sql.run(`DELETE FROM ${table} WHERE run IN (SELECT id FROM runs WHERE project = 'expired')`)
      await sql.run(`DELETE FROM runs WHERE project = 'expired'`)
    }),
  )
  const { secret } = await served.token({ project: 'expired' })
  const { page } = await served.open('#/expired/insights', { token: secret })
  const chart = page.getByRole('figure', { name: 'Duration of a run' })
  await chart.getByText('Where the runs are no longer kept there is an average alone.').waitFor()
  await page.getByRole('slider', { name: /^Duration of a run/ }).focus()
  await page.keyboard.press('End')
  for (let step = 0; step < 2; step += 1) await page.keyboard.press('ArrowLeft')
  await expect
    .poll(() => page.getByRole('slider', { name: /^Duration of a run/ }).getAttribute('aria-valuetext'))
    .toMatch(/: – median, – p95, 1\.7 s average$/)
})
