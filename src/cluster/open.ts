import { startBroker } from '../broker/index.ts'
import type { WorkerOptions } from '../config/worker-options.ts'
import type { Cluster } from './cluster.ts'
import { embeddedCluster } from './embedded.ts'

/** The cluster that a test file runs on, as the config says; it listens when this resolves. */
export async function openCluster({ broker: options, cluster }: WorkerOptions): Promise<Cluster> {
  if (cluster.kind !== 'embedded') return (await import('./real.ts')).realCluster(cluster)
  const broker = await startBroker({ ...options, keepAlive: false })
  return embeddedCluster(broker)
}
