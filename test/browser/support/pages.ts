import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { afterAll, test as base, beforeAll, expect, inject } from 'vitest'
import { reportPage } from '../../../src/history/report/page.ts'
import type { Line } from '../../../src/run/model.ts'

const command = inject('browser')
/** What a test waits for in a page at most. */
const DEADLINE = 10_000

/** A test that needs the browser. */
export const test: typeof base = (command === null ? base.skip : base) as typeof base

export interface Opened {
  page: Page
  /** What the page asked of the network, and what went wrong in it. */
  requests: string[]
  errors: string[]
}

interface OpenOptions extends BrowserContextOptions {
  /** The part of the address behind the file: `#/test/…`. */
  at?: string
  state?: 'ended' | 'running' | 'lost'
  damaged?: number
}

let browser: Browser
let folder: string
const contexts: BrowserContext[] = []

/** Starts the browser for the tests of a file; what opens a report in it, from a file, without a network. */
export function useReports(): (lines: readonly Line[], options?: OpenOptions) => Promise<Opened> {
  beforeAll(async () => {
    if (command === null) return
    folder = mkdtempSync(join(tmpdir(), 'kafka-testkit-report-'))
    browser = await startBrowser(command)
  })
  afterAll(async () => {
    if (command === null) return
    await browser.close()
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  })
  return async (lines, { at = '', state = 'ended', damaged = 0, ...options } = {}) => {
    for (const context of contexts.splice(0)) await context.close()
    const file = join(folder, 'report.html')
    writeFileSync(file, reportPage(lines, { state, damaged }))
    const context = await browser.newContext({
      offline: true,
      locale: 'en-US',
      timezoneId: 'Europe/Berlin',
      ...options,
    })
    contexts.push(context)
    context.setDefaultTimeout(DEADLINE)
    const page = await context.newPage()
    const [requests, errors]: [string[], string[]] = [[], []]
    page.on('request', (request) => requests.push(request.url()))
    page.on('pageerror', (error) => errors.push(error.message))
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') errors.push(message.text())
    })
    page.on('dialog', (dialog) => {
      errors.push(`a dialog: ${dialog.message()}`)
      void dialog.dismiss()
    })
    await page.goto(`${pathToFileURL(file).href}${at}`)
    await page.locator('#main, .empty').first().waitFor()
    return { page, requests, errors }
  }
}

function startBrowser(executablePath: string): Promise<Browser> {
  return chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'] })
}

export { expect }
