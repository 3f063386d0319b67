import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { type Browser, chromium } from 'playwright-core'
import { findBrowser } from '../../scripts/install-browser.ts'
import { allureCommand, playwrightCommand } from '../../scripts/report-readers.ts'
import type { Outcome } from '../support/figure.ts'
import { allureReport, ourReport, playwrightReport, type ReportFile, runOf } from '../support/report-pages.ts'
import { interleave, median } from '../support/statistics.ts'
import { runTests } from '../support/vitest.ts'
import { recordingProject } from './recording.ts'

const tests = 1000

/** The page of a run: what writing it takes, and how soon a browser has it, against the pages of others. */
export default async function report(): Promise<Outcome[]> {
  return [...(await opening()), ...(await writing())]
}

/** What writing the page adds to a run of 1,000 tests that produce and expect a record, in a process that does it first. */
async function writing(): Promise<Outcome[]> {
  using project = recordingProject()
  const wall: number[] = []
  for (let round = 0; round < 3; round += 1) {
    wall.push((await runTests(project, 'with.config.ts', { env: { KAFKA_TESTKIT_REPORT: 'never' } })).wall)
  }
  const [run] = readdirSync(join(project.folder, '.kafka-testkit/runs'))
  const stored = join(project.folder, '.kafka-testkit/runs', run!, 'run.ndjson')
  const page = fileURLToPath(new URL('../../src/history/report/page.ts', import.meta.url))
  const program = `const { reportPage, writeReport } = await import(${JSON.stringify(pathToFileURL(page).href)})
const lines = (await import('node:fs')).readFileSync(${JSON.stringify(stored)}, 'utf8').trim().split('\\n').map(JSON.parse)
const begun = performance.now()
writeReport(${JSON.stringify(join(project.folder, 'report.html'))}, reportPage(lines, { state: 'ended' }))
console.log(performance.now() - begun)`
  const took = Array.from({ length: 5 }, () => {
    const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8' })
    return Number(stdout)
  })
  const measured = (median(took) / median(wall)) * 100
  const details = {
    'page ms': median(took),
    'run ms': median(wall),
    KB: statSync(join(project.folder, 'report.html')).size / 1e3,
  }
  return [{ name: 'writing the page of 1,000 tests, of their run', measured, unit: '%', goal: { atMost: 2 }, details }]
}

/** The page of a run of 100,000 steps, as a browser opens it from its file, against those of others. */
async function opening(): Promise<Outcome[]> {
  const command = await findBrowser()
  if (command === undefined) return [{ name: 'page of 100,000 steps', skipped: 'no browser: npm run install:browser' }]
  const folder = mkdtempSync(join(tmpdir(), 'kafka-testkit-bench-report-'))
  const outcomes: Outcome[] = []
  const lines = runOf(tests)
  const pages: Record<string, ReportFile> = { ours: ourReport(folder, lines) }
  try {
    if (existsSync(allureCommand)) pages['Allure 3'] = await allureReport(folder, lines)
    else outcomes.push({ name: "page of 100,000 steps, Allure 3's", skipped: 'npm run install:clients brings it' })
    if (existsSync(playwrightCommand)) pages.Playwright = await playwrightReport(tests)
    else outcomes.push({ name: "page of 100,000 steps, Playwright's", skipped: 'npm run install:clients brings it' })
    return [...outcomes, ...(await compare(command, pages))]
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function compare(command: string, pages: Readonly<Record<string, ReportFile>>): Promise<Outcome[]> {
  const browser = await chromium.launch({ executablePath: command, args: ['--no-sandbox', '--disable-dev-shm-usage'] })
  try {
    const open = Object.entries(pages).map(([name, page]) => [name, () => readyIn(browser, page)] as const)
    const times = await interleave(Object.fromEntries(open), { rounds: 5, warmUp: 1 })
    const took = (name: string): number => median(times[name]!)
    const size = (name: string): number => statSync(pages[name]!.path).size
    const others = Object.keys(pages).filter((name) => name !== 'ours')
    if (others.length === 0)
      return [
        {
          name: 'page of 100,000 steps ready',
          measured: took('ours'),
          unit: 'ms',
          details: { MB: size('ours') / 1e6 },
        },
      ]
    return others.flatMap((name): Outcome[] => [
      {
        name: `page of 100,000 steps ready, ${name}'s against ours`,
        measured: took(name) / took('ours'),
        unit: 'times',
        goal: { atLeast: 3 },
        details: { 'ours ms': took('ours'), [`${name} ms`]: took(name) },
      },
      {
        name: `size of that page, ours against ${name}'s`,
        measured: size('ours') / size(name),
        unit: 'times',
        goal: { atMost: 0.5 },
        details: { 'ours MB': size('ours') / 1e6, [`${name} MB`]: size(name) / 1e6 },
      },
    ])
  } finally {
    await browser.close()
  }
}

/** Milliseconds from where the browser began to open the file to the first test in sight, by the page's own clock. */
async function readyIn(browser: Browser, { path, ready }: ReportFile): Promise<number> {
  const context = await browser.newContext({ offline: true })
  try {
    const page = await context.newPage()
    await page.goto(pathToFileURL(path).href, { waitUntil: 'commit' })
    const handle = await page.waitForFunction(
      (selector) => document.querySelector(selector) !== null && performance.now(),
      ready,
      { polling: 'raf', timeout: 60_000 },
    )
    return (await handle.jsonValue()) as number
  } finally {
    await context.close()
  }
}
