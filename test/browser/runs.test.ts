import { beforeAll } from 'vitest'
import { uuid7 } from '../../src/base/ids.ts'
import { Store } from '../../src/history/store.ts'
import type { Line } from '../../src/run/model.ts'
import { runLine } from '../endpoint/support/run.ts'
import { createFolder, kafkaTestkit } from '../support/cli.ts'
import { storeRun } from '../support/history.ts'
import { expectAccessible } from './support/accessible.ts'
import { expect, test } from './support/browser.ts'
import { runOf } from './support/many-runs.ts'
import { useServed } from './support/served.ts'

const served = useServed()
const MINUTE = 60_000

/** Of each run its branch. */
const branches = '.row.run .name > bdi'

beforeAll(async () => {
  await served.upload(runOf({ ago: 3, branch: 'main', status: 'failed' }))
  await served.upload(runOf({ ago: 2, branch: 'stock', environment: 'staging', flaky: true }))
  await served.upload(runOf({ ago: 1, branch: 'main', redacted: { records: true, checks: true } }))
  const open = runLine({ project: 'shop', branch: 'still-open', startedAt: Date.now() - MINUTE })
  await served.endpoint().admin.begin(open, 'shop')
})

test('the runs with what they were of, how they ended, and what is redacted of them', async () => {
  const { page } = await served.open('#/shop/runs')
  const rows = page.locator('.row.run')
  await rows.first().waitFor()
  expect(await page.locator(branches).allTextContents()).toEqual(['still-open', 'main', 'stock', 'main'])
  expect(await rows.nth(0).textContent()).toContain('still running')
  expect(await rows.nth(1).textContent()).toContain('redacted')
  expect(await rows.nth(2).textContent()).toMatch(/staging.*1 flaky.*5 tests/)
  expect(await rows.nth(2).locator('.environment').getAttribute('class')).toBe('environment yellow')
  expect(await rows.nth(3).textContent()).toMatch(/^✗failed.*1 failed.*5 tests.*1\.7 s$/)
  expect(await page.locator('.count').textContent()).toBe('4 runs')
})

test('filters and the search stand in the address, and an address opens them', async () => {
  const { page } = await served.open('#/shop/runs')
  const names = page.locator(branches)
  await names.first().waitFor()
  await page.getByLabel('Branch', { exact: true }).selectOption('main')
  await expect.poll(() => names.allTextContents()).toEqual(['main', 'main'])
  expect(page.url()).toContain('#/shop/runs?branch=main')
  await page.getByLabel('Status').selectOption('failed')
  await expect.poll(() => names.count()).toBe(1)
  await page.reload()
  await expect.poll(() => names.count()).toBe(1)
  expect(page.url()).toContain('?branch=main&status=failed')
  await page.getByRole('searchbox').fill('no such thing')
  await page.getByRole('heading', { name: 'No run is like that' }).waitFor()
  await page.getByRole('link', { name: 'Show all runs' }).click()
  await expect.poll(() => names.count()).toBe(4)
  await page.goto(`${served.endpoint().admin.url}/#/shop/runs?status=running`)
  await expect.poll(() => names.allTextContents()).toEqual(['still-open'])
  await page.goto(`${served.endpoint().admin.url}/#/shop/runs?q=STAG`)
  await expect.poll(() => names.allTextContents()).toEqual(['stock'])
})

test('two runs are chosen and compared by keys alone', async () => {
  const { page } = await served.open('#/shop/runs')
  await page.locator('.row.run').first().waitFor()
  const { keyboard } = page
  for (const key of ['j', 'j', 'x', 'j', 'j', 'x']) await keyboard.press(key)
  await page.getByText('2 runs chosen').waitFor()
  await keyboard.press('c')
  await page.getByRole('heading', { name: 'Mended (1)' }).waitFor()
  await page.getByText('orders over stock are rejected').waitFor()
  await keyboard.press('u')
  await page.locator('.row.run').first().waitFor()
  // A token that may only read is offered no deleting.
  await page.getByRole('checkbox').first().check()
  await page.getByText('Choose another to compare it with').waitFor()
  expect(await page.getByRole('button', { name: 'Delete …' }).count()).toBe(0)
})

test('a run is compared with the one before on its branch, from its own page', async () => {
  const { page } = await served.open('#/shop/runs?branch=main')
  await page.locator('.row.run').first().click()
  await page.getByRole('link', { name: 'Compare with the run before' }).click()
  await page.getByRole('heading', { name: 'Mended (1)' }).waitFor()
})

test('a comparison has the numbers of `history compare`, and the list those of `history list`', async () => {
  using folder = createFolder({})
  const tests = { before: ['breaks', 'stays', 'heals', 'slows'], after: ['breaks', 'stays', 'heals', 'slows', 'comes'] }
  const failing = { before: ['stays', 'heals'], after: ['breaks', 'stays'] }
  const stored = (['before', 'after'] as const).map((side, index) =>
    storeRun(folder.path, {
      project: 'equal',
      ago: 20 - 10 * index,
      tests: tests[side].map((name) => ({
        name,
        status: failing[side].includes(name) ? 'failed' : 'passed',
        duration: name === 'slows' && side === 'after' ? 900 : 100,
      })),
    }),
  ) as [string, string]
  const store = new Store(folder.path)
  for (const id of stored) await served.upload(store.read(id).lines as Line[], 'equal')
  const json = async (...args: string[]): Promise<unknown> =>
    JSON.parse((await kafkaTestkit(folder.path, ['history', ...args, '--json'])).output)

  const comparison = (await json('compare', ...stored)) as Record<string, { name: string }[]>
  const { secret } = await served.token({ project: 'equal' })
  const { page } = await served.open(`#/equal/compare/${stored.join('/')}`, { token: secret })
  await page.locator('.row.compared').first().waitFor()
  const titles = {
    newFailures: 'New failures',
    stillFailing: 'Still failing',
    mended: 'Mended',
    slower: 'Slower',
    added: 'New tests',
  }
  for (const [kind, title] of Object.entries(titles)) {
    const section = page.getByRole('region', { name: title })
    expect(await section.locator('h2').textContent()).toBe(`${title} (${comparison[kind]!.length})`)
    expect(await section.locator('.name bdi').allTextContents()).toEqual(comparison[kind]!.map(({ name }) => name))
  }
  const { body } = await served.endpoint().admin.get(`/v1/runs/${stored[1]}/compare/${stored[0]}`)
  expect(body).toEqual(comparison)

  const listed = (await json('list')) as { tests: number; failed: number; state: string }[]
  await page.getByRole('link', { name: 'Runs' }).first().click()
  await page.locator('.row.run').first().waitFor()
  expect(await page.locator('.row.run .sums').allTextContents()).toEqual(
    listed.map(({ tests: all, failed }) => `${failed} failed${all} tests`),
  )
})

test('runs are deleted after one was asked, by a token that may', async () => {
  const project = 'throw-away'
  for (const ago of [1, 2, 3]) await served.upload(runOf({ ago }), project)
  const { secret } = await served.token({ scope: 'admin', project })
  const { page } = await served.open(`#/${project}/runs`, { token: secret })
  await page.locator('.row.run').nth(2).waitFor()
  await page.getByRole('checkbox').nth(0).check()
  await page.getByRole('checkbox').nth(2).check()
  await page.getByRole('button', { name: 'Delete …' }).click()
  await page.getByRole('heading', { name: 'Delete 2 runs?' }).waitFor()
  await page.getByRole('button', { name: 'Keep' }).click()
  expect(await page.locator('.row.run').count()).toBe(3)
  await page.getByRole('button', { name: 'Delete …' }).click()
  await page.locator('dialog[open]').getByRole('button', { name: 'Delete' }).click()
  await expect.poll(() => page.locator('.count').textContent()).toBe('1 run')
  expect(await page.locator('.picked').count()).toBe(0)
})

test('a project without runs says how one gets there', async () => {
  await served.endpoint().admin.put('/v1/projects/bare', {})
  const { secret } = await served.token({ project: 'bare' })
  const { page } = await served.open('#/bare/runs', { token: secret })
  await page.getByRole('heading', { name: 'No run has arrived yet' }).waitFor()
  expect(await page.locator('pre').textContent()).toContain("project: 'bare'")
})

test('10,000 runs: what is not in sight is not there, and the last one is reached', async () => {
  const startedAt = Date.now()
  const rows = Array.from({ length: 10_000 }, (_, index) => {
    const run = runLine({ id: uuid7(startedAt), project: 'many', branch: `b-${index}`, startedAt: startedAt - index })
    const common = [run.id, 'many', JSON.stringify(run), 'running', run.branch, run.startedAt]
    return [...common, Math.floor(run.startedAt / 86_400_000), startedAt]
  })
  const columns = ['id', 'project', 'run_line', 'state', 'branch', 'started_at', 'day', 'updated_at']
  await served.endpoint().admin.put('/v1/projects/many', {})
  await served.withDatabase((database) => database.transaction((sql) => sql.insert('runs', columns, rows)))
  const { secret } = await served.token({ project: 'many' })
  const { page, errors } = await served.open('#/many/runs', { token: secret })
  await page.locator(branches).getByText('b-0', { exact: true }).waitFor()
  expect(await page.locator('.count').textContent()).toContain('10,000 runs')
  expect(await page.locator('.row.run').count()).toBeLessThan(100)
  const frames = await page.evaluate(async () => {
    const took: number[] = []
    for (let step = 0; step < 60; step += 1) {
      const before = performance.now()
      scrollBy(0, 400)
      await new Promise(requestAnimationFrame)
      took.push(performance.now() - before)
    }
    return took.sort((a, b) => a - b)
  })
  await page.evaluate(() => scrollTo(0, document.body.scrollHeight))
  await page.locator(branches).getByText('b-9999', { exact: true }).waitFor()
  expect(await page.locator('.row.run').count()).toBeLessThan(100)
  expect(errors.filter((one) => !/status of 401/.test(one))).toEqual([])
  console.log(`runs: a frame of scrolling ${Math.round(frames[30]!)} ms, p95 ${Math.round(frames[57]!)} ms`)
})

test.each([
  ['light', 1280],
  ['dark', 390],
] as const)('axe finds nothing on the runs and on a comparison: %s, %i pixels wide', async (colorScheme, width) => {
  const { secret } = await served.token({ scope: 'admin', project: null })
  const { page } = await served.open('#/shop/runs', {
    token: secret,
    colorScheme,
    viewport: { width, height: 900 },
  })
  await page.locator('.row.run').nth(3).waitFor()
  await page.getByRole('checkbox').nth(1).check()
  await page.getByRole('checkbox').nth(3).check()
  await expectAccessible(page, 'runs')
  await page.getByRole('button', { name: 'Delete …' }).click()
  await expectAccessible(page, 'the dialog')
  await page.keyboard.press('Escape')
  await page.locator('[data-compare]').click()
  await page.locator('.row.compared').first().waitFor()
  await expectAccessible(page, 'compare')
})
