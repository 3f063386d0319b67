import { expect, test, useReports } from './support/pages.ts'
import { sampleRun } from './support/sample.ts'

const open = useReports()
const lines = sampleRun()

test('from the run to a record and back by keys alone', async () => {
  const { page } = await open(lines)
  const { keyboard } = page
  await keyboard.press('j')
  await expect.poll(() => page.locator(':focus').textContent()).toContain('an order over stock is rejected')
  await keyboard.press('Enter')
  await page.locator('.timeline').waitFor()
  await page.getByRole('tab', { name: 'Records' }).focus()
  await keyboard.press('Enter')
  await keyboard.press('j')
  await keyboard.press('Enter')
  await expect.poll(() => page.locator('h1').textContent()).toBe('orders/0@0')
  await keyboard.press(']')
  await expect.poll(() => page.locator('h1').textContent()).toBe('orders/0@1')
  await keyboard.press('[')
  await expect.poll(() => page.locator('h1').textContent()).toBe('orders/0@0')
  await keyboard.press('u')
  await page.locator('.timeline').waitFor()
  await keyboard.press('u')
  await page.locator('.totals').waitFor()
})

test('the search by /, left by Escape; a letter typed into it is no shortcut', async () => {
  const { page } = await open(lines)
  await page.keyboard.press('/')
  await page.keyboard.type('ju?')
  expect(await page.getByRole('searchbox').inputValue()).toBe('ju?')
  expect(await page.locator('dialog[open]').count()).toBe(0)
  await page.keyboard.press('Escape')
  expect(await page.locator('input:focus').count()).toBe(0)
})

test('tabs by the arrow keys', async () => {
  const { page } = await open(lines, { at: '#/record/rejected/orders/0/1?attempt=1' })
  await page.getByRole('tab', { name: 'Data', exact: true }).focus()
  await page.keyboard.press('ArrowRight')
  await expect.poll(() => page.locator(':focus').textContent()).toBe('Headers (1)')
  await page.keyboard.press('End')
  await expect.poll(() => page.getByRole('tab', { name: 'Metadata' }).getAttribute('aria-selected')).toBe('true')
})

test('the timeline goes closer, along, and back by keys, by the wheel and by dragging', async () => {
  const { page } = await open(lines, { at: '#/test/rejected' })
  const produced = page.locator('.point.written circle')
  const x = async (): Promise<number> => Number(await produced.first().getAttribute('cx'))
  const drawing = page.locator('.timeline .drawing')
  const before = await x()
  await drawing.focus()
  await page.keyboard.press('+')
  await expect.poll(x).not.toBe(before)
  const closer = await x()
  await page.keyboard.press('ArrowLeft')
  await expect.poll(x).toBeGreaterThan(closer)
  await page.keyboard.press('0')
  await expect.poll(x).toBe(before)
  const box = (await drawing.boundingBox())!
  await page.mouse.move(box.x + 100, box.y + 40)
  await page.keyboard.down('Control')
  await page.mouse.wheel(0, -200)
  await page.keyboard.up('Control')
  await expect.poll(x).not.toBe(before)
  const zoomed = await x()
  await page.mouse.down()
  await page.mouse.move(box.x + 60, box.y + 40, { steps: 4 })
  await page.mouse.up()
  await expect.poll(x).toBeLessThan(zoomed)
})

test('the help: keys, the docs, the diagnosis; Escape closes it', async () => {
  const { page } = await open(lines, { permissions: ['clipboard-read', 'clipboard-write'] })
  await page.keyboard.press('?')
  const dialog = page.locator('dialog[open]')
  await dialog.getByRole('searchbox').fill('rule hidden')
  await expect.poll(() => dialog.locator('.docs code').first().textContent()).toContain('docs/')
  await dialog.getByRole('button', { name: 'Copy the diagnosis' }).click()
  await dialog.getByText('Copied').waitFor()
  const copied = await page.evaluate(() => navigator.clipboard.readText())
  expect(JSON.parse(copied)).toMatchObject({ runner: 'vitest 5.1.1', cluster: 'embedded', lines: { record: 6 } })
  for (const name of ['shop', 'orders', 'rejected', 'main', 'lamp']) expect(copied).not.toContain(name)
  await page.keyboard.press('Escape')
  await expect.poll(() => dialog.count()).toBe(0)
})

test('a record is copied as a check and as a produce call, a test as its command', async () => {
  const { page } = await open(lines, {
    at: '#/record/rejected/orders/0/1?attempt=1',
    permissions: ['clipboard-read', 'clipboard-write'],
  })
  const copied = async (button: string): Promise<string> => {
    await page.getByRole('button', { name: button }).click()
    await page.getByText('Copied').first().waitFor()
    return page.evaluate(() => navigator.clipboard.readText())
  }
  expect(await copied('Copy as a check')).toBe(
    `await expect(kafka.topic('orders')).toReceiveRecord({
  key: 'o-1',
  value: { type: 'accepted', reason: null },
  headers: { source: 'shop' },
})`,
  )
  expect(await copied('Copy as a produce call')).toContain("await kafka.topic('orders').produce({\n  key: 'o-1',")
  await page.keyboard.press('u')
  expect(await copied('Copy the command that runs it')).toBe(
    "npx vitest run test/rejected.test.ts -t '^ ?orders (> )?an order over stock is rejected$'",
  )
})
