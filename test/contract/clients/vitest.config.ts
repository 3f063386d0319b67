import { join } from 'node:path'
import { defineConfig, type TestProjectConfiguration } from 'vitest/config'

declare module 'vitest' {
  interface ProvidedContext {
    /** Of the contract on an embedded broker that is as Kafka. */
    strict: boolean
    /** How many times more each service is run. */
    repeats: number
    /** Whether the tables in docs/clients.md are written anew. */
    update: boolean
  }
}

const repeats = Number(process.env.KAFKA_TESTKIT_CONTRACT_REPEATS ?? 0)
const update = process.argv.some((argument) => argument === '-u' || argument === '--update')

function project(name: string, globalSetup: string[] = []): TestProjectConfiguration {
  return {
    test: {
      name,
      globalSetup,
      provide: { strict: name === 'strict', repeats, update },
      include: ['test/contract/clients/*.test.ts'],
      testTimeout: 60_000 * (repeats + 1),
      hookTimeout: 120_000,
      // kafkajs 2.2.4 causes it on Node 24 in every client.
      execArgv: ['--disable-warning=TimeoutNegativeWarning'],
      env: { KAFKAJS_NO_PARTITIONER_WARNING: '1' },
    },
  }
}

/** `npm run test:contract`: services of each client, on the embedded broker, on one that is `strict`, and on real Kafka. */
export default defineConfig({
  test: {
    projects: [
      project('embedded'),
      project('strict'),
      project('external', [join(import.meta.dirname, '../../real-kafka/start-cluster.ts')]),
    ],
  },
})
