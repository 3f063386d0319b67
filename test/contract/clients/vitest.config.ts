import { join } from 'node:path'
import { defineConfig, type TestProjectConfiguration } from 'vitest/config'

function project(name: string, globalSetup: string[] = []): TestProjectConfiguration {
  return {
    test: {
      ...{ name, globalSetup, include: ['test/contract/clients/*.test.ts'], testTimeout: 60_000, hookTimeout: 120_000 },
      // kafkajs 2.2.4 causes it on Node 24 in every client.
      execArgv: ['--disable-warning=TimeoutNegativeWarning'],
      env: { KAFKAJS_NO_PARTITIONER_WARNING: '1' },
    },
  }
}

/** `npm run test:contract`: services of each client, on the embedded broker and on real Kafka. */
export default defineConfig({
  test: {
    projects: [project('embedded'), project('external', [join(import.meta.dirname, '../../kafka/start-cluster.ts')])],
  },
})
