import type { Line } from '../../src/run/model.ts'
import { endLine, runLine } from '../endpoint/support/run.ts'
import { expect, test, useReports } from './support/pages.ts'
import { moved, record, testLine } from './support/sample.ts'

const open = useReports()

/** 100,000 events and 20,000 records in 100 tests, and 10,000 tests that did nothing. */
function largeRun(): Line[] {
  const lines: Line[] = []
  for (let index = 0; index < 100; index += 1) {
    const id = `large-${index}`
    lines.push(testLine(id, { file: `test/${index % 40}.test.ts` }))
    for (let at = 0; at < 1000; at += 1) {
      lines.push(
        at % 2 === 0
          ? moved(id, at, 'produced', at / 2, 'this test')
          : moved(id, at, 'received', (at - 1) / 2, 'client a'),
      )
    }
    for (let offset = 0; offset < 200; offset += 1) lines.push(record(id, offset))
  }
  for (let index = 0; index < 10_000; index += 1)
    lines.push(testLine(`small-${index}`, { file: `test/${index % 400}.test.ts` }))
  return [runLine(), ...lines, endLine(lines)]
}

test('a run of 10,100 tests and 100,000 events: what is not in sight is not there', async () => {
  const { page, errors } = await open(largeRun())
  const ready = await page.evaluate(() => performance.now())
  const rows = page.locator('.row')
  expect(await page.locator('.count').textContent()).toBe('10,100 tests')
  expect(await rows.count()).toBeLessThan(100)
  // In steps, as a reader scrolls.
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
  expect(await rows.count()).toBeLessThan(100)
  const [top, bottom] = [await rows.first().boundingBox(), await rows.last().boundingBox()]
  expect(top!.y).toBeLessThan(0)
  expect(bottom!.y).toBeGreaterThan(page.viewportSize()!.height - 60)
  await page.evaluate(() => scrollTo(0, document.body.scrollHeight))
  await expect.poll(() => page.getByText('small-9999').count()).toBe(1)
  await page.getByRole('searchbox').fill('o-199')
  await page.locator('.found a').first().click()
  await expect.poll(() => page.locator('h1').textContent()).toBe('orders/0@199')
  await page.keyboard.press('u')
  await page.locator('.row.step').first().waitFor()
  expect(await rows.count()).toBeLessThan(100)
  // Those that lie upon each other are drawn as one.
  expect(await page.locator('.point').count()).toBeLessThan(250)
  expect(errors).toEqual([])
  console.log(
    `ready in ${Math.round(ready)} ms; a frame of scrolling ${Math.round(frames[30]!)} ms, p95 ${Math.round(frames[57]!)} ms`,
  )
})
