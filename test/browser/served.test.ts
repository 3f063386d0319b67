import { expectAccessible } from './support/accessible.ts'
import { expect, test } from './support/browser.ts'
import { sampleRun } from './support/sample.ts'
import { useServed } from './support/served.ts'

const served = useServed()

/** What the browser says of a request that was refused: the page tells it too. */
const refusals = /the server responded with a status of 401/

test('signing in by a token opens the runs, and a run has the pages that its file has', async () => {
  const run = await served.upload(sampleRun())
  const { page, errors, requests } = await served.open()
  await page.locator('.row.run').first().click()
  await expect.poll(() => page.locator('h1').textContent()).toBe('✗failed1 of 6 tests')
  expect(page.url()).toContain(`#/shop/run/${run.id}`)
  await page.getByText('an order over stock is rejected').click()
  await page.locator('.timeline').waitFor()
  expect(page.url()).toContain(`#/shop/run/${run.id}/test/rejected`)
  await page.getByRole('tab', { name: 'Records' }).click()
  await page.locator('.row.step').first().click()
  await expect.poll(() => page.locator('h1').textContent()).toBe('orders/0@0')
  await page.keyboard.press('u')
  await page.keyboard.press('u')
  await page.locator('.totals').waitFor()
  await page.getByRole('link', { name: 'Data' }).click()
  await expect.poll(() => page.locator('h1').textContent()).toBe('What is stored of this run')
  await page.getByRole('link', { name: 'Runs' }).click()
  await page.locator('.row.run').first().waitFor()
  const { url } = served.endpoint().admin
  expect(requests.filter((one) => !one.startsWith(url))).toEqual([])
  expect(errors.filter((one) => !refusals.test(one))).toEqual([])
})

test('the address stays while one signs in, and nothing of the token is kept by the page', async () => {
  const run = await served.upload(sampleRun())
  const { secret } = await served.token()
  const { page } = await served.open(`#/shop/run/${run.id}/test/rejected?step=5`, { token: secret })
  await page.locator('.timeline').waitFor()
  expect(page.url()).toMatch(/\/test\/rejected\?step=5$/)
  const kept = await page.evaluate(async () => ({
    cookie: document.cookie,
    local: { ...localStorage },
    session: { ...sessionStorage },
    databases: await indexedDB.databases(),
    caches: await caches.keys(),
  }))
  expect(kept).toEqual({ cookie: '', local: {}, session: {}, databases: [], caches: [] })
  const [cookie, ...others] = await page.context().cookies()
  expect(others).toEqual([])
  expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Strict', path: '/' })
  expect(cookie!.value).not.toContain(secret)
})

test('a token that is wrong, or that can upload only, is refused in words', async () => {
  const { page } = await served.open('', { token: null })
  const field = page.getByLabel('Token')
  for (const [token, words] of [
    ['ktk_wrong', 'No such token'],
    [(await served.token({ scope: 'write' })).secret, 'can upload only'],
  ] as const) {
    await field.fill(token)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await expect.poll(() => page.locator('.problem').textContent()).toContain(words)
  }
  expect(await page.context().cookies()).toEqual([])
})

test('what the token may not see is not there', async () => {
  const other = await served.upload(sampleRun(), 'other')
  const { page } = await served.open('#/')
  await page.locator('.row.run').first().waitFor()
  expect(page.url()).toContain('#/shop/runs')
  await page.goto(`${served.endpoint().admin.url}/#/other/run/${other.id}`)
  await page.getByRole('alert').getByText('is for project shop only').waitFor()
  expect(await page.locator('.row').count()).toBe(0)
})

test('a token that is revoked while a page is open leads to the page for signing in, and back to the address', async () => {
  await served.upload(sampleRun())
  const { id, secret } = await served.token()
  const { page } = await served.open('#/shop/runs', { token: secret })
  await page.locator('.row.run').first().waitFor()
  await served.revoke(id)
  await page.locator('.row.run').first().click()
  await page.getByRole('heading', { name: 'Sign in' }).waitFor()
  const at = page.url()
  await page.getByLabel('Token').fill((await served.token()).secret)
  await page.keyboard.press('Enter')
  await page.locator('.totals').waitFor()
  expect(page.url()).toBe(at)
  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.getByRole('heading', { name: 'Sign in' }).waitFor()
  expect(await page.context().cookies()).toEqual([])
})

test('an endpoint that is not reached is said, and asked again', async () => {
  await served.upload(sampleRun())
  const { page } = await served.open('#/shop/runs')
  await page.locator('.row.run').first().waitFor()
  await page.context().setOffline(true)
  await page.locator('.row.run').first().click()
  await page.getByRole('heading', { name: "The endpoint can't be reached" }).waitFor()
  await page.context().setOffline(false)
  await page.getByRole('button', { name: 'Try again' }).click()
  await page.locator('.totals').waitFor()
})

test.each([
  ['light', 1280],
  ['dark', 390],
] as const)(
  'axe finds nothing where one signs in, and where something is wrong: %s, %i pixels wide',
  async (colorScheme, width) => {
    await served.upload(sampleRun())
    const { page } = await served.open('', { token: null, colorScheme, viewport: { width, height: 900 } })
    await page.getByLabel('Token').fill('ktk_wrong')
    await page.keyboard.press('Enter')
    await expect.poll(() => page.locator('.problem').textContent()).toContain('No such token')
    await expectAccessible(page, 'signing in')
    await page.getByLabel('Token').fill((await served.token()).secret)
    await page.keyboard.press('Enter')
    await page.locator('.row.run').first().waitFor()
    for (const [at, heading] of [
      ['#/other/runs', 'Your token may not read the runs of other'],
      ['#/shop/run/01a22888-1cf0-70f6-8b5f-28c1631cec93', 'There is no such thing: the run'],
      ['#/shop/nowhere', 'There is no such page'],
    ] as const) {
      await page.goto(`${served.endpoint().admin.url}/${at}`)
      await page.getByRole('heading', { name: heading }).waitFor()
      await expectAccessible(page, at)
    }
  },
)
