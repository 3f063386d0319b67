import { openBroker } from '../broker/listener.ts'
import type { WorkerOptions } from '../config/worker-options.ts'
import type { Cluster } from './cluster.ts'
import { embeddedCluster } from './embedded.ts'

/** The cluster that a test file (or a test) runs on, as the config says; it listens when this resolves. */
export async function openCluster({
  broker: { scope: _, ...options },
  cluster,
  topics,
}: WorkerOptions): Promise<Cluster> {
  if (cluster.kind === 'embedded') {
    const broker = await openBroker({ ...options, topics, keepAlive: false })
    return embeddedCluster(broker, topics.length > 0)
  }
  const real = (await import('./real.ts')).realCluster(cluster)
  const missing = topics.filter(({ name }) => !cluster.topics?.includes(name))
  for (const { name, ...options } of missing) await real.createTopic(name, { ...options, ifExists: 'use' })
  return real
}
