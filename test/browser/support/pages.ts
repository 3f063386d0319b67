import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { BrowserContextOptions } from 'playwright-core'
import { afterAll, beforeAll } from 'vitest'
import { reportPage } from '../../../src/history/report/page.ts'
import type { Line } from '../../../src/run/model.ts'
import { expect, type Opened, test, useBrowser } from './browser.ts'

interface OpenOptions extends BrowserContextOptions {
  /** The part of the address behind the file: `#/test/…`. */
  at?: string
  state?: 'ended' | 'running' | 'lost'
  damaged?: number
  /** What becomes of the file on its way. */
  change?: (file: string) => string
  /** Runs in the page before its own script does. */
  before?: () => void
}

/** What opens a report in the browser, from a file, without a network. */
export function useReports(): (lines: readonly Line[], options?: OpenOptions) => Promise<Opened> {
  const newPage = useBrowser()
  let folder: string
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'kafka-testkit-report-'))
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }))
  return async (lines, { at = '', state = 'ended', damaged = 0, change, before, ...options } = {}) => {
    const file = join(folder, 'report.html')
    const whole = reportPage(lines, { state, damaged })
    writeFileSync(file, change?.(whole) ?? whole)
    const opened = await newPage({ offline: true, ...options })
    if (before !== undefined) await opened.page.addInitScript(before)
    await opened.page.goto(`${pathToFileURL(file).href}${at}`)
    // What is waited for in a page is there by then.
    await opened.page.locator('#main:not(:has(.waiting)), .empty').first().waitFor()
    return opened
  }
}

export { expect, test }
