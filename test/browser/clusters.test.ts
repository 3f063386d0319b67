import { runLine } from '../endpoint/support/run.ts'
import { expect, test, useReports } from './support/pages.ts'
import { clusterLine, sampleRun, testLine } from './support/sample.ts'

const open = useReports()

test('the cluster of a run is a line that opens: how it was reached, what it said, its topics', async () => {
  const { page, errors } = await open(sampleRun())
  const card = page.locator('.cluster')
  expect(await card.locator('summary').textContent()).toContain('kafka-1.staging.example.com:9093')
  expect(await card.locator('.environment').getAttribute('class')).toContain('yellow')
  expect(await card.locator('dl').isVisible()).toBe(false)
  await card.locator('summary').click()
  const facts = (await card.locator('dl > div').allInnerTexts()).map((fact) => fact.split('\n'))
  expect(Object.fromEntries(facts.map(([label, ...text]) => [label, text.join(' ')]))).toMatchObject({
    'Connected by': 'SASL_SSL, SCRAM-SHA-512',
    Certificates: 'checked, by an authority of the config',
    Release: 'Kafka 4.1 or later (metadata.version 27)',
    Nodes: '1: kafka-1.staging.example.com:9093 2: kafka-2.staging.example.com:9093',
  })
  expect(await card.locator('tbody tr').last().locator('td').allTextContents()).toEqual([
    'orders',
    '3 partitions',
    'retention.ms=60000',
  ])
  expect(await card.locator('.note').textContent()).toBe('3 topics more are not listed.')
  expect(errors).toEqual([])
})

test('the state of a run says what is known of its cluster by then', async () => {
  const begun = clusterLine({ answer: null, topics: [], moreTopics: 0 })
  const lines = [runLine(), begun, testLine('a')]
  const { page } = await open(lines, { state: 'running' })
  await page.locator('.cluster summary').click()
  expect(await page.locator('.cluster .note').textContent()).toBe('It is asked what it is when the tests are through.')
  const lost = await open([runLine(), clusterLine({ answer: null, problem: 'it did not answer' })], { state: 'lost' })
  expect(await lost.page.locator('.cluster summary').textContent()).toContain('did not answer')
  expect(await lost.page.locator('h1').textContent()).toContain('lost')
  expect(await lost.page.locator('.note').allInnerTexts()).toContain('No test file had ended when this page was made.')
})

test('the page about data has the fields of a cluster', async () => {
  const { page } = await open(sampleRun(), { at: '#/data' })
  const fields = page.locator('.fields', { hasText: 'Clusters that tests ran on' })
  await fields.locator('summary').click()
  expect(await fields.locator('code').allInnerTexts()).toEqual(
    expect.arrayContaining(['brokers', 'client.ownCertificate', 'answer.version', 'topics[].configs']),
  )
})
