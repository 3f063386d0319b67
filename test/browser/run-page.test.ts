import { endLine, runLine, testLines } from '../endpoint/support/run.ts'
import { expect, test, useReports } from './support/pages.ts'

const open = useReports()
const passed = testLines('orders > are accepted')
const failed = testLines('orders > are rejected', { status: 'failed' })
const lines = [runLine(), ...passed, ...failed, endLine([...passed, ...failed])]

test('a run opens from a file, without a request or an error', async () => {
  const { page, requests, errors } = await open(lines)
  expect(await page.locator('h1').textContent()).toBe('✗failed1 of 2 tests')
  expect(await page.locator('.row.test .name').allInnerTexts()).toEqual([
    'orders > are accepted',
    'orders > are rejected',
  ])
  expect(requests).toHaveLength(1)
  expect(errors).toEqual([])
})
