import type { WorkerCluster } from '../config/worker-options.ts'

/** What names the run's cluster to the workers: Jest hands them nothing that a global set-up made. */
const variable = 'KAFKA_TESTKIT_RUN_CLUSTER'

/** Called before the workers start, which inherit it; `undefined` when the run has ended. */
export function announceCluster(cluster: WorkerCluster | undefined): void {
  if (cluster === undefined) delete process.env[variable]
  else process.env[variable] = JSON.stringify(cluster)
}

/** @throws Error when no global set-up has started the cluster. */
export function announcedCluster(kind: WorkerCluster['kind']): WorkerCluster {
  if (kind === 'embedded') return { kind }
  const announced = process.env[variable]
  if (announced !== undefined) return JSON.parse(announced) as WorkerCluster
  throw new Error(
    `kafka-testkit: the cluster (${kind}) was not started: jest.config has a globalSetup of its own in the place of the preset's. Call both there: await (await import('kafka-testkit/jest/global-setup')).default(globalConfig, projectConfig), and kafka-testkit/jest/global-teardown likewise`,
  )
}
