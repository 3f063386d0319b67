import type { Line } from '../../src/run/model.ts'
import { runLine, testLines } from '../endpoint/support/run.ts'
import { expectAccessible } from './support/accessible.ts'
import { expect, test } from './support/browser.ts'
import { clusterLine, sampleRun } from './support/sample.ts'
import { useServed } from './support/served.ts'

const served = useServed()

const silent = clusterLine({ answer: null, problem: 'it did not answer within 4000 ms' })
const embedded = clusterLine({
  kind: 'embedded',
  environment: null,
  color: null,
  brokers: [],
  protocol: 'PLAINTEXT',
  mechanism: null,
  client: null,
  answer: null,
  topics: [],
  moreTopics: 0,
  broker: { version: '1.2.3', scope: 'file', partitions: 1, autoCreateTopics: true, strict: [] },
})

test('clusters and environments: what ran where, in which versions, last seen, and whether it answered', async () => {
  const [, , ...lines] = sampleRun()
  const run = (ago: number): Line => runLine({ project: 'shop', environment: 'staging', startedAt: Date.now() - ago })
  await served.upload([run(2000), clusterLine(), ...lines])
  await served.upload([run(1000), silent, embedded, ...lines])
  const { page } = await served.open('#/shop/clusters')
  const cards = page.locator('.cluster')
  await cards.nth(1).waitFor()
  const text = await cards.nth(0).textContent()
  expect(text).toContain('staging')
  expect(text).toContain('2 runs')
  expect(text).toContain('did not answer when the latest run ended: it did not answer within 4000 ms. It last did')
  expect(text).toContain('Releases of Kafka, at least4.1')
  expect(await cards.nth(1).textContent()).toContain('Versions of kafka-testkit1.2.3')
  await cards.nth(0).getByText('What the latest run knew of it').click()
  await cards.nth(0).getByText('kafka-2.staging.example.com:9093').first().waitFor()
  for (const [colorScheme, width] of [
    ['light', 1280],
    ['dark', 390],
  ] as const) {
    await page.emulateMedia({ colorScheme })
    await page.setViewportSize({ width, height: 900 })
    await expectAccessible(page, `${colorScheme} ${width}`)
  }
  await cards.nth(0).getByText('2 runs').click()
  await page.locator('.row.run').first().waitFor()
})

test('a project of which no run has said what it ran on has words for it', async () => {
  await served.upload([runLine({ project: 'old' }), ...testLines('a')], 'old')
  const { secret } = await served.token({ project: 'old' })
  const { page } = await served.open('#/old/clusters', { token: secret })
  await page.getByText('No run has said yet what it ran on').waitFor()
})

test('what is stored of a run: how long, who deleted what; who may delete is asked once more before it goes', async () => {
  const run = await served.upload(sampleRun())
  const { secret } = await served.token({ scope: 'admin' })
  const { page } = await served.open(`#/shop/run/${run.id}/data`, { token: secret })
  await page.getByText('Record data is kept').waitFor()
  await page.getByText('Nobody has deleted anything of it.').waitFor()
  await expectAccessible(page, 'data')
  await page.getByRole('button', { name: 'Delete the record data' }).click()
  await page.getByRole('button', { name: 'Keep' }).click()
  expect((await served.endpoint().admin.get(`/v1/runs/${run.id}`)).body.dataRemovedAt).toBeNull()
  await page.getByRole('button', { name: 'Delete the record data' }).click()
  await page.getByRole('button', { name: 'Delete', exact: true }).click()
  await page.getByText(/records deleted by/).waitFor()
  await page.getByRole('button', { name: 'Delete the run' }).click()
  await page.getByRole('button', { name: 'Delete', exact: true }).click()
  await expect.poll(() => page.url()).toContain('#/shop/runs')
  expect((await served.endpoint().admin.get(`/v1/runs/${run.id}`)).status).toBe(404)
})

test('who may read only sees how long it is kept, and no button; a page of another site deletes nothing', async () => {
  const run = await served.upload(sampleRun())
  const { page } = await served.open(`#/shop/run/${run.id}/data`)
  await page.getByText('Record data is kept').waitFor()
  expect(await page.getByRole('button', { name: /^Delete/ }).count()).toBe(0)
  const [cookie] = await page.context().cookies()
  const { url } = served.endpoint().admin
  const answer = await fetch(`${url}/v1/runs/${run.id}`, {
    method: 'DELETE',
    headers: {
      cookie: `${cookie!.name}=${cookie!.value}`,
      origin: 'https://evil.example',
      'sec-fetch-site': 'cross-site',
    },
  })
  expect(answer.status).toBe(403)
})
