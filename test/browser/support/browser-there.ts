import { findBrowser } from '../../../scripts/install-browser.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** The command that starts the browser; null where there is none. */
    browser: string | null
  }
}

/** Says once that there is no browser, and that therefore nothing is tested; on CI that is an error. */
export default async function setup(project: {
  provide: (name: 'browser', value: string | null) => void
}): Promise<void> {
  const command = await findBrowser()
  if (command === undefined && process.env.CI === 'true')
    throw new Error('there is no browser: npm run install:browser')
  if (command === undefined) console.warn('There is no browser here, these tests are skipped: npm run install:browser')
  project.provide('browser', command ?? null)
}
