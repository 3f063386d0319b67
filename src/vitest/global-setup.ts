import type { TestProject } from 'vitest/node'
import { startRunCluster } from '../cluster/run-cluster.ts'

/** Runs in Vitest's main process before the tests: the run's cluster answers when it resolves. Returns the tear-down. */
export default async function setUpRun(project: TestProject): Promise<() => Promise<void>> {
  const provided = project.getProvidedContext()
  const cluster = await startRunCluster(provided['kafka-testkit cluster'])
  const options = provided['kafka-testkit']
  await cluster.createTopics(options.topics)
  project.provide('kafka-testkit', { ...options, cluster: cluster.worker })
  return () => cluster.stop()
}
