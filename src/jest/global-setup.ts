import type { Config as JestConfig } from '@jest/types'
import { type RunCluster, startRunCluster } from '../cluster/run-cluster.ts'
import { type Config, resolveConfig } from '../config/config.ts'
import { announceCluster } from './run-cluster.ts'

let running: RunCluster | undefined

/** Runs in Jest's main process before the tests: the run's cluster answers when it resolves. */
export default async function setUpRun(
  { rootDir }: JestConfig.GlobalConfig,
  { testEnvironmentOptions }: JestConfig.ProjectConfig,
): Promise<void> {
  const { kafka } = testEnvironmentOptions as { kafka?: Config }
  const { cluster, topics } = resolveConfig(kafka)
  // Each test file starts an embedded one by itself.
  if (cluster.kind === 'embedded') return
  running = await startRunCluster({ cluster, root: rootDir })
  await running.createTopics(topics)
  announceCluster(running.worker)
}

/** After the tests. */
export async function tearDownRun(): Promise<void> {
  announceCluster(undefined)
  await running?.stop()
  running = undefined
}
