import type { TestProject } from 'vitest/node'
import { type StartedKafka, startKafka } from '../../bench/support/real-kafka.ts'
import { fetchKafkaJars } from '../../scripts/kafka-jars.ts'
import { type RunCluster, type RunClusterOptions, startRunCluster } from '../../src/cluster/run-cluster.ts'
import { resolveConfig } from '../../src/config/config.ts'
import type { RealCluster } from '../support/kafka.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Of a run that has the tests on real Kafka. */
    'real cluster': RealCluster
  }
}

/**
 * Starts the real cluster of a project, as the runners do. The external one is a broker in a process of its own, unless
 * KAFKA_BROKERS names one.
 */
export default async function startCluster(project: TestProject): Promise<() => Promise<void>> {
  await fetchKafkaJars()
  const [run, broker] = project.name === 'external' ? await external() : [await start('testcontainers')]
  project.provide('real cluster', run.worker as RealCluster)
  return async () => {
    await run.stop()
    await broker?.[Symbol.asyncDispose]()
  }
}

async function external(): Promise<[RunCluster, StartedKafka | undefined]> {
  const broker = process.env.KAFKA_BROKERS === undefined ? await startKafka() : undefined
  const brokers = broker?.brokers ?? process.env.KAFKA_BROKERS!
  // For the tests that ask both brokers the same (test/real-kafka).
  process.env.KAFKA_TESTKIT_REAL_BROKERS = brokers
  return [await start('external', brokers), broker]
}

async function start(kind: 'external' | 'testcontainers', brokers?: string): Promise<RunCluster> {
  const { cluster } = resolveConfig({}, { ...process.env, KAFKA_TESTKIT_CLUSTER: kind, KAFKA_BROKERS: brokers })
  return startRunCluster({ cluster: cluster as RunClusterOptions['cluster'], root: process.cwd() })
}
