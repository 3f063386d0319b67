import { ndjson } from '../endpoint/support/run.ts'
import { expect, test } from './support/browser.ts'
import { sampleRun } from './support/sample.ts'
import { useServed } from './support/served.ts'

const served = useServed({ heartbeat: 200 })

/** A run of which nothing has arrived but that it began, and its lines in two chunks. */
async function beginRun() {
  const [run, ...lines] = sampleRun(2)
  if (run?.type !== 'run') throw new Error('a run begins with its line')
  const second = lines.findIndex((line) => line.type === 'test' && line.id === 'flaky')
  const parts = [lines.slice(0, second), lines.slice(second)].map(ndjson)
  const { admin } = served.endpoint()
  await admin.begin(run, 'shop')
  const send = (seq: number): Promise<unknown> => served.endpoint().admin.chunk(run.id, seq, parts[seq]!)
  return { id: run.id, send, complete: () => served.endpoint().admin.complete(run.id, parts) }
}

test('tests appear as they arrive, until the run has ended', async () => {
  const run = await beginRun()
  const { page, errors } = await served.open(`#/shop/run/${run.id}`)
  await page.getByText('No test file has ended yet.').waitFor()
  await run.send(0)
  await page.getByText('an order over stock is rejected').waitFor()
  expect(await page.locator('h1').textContent()).toBe('…running1 test had ended')
  await page.getByText('an order over stock is rejected').click()
  await page.locator('.timeline').waitFor()
  const steps = await page.locator('.count').textContent()
  await run.send(1)
  await run.complete()
  await page.getByRole('link', { name: 'Tests', exact: true }).first().click()
  await expect.poll(() => page.locator('h1').textContent()).toBe('✗failed1 of 5 tests')
  expect(steps).toBe('10 steps')
  expect(errors.filter((one) => !/status of 401/.test(one))).toEqual([])
})

test('the list of runs shows what begins and ends', async () => {
  const { page } = await served.open('#/shop/runs')
  await page.locator('main h1').waitFor()
  const running = page.locator('.row.run .status.running')
  const before = await running.count()
  const run = await beginRun()
  await expect.poll(() => running.count()).toBe(before + 1)
  await run.send(0)
  await run.send(1)
  await run.complete()
  await expect.poll(() => running.count()).toBe(before)
})

test('a connection that is lost is said, and what came meanwhile appears when it is back', async () => {
  const run = await beginRun()
  await run.send(0)
  const { page } = await served.open(`#/shop/run/${run.id}`)
  await page.getByText('an order over stock is rejected').waitFor()
  const start = await served.stop()
  await page.getByText('The connection to the endpoint is lost.').waitFor()
  await start()
  await run.send(1)
  await page.getByText('orders > is flaky').waitFor()
  await expect.poll(() => page.getByText('The connection to the endpoint is lost.').count()).toBe(0)
  expect(await page.locator('.row.test').count()).toBe(5)
})

test('a token that ends while a run is followed leads to the page for signing in, and back', async () => {
  const run = await beginRun()
  const { id, secret } = await served.token()
  const { page } = await served.open(`#/shop/run/${run.id}`, { token: secret })
  await page.getByText('No test file has ended yet.').waitFor()
  await served.revoke(id)
  await page.getByRole('heading', { name: 'Sign in' }).waitFor()
  await run.send(0)
  await page.getByLabel('Token').fill((await served.token()).secret)
  await page.keyboard.press('Enter')
  await page.getByText('an order over stock is rejected').waitFor()
  expect(page.url()).toContain(`#/shop/run/${run.id}`)
})
