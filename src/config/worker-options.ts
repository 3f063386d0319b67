import type { ClusterAddress } from './cluster.ts'
import type { ResolvedConfig } from './config.ts'

/**
 * What a worker must know of the config. Plain data only: it crosses threads and processes, in memory: `cluster` of a
 * real cluster may hold secrets.
 */
export interface WorkerOptions
  extends Pick<
    ResolvedConfig,
    'timeout' | 'within' | 'topics' | 'broker' | 'env' | 'environment' | 'variables' | 'redact'
  > {
  root: string
  cluster: WorkerCluster
}

/** The cluster as a worker finds it: it is there, and this is how it is reached. */
export type WorkerCluster =
  | { kind: 'embedded' }
  | {
      kind: 'testcontainers' | 'external'
      prefix: string
      connection: ClusterAddress
      /** Of the config's topics those that are there since the run began. */
      topics?: readonly string[]
      /** The folder of the run's notes (RunNotes), where what its tests leave is cleaned up. */
      notes?: string
    }

export function workerOptions(config: ResolvedConfig, root: string, cluster: WorkerCluster): WorkerOptions {
  const { timeout, within, topics, broker, env, environment, variables, redact } = config
  return { root, cluster, timeout, within, topics, broker, env, environment, variables, redact }
}
