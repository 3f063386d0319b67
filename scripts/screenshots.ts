// Makes the pictures of the README and the docs: the report of `npm run demo`, and Insights of an endpoint, as a browser
// shows them.
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { type Browser, chromium, type Page } from 'playwright-core'
import { takeInsights } from './insights-picture.ts'
import { findBrowser } from './install-browser.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const retail = join(root, 'fixtures/retail')
const images = join(root, 'docs/images')

interface Picture {
  name: string
  /** Which run of the demo: its status. */
  status: 'passed' | 'failed'
  theme: 'light' | 'dark'
  height: number
  open(page: Page): Promise<void>
}

const pictures: readonly Picture[] = [
  {
    name: 'report-failed-test',
    status: 'failed',
    theme: 'light',
    height: 880,
    open: (page) => page.locator('.row.test').first().click(),
  },
  {
    name: 'report-timeline',
    status: 'passed',
    theme: 'dark',
    height: 700,
    open: (page) => page.getByText('orders are accepted while there is stock').click(),
  },
]

/** @throws Error when it fails. */
function cli(...args: string[]): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, 'dist/cli/main.js'), ...args], {
    cwd: retail,
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(`${args.join(' ')}: ${stderr}${stdout}`)
  return stdout
}

async function take(browser: Browser, folder: string, { name, status, theme, height, open }: Picture): Promise<void> {
  const [run] = JSON.parse(cli('history', 'list', '--json', '--limit', '1', '--status', status)) as { id: string }[]
  if (run === undefined) throw new Error(`no run of the demo ${status}: npm run demo`)
  const file = join(folder, `${name}.html`)
  cli('report', run.id, '--out', file)
  const page = await browser.newPage({ viewport: { width: 1180, height }, colorScheme: theme, locale: 'en-US' })
  await page.goto(pathToFileURL(file).href)
  await open(page)
  await page.locator('.timeline').waitFor()
  await page.mouse.move(0, 0)
  await page.screenshot({ path: join(images, `${name}.png`) })
  await page.close()
}

const executablePath = await findBrowser()
if (executablePath === undefined) throw new Error('there is no browser: npm run install:browser')
const folder = mkdtempSync(join(tmpdir(), 'kafka-testkit-screenshots-'))
mkdirSync(images, { recursive: true })
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] })
try {
  for (const picture of pictures) await take(browser, folder, picture)
  await takeInsights(browser, join(root, 'dist/cli/main.js'), join(images, 'insights.png'))
} finally {
  await browser.close()
  rmSync(folder, { recursive: true, force: true })
}
