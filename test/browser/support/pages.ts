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
}

/** What opens a report in the browser, from a file, without a network. */
export function useReports(): (lines: readonly Line[], options?: OpenOptions) => Promise<Opened> {
  const newPage = useBrowser()
  let folder: string
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'kafka-testkit-report-'))
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }))
  return async (lines, { at = '', state = 'ended', damaged = 0, ...options } = {}) => {
    const file = join(folder, 'report.html')
    writeFileSync(file, reportPage(lines, { state, damaged }))
    const opened = await newPage({ offline: true, ...options })
    await opened.page.goto(`${pathToFileURL(file).href}${at}`)
    await opened.page.locator('#main, .empty').first().waitFor()
    return opened
  }
}

export { expect, test }
