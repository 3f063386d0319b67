import { expectAccessible } from './support/accessible.ts'
import { test, useReports } from './support/pages.ts'
import { sampleRun } from './support/sample.ts'

const open = useReports()
const places = [
  '#/',
  '#/?q=o-1',
  '#/?sort=slow',
  '#/test/rejected?step=9',
  '#/test/rejected?step=8',
  '#/data',
  ...['', '&tab=headers', '&tab=meta'].map((tab) => `#/record/rejected/orders/0/1?attempt=1${tab}`),
]

test.each([
  ['light', 1280],
  ['dark', 1280],
  ['light', 390],
  ['dark', 390],
] as const)('axe finds nothing: %s, %i pixels wide; and nothing is wider than that', async (colorScheme, width) => {
  const { page } = await open(sampleRun(), { colorScheme, viewport: { width, height: 900 } })
  const base = page.url().split('#')[0]
  for (const at of [...places, '?']) {
    if (at === '?') await page.keyboard.press('?')
    else await page.goto(`${base}${at}`)
    await page.locator(at === '?' ? 'dialog[open]' : 'main').waitFor()
    await expectAccessible(page, at)
  }
})
