import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/postgres/*.test.ts'],
    globalSetup: ['test/postgres/cluster.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
})
