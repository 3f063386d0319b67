import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { afterAll, test as base, beforeAll, expect, inject } from 'vitest'

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

/** Starts the browser for the tests of a file; what gives a page in it, of which there is one at a time. */
export function useBrowser(): (options: BrowserContextOptions) => Promise<Opened> {
  let browser: Browser
  const contexts: BrowserContext[] = []
  beforeAll(async () => {
    if (command === null) return
    const args = ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage']
    browser = await chromium.launch({ executablePath: command, args })
  })
  afterAll(() => browser?.close())
  return async (options) => {
    for (const context of contexts.splice(0)) await context.close()
    const context = await browser.newContext({ locale: 'en-US', timezoneId: 'Europe/Berlin', ...options })
    contexts.push(context)
    context.setDefaultTimeout(DEADLINE)
    return watched(await context.newPage())
  }
}

function watched(page: Page): Opened {
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
  return { page, requests, errors }
}

export { expect }
