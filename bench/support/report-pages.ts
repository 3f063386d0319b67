import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { execute } from '../../scripts/execute.ts'
import { allureCommand, playwrightCommand } from '../../scripts/report-readers.ts'
import { toAllure } from '../../src/history/export/allure.ts'
import { reportPage } from '../../src/history/report/page.ts'
import type { Line } from '../../src/run/model.ts'
import { check, event, moved, record, task, testLine } from '../../test/browser/support/sample.ts'
import { endLine, runLine } from '../../test/endpoint/support/run.ts'

const STEPS = 100

/** A run of so many tests, each with a task, a check, 98 events and 20 records. */
export function runOf(tests: number): Line[] {
  const lines = Array.from({ length: tests }, (_, index): Line[] => {
    const id = `test-${index}`
    const moves = Array.from({ length: STEPS - 4 }, (_, at) =>
      moved(id, 3 + at, at % 2 === 0 ? 'produced' : 'received', at >> 1, at % 2 === 0 ? 'this test' : 'client shop'),
    )
    return [
      testLine(id, { file: `test/${index % 40}.test.ts`, name: `orders > order ${index} is accepted` }),
      event(id, 1, 'joined', { group: 'shop', by: 'client shop', detail: '1 member' }),
      event(id, 2, 'rebalanced', { group: 'shop', by: 'client shop', detail: 'Stable, generation 1' }),
      task(id, 3, { id: `${id}-task`, records: 20 }),
      ...moves,
      check(id, 3 + STEPS),
      ...Array.from({ length: 20 }, (_, offset) => record(id, offset, { task: `${id}-task` })),
    ]
  }).flat()
  return [runLine(), ...lines, endLine(lines)]
}

/** A page that a browser opens from a file, and what is there when it is ready. */
export interface ReportFile {
  path: string
  ready: string
}

export function ourReport(folder: string, lines: readonly Line[]): ReportFile {
  const path = join(folder, 'ours.html')
  writeFileSync(path, reportPage(lines, { state: 'ended' }))
  return { path, ready: '.row' }
}

/** Allure 3's page in one file, which is its only form that opens from a file. */
export async function allureReport(folder: string, lines: readonly Line[]): Promise<ReportFile> {
  const results = join(folder, 'allure-results')
  mkdirSync(results)
  for (const [name, text] of toAllure(lines)) writeFileSync(join(results, name), text)
  const out = join(folder, 'allure')
  await execute(process.execPath, [
    allureCommand,
    'awesome',
    results,
    '--single-file',
    '--cwd',
    folder,
    '--output',
    out,
  ])
  return { path: join(out, 'index.html'), ready: '[data-testid="tree-section"]' }
}

/** Playwright's page of as many tests and steps; made once, as that takes minutes and it has nothing of ours in it. */
export async function playwrightReport(tests: number): Promise<ReportFile> {
  // Beside its package, which the tests import.
  const folder = join(dirname(playwrightCommand), '../../../bench')
  const page = { path: join(folder, 'report/index.html'), ready: '.chip-header' }
  if (existsSync(page.path)) return page
  mkdirSync(folder, { recursive: true })
  const files = Array.from({ length: 40 }, (_, file) => file)
  for (const file of files) {
    writeFileSync(
      join(folder, `${file}.spec.js`),
      `const { test } = require('@playwright/test')
for (let index = ${file}; index < ${tests}; index += ${files.length}) {
  test('orders > order ' + index + ' is accepted', async () => {
    for (let step = 0; step < ${STEPS}; step += 1) await test.step('produced orders/0@' + step, async () => {})
  })
}
`,
    )
  }
  writeFileSync(
    join(folder, 'playwright.config.js'),
    "module.exports = { workers: 1, timeout: 0, reporter: [['html', { open: 'never', outputFolder: 'report' }]] }\n",
  )
  await execute(process.execPath, [playwrightCommand, 'test', '--config', join(folder, 'playwright.config.js')], {
    deadline: 900_000,
  })
  return page
}
