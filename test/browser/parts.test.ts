import type { Page } from 'playwright-core'
import type { Line } from '../../src/run/model.ts'
import { endLine, runLine } from '../endpoint/support/run.ts'
import { expect, test, useReports } from './support/pages.ts'
import { record, testLine } from './support/sample.ts'

const open = useReports()

/** Three tests whose records fill a part of the file each. */
const lines = ((): Line[] => {
  const tests = ['first', 'second', 'third'].map((id, index) => [
    testLine(id),
    ...Array.from({ length: 3000 }, (_, at) => record(id, index * 3000 + at)),
  ])
  return [runLine(), ...tests.flat(), endLine(tests.flat())]
})()

declare global {
  /** How many blocks of the file were begun to be unpacked. */
  var unpacked: number
  /** Lets those go on that are behind the index. */
  var release: () => void
}

/** Counts what is unpacked, and holds all of it but the index until it is let go. */
function hold(): void {
  const { text } = Response.prototype
  const held = new Promise<void>((resolve) => {
    globalThis.release = resolve
  })
  globalThis.unpacked = 0
  Response.prototype.text = async function () {
    globalThis.unpacked += 1
    if (globalThis.unpacked > 1) await held
    return text.call(this)
  }
}

const unpackedOf = (page: Page): Promise<number> => page.evaluate(() => globalThis.unpacked)

test('the tests are listed before what they did is unpacked; a test unpacks its own part, a search all', async () => {
  const { page, errors } = await open(lines, { before: hold })
  expect(await page.locator('.row.test').count()).toBe(3)
  expect(await unpackedOf(page)).toBe(1)
  await page.getByText('second', { exact: true }).click()
  await page.locator('h1', { hasText: 'second' }).waitFor()
  expect(await page.getByRole('status').textContent()).toBe('Reading what this test did …')
  await page.evaluate(() => globalThis.release())
  await page.getByText('The test did nothing to Kafka.').waitFor()
  expect(await unpackedOf(page)).toBe(2)
  await page.keyboard.press('u')
  await page.getByRole('searchbox').fill('o-8999')
  await page.locator('.found a', { hasText: 'orders/0@8999' }).waitFor()
  expect(await unpackedOf(page)).toBe(4)
  expect(errors).toEqual([])
})

test('the link of a record waits for its part alone, and a search says that it reads', async () => {
  const { page } = await open(lines, { before: hold })
  await page.goto(`${page.url()}#/record/third/orders/0/6001`)
  await page.reload()
  await page.getByRole('status').getByText('Reading the records of this test …').waitFor()
  await page.evaluate(() => globalThis.release())
  await page.locator('h1', { hasText: 'orders/0@6001' }).waitFor()
  expect(await unpackedOf(page)).toBe(2)
  await page.goto(`${page.url().split('#')[0]}#/?q=o-1`)
  await page.reload()
  await page.getByRole('status').getByText('Reading the records …').waitFor()
  await page.evaluate(() => globalThis.release())
  await page.getByText('More than 20 records have it; the first').waitFor()
})

test('a file that was cut off lists its tests, and says what of them it does not hold', async () => {
  const cutOff = 'this file was cut off. Make it anew where the run is stored: npx kafka-testkit report'
  // In the part of the last test, and in front of it.
  for (const from of [500, -50]) {
    const change = (file: string): string => file.slice(0, file.lastIndexOf('class="part">') + from)
    const { page, errors } = await open(lines, { at: '#/test/third', change })
    expect(await page.getByRole('alert').textContent()).toBe(`Nothing of what this test did can be read: ${cutOff}`)
    await page.goto(`${page.url().split('#')[0]}#/?q=o-2999`)
    await page.locator('.found a', { hasText: 'orders/0@2999' }).waitFor()
    expect(await page.getByRole('alert').textContent()).toBe(`Not all of the records can be read: ${cutOff}`)
    expect(errors).toEqual([])
  }
})
