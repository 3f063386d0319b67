import { defineConfig } from 'vitest/config'

export default defineConfig({
  // A browser takes a second to start, more on a loaded machine; each wait in a page has its own, shorter deadline.
  test: {
    include: ['test/browser/*.test.ts'],
    globalSetup: ['test/browser/support/browser-there.ts'],
    testTimeout: 60_000,
    expect: { poll: { timeout: 10_000 } },
    hookTimeout: 60_000,
    maxWorkers: 2,
  },
})
