import { defineConfig } from 'vitest/config'

export default defineConfig({
  // A JVM takes 1 to 3 s to start, more on a loaded machine; every child process has its own, shorter deadline.
  test: {
    include: ['test/clients/*.test.ts'],
    globalSetup: ['test/clients/support/real-kafka.ts'],
    testTimeout: 180_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
    // kafkajs 2.2.4 causes it on Node 24 in every client.
    execArgv: ['--disable-warning=TimeoutNegativeWarning'],
    env: { KAFKAJS_NO_PARTITIONER_WARNING: '1' },
  },
})
