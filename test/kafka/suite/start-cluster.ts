import { startKafka } from '../../../bench/support/real-kafka.ts'
import { startRunCluster } from '../../../src/cluster/run-cluster.ts'
import { resolveConfig } from '../../../src/config/config.ts'

/**
 * Starts the real cluster of the suite, as the runners do: KAFKA_TESTKIT_CLUSTER says which kind; an external one is a
 * broker in a process of its own, unless KAFKA_BROKERS names one.
 */
export default async function startCluster(): Promise<() => Promise<void>> {
  const wantsBroker = process.env.KAFKA_TESTKIT_CLUSTER === 'external' && process.env.KAFKA_BROKERS === undefined
  const process_ = wantsBroker ? await startKafka() : undefined
  if (process_ !== undefined) process.env.KAFKA_BROKERS = process_.brokers
  const { cluster } = resolveConfig()
  if (cluster.kind === 'embedded') throw new Error('set KAFKA_TESTKIT_CLUSTER to external or testcontainers')
  const { worker, stop } = await startRunCluster({ cluster, root: process.cwd() })
  process.env.KAFKA_TESTKIT_SUITE_CLUSTER = JSON.stringify(worker)
  return async () => {
    await stop()
    await process_?.[Symbol.asyncDispose]()
  }
}
