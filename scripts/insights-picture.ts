import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Browser } from 'playwright-core'
import type { RunLine } from '../src/run/model.ts'
import { weeks } from '../test/browser/support/many-runs.ts'
import { Client } from '../test/endpoint/support/client.ts'

const token = 'ktk_of-the-endpoint-of-a-picture'
/** How long the endpoint may take to listen (milliseconds). */
const PATIENCE = 30_000

/** Takes a picture of Insights, of five weeks of a project that is made up, on an endpoint of the built package. */
export async function takeInsights(browser: Browser, cli: string, path: string): Promise<void> {
  const data = mkdtempSync(join(tmpdir(), 'kafka-testkit-insights-'))
  const endpoint = spawn(process.execPath, [cli, 'serve', '--port', '0', '--data', data, '--rate-limit', '0'], {
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { ...process.env, KAFKA_TESTKIT_ADMIN_TOKEN: token },
  })
  try {
    const url = await listening(endpoint.stdout)
    const client = new Client(url, token)
    for (const [run, ...lines] of weeks()) {
      const end = lines.find((line) => line.type === 'end')
      await client.upload([lines.filter((line) => line !== end)], run as RunLine, 'shop', end)
    }
    const page = await browser.newPage({
      viewport: { width: 1180, height: 1010 },
      colorScheme: 'light',
      locale: 'en-US',
    })
    await page.goto(`${url}/#/shop/insights`)
    await page.getByLabel('Token').fill(token)
    await page.keyboard.press('Enter')
    await page.locator('.chart').nth(3).waitFor()
    await page.locator('.row.listed').first().waitFor()
    await page.screenshot({ path })
    await page.close()
  } finally {
    endpoint.kill()
    await once(endpoint, 'exit')
    rmSync(data, { recursive: true, force: true, maxRetries: 5 })
  }
}

/** Where it says that it listens. @throws Error when it doesn't in time. */
async function listening(output: NodeJS.ReadableStream): Promise<string> {
  const timer = setTimeout(() => (output as NodeJS.ReadableStream & { destroy(): void }).destroy(), PATIENCE)
  for await (const line of createInterface({ input: output })) {
    const url = /listens on (\S+)/.exec(line)?.[1]
    if (url === undefined) continue
    clearTimeout(timer)
    return url
  }
  throw new Error(`the endpoint did not listen within ${PATIENCE / 1000} s`)
}
