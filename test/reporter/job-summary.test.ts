import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { toMarkdown } from '../../src/history/export/markdown.ts'
import { appendJobSummary } from '../../src/reporter/job-summary.ts'
import type { ErrorLine, Line } from '../../src/run/model.ts'
import { endLine, runLine, testLines } from '../endpoint/support/run.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'kafka-testkit-summary-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function ended(lines: Line[]): Line[] {
  return [runLine({ project: 'shop' }), ...lines, endLine(lines)]
}

const error: ErrorLine = {
  type: 'error',
  project: '',
  file: 'a.test.ts',
  suite: null,
  name: 'Error',
  message: 'no module',
}

test('totals and failures as Markdown', () => {
  const lines = [...testLines('is accepted'), ...testLines('is rejected', { status: 'failed' }), error]
  expect(toMarkdown(ended(lines), 10_000)).toMatchInlineSnapshot(`
    "## Kafka tests of \` shop \`: 1 of 2 failed

    | Tests | Passed | Failed | Flaky | Skipped | Records produced | Records received | Took |
    |--:|--:|--:|--:|--:|--:|--:|--:|
    | 2 | 1 | 1 | 0 | 0 | 1 (20 B) | 1 (20 B) | 1.0 s |

    ### ✗ \` Outside of tests \` in \` a.test.ts \`

    \`\`\`diff
    Error: no module
    \`\`\`

    ### ✗ \` is rejected \` in \` test/orders.test.ts \`

    \`\`\`diff
    expected lamp
    \`\`\`

    "
  `)
})

test('what others named is neither Markdown nor HTML', () => {
  const lines = testLines('a ```b``` <img src=x> | [c](d) @team', { status: 'failed', data: '````\n<b>' })
  const text = toMarkdown(ended(lines), 10_000)
  expect(text).toContain('### ✗ ```` a ```b``` <img src=x> | [c](d) @team ```` in ` test/orders.test.ts `')
  expect(text).toContain('\n`````diff\nexpected ````\n<b>\n`````\n')
})

test('it never grows beyond what GitHub shows, and says what is left out', () => {
  const failed = Array.from({ length: 400 }, (_, index) =>
    testLines(`test ${index}`, { status: 'failed', data: 'x'.repeat(20_000) }),
  )
  const file = join(folder, 'summary.md')
  writeFileSync(file, 'y'.repeat(500_000))
  appendJobSummary(file, ended(failed.flat()))
  expect(statSync(file).size).toBeLessThanOrEqual(1024 * 1024)
  expect(readFileSync(file, 'utf8')).toMatch(/… \d+ more failed: they stand in the log of the job/)
  const full = statSync(file).size
  writeFileSync(file, 'y'.repeat(1024 * 1024 - 10))
  appendJobSummary(file, ended(failed.flat()))
  expect(statSync(file).size).toBe(1024 * 1024 - 10)
  expect(full).toBeGreaterThan(1_000_000)
})
