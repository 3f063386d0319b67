import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach } from 'vitest'
import { startLocal } from '../../src/endpoint/local/server.ts'
import type { RunningEndpoint } from '../../src/endpoint/server.ts'
import { Store, toText } from '../../src/history/store.ts'
import type { EndLine, Line, RunLine } from '../../src/run/model.ts'
import { type Folder, temporaryFolder } from '../endpoint/support/endpoint.ts'
import { runLine } from '../endpoint/support/run.ts'
import { expect, test, useBrowser } from './support/browser.ts'
import { sampleRun } from './support/sample.ts'

const newPage = useBrowser()
let folder: Folder
let runs: Store
let links: string[]
let ui: RunningEndpoint
beforeEach(async () => {
  folder = temporaryFolder()
  runs = new Store(folder.path)
  links = []
  ui = await startLocal({ runs, port: 0, log: () => {}, heartbeat: 200, onLink: (link) => links.push(link) })
})
afterEach(async () => {
  await ui.close()
  folder[Symbol.dispose]()
})

/** Writes a run as the reporter does; the tests after the first come when they are asked for. */
function begin() {
  const [run, ...lines] = sampleRun(2) as [RunLine, ...Line[]]
  const end = lines.pop() as EndLine
  const second = lines.findIndex((line) => line.type === 'test' && line.id === 'flaky')
  runs.begin(run)
  runs.append(run, toText(lines.slice(0, second)))
  return {
    id: run.id,
    finish: () => {
      runs.append(run, toText([...lines.slice(second), end]))
      runs.end(run, end)
    },
  }
}

test('the link opens the runs of this machine, and is gone from the address; a run is live', async () => {
  const { page, errors } = await newPage({})
  await page.goto(links[0]!)
  await page.getByText('No run is stored yet').waitFor()
  expect(page.url()).not.toContain('token')
  const run = begin()
  await page.locator('.row.run .status.running').waitFor()
  await page.locator('.row.run').click()
  await page.getByText('an order over stock is rejected').waitFor()
  run.finish()
  await expect.poll(() => page.locator('h1').textContent()).toBe('✗failed1 of 5 tests')
  await page.goBack()
  await page.goBack()
  expect(page.url()).not.toContain('token')
  expect(errors).toEqual([])
})

test('a link that was used, or none, says what to do; another one opens the same address', async () => {
  const run = begin()
  run.finish()
  const first = await newPage({})
  await first.page.goto(links[0]!)
  await first.page.locator('.row.run').waitFor()
  const { page } = await newPage({})
  await page.goto(`${links[0]!}#/shop/run/${run.id}`)
  await page.getByRole('heading', { name: 'Open the link that the terminal shows' }).waitFor()
  await page.goto(`${links[1]!}#/shop/run/${run.id}`)
  await page.locator('.totals').waitFor()
  expect(page.url()).toBe(`${ui.url}/#/shop/run/${run.id}`)
})

test('what of the store can not be read is said, beside what can', async () => {
  begin().finish()
  const [cut, foreign] = [runLine({ project: 'shop' }), runLine()]
  for (const [id, text] of [
    [cut.id, toText([cut, ...sampleRun().slice(1)]).slice(0, 3000)],
    [foreign.id, 'name,status\n'],
  ] as const) {
    mkdirSync(join(runs.folder, 'runs', id))
    writeFileSync(join(runs.folder, 'runs', id, 'run.ndjson'), text)
  }
  const { page } = await newPage({})
  await page.goto(links[0]!)
  await page.getByText("2 runs of this store can't be read whole").click()
  expect(await page.locator('details').textContent()).toContain('it is no run of kafka-testkit')
  await page.locator('.row.run .status.lost').click()
  await page.getByText("of this run can't be read").waitFor()
  await page.getByText('The run was lost').waitFor()
})
