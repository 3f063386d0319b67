import { basename, dirname, join } from 'node:path'
import { defineConfig } from 'vitest/config'

/** The tests of matchers and tasks, and the fixtures, on real Kafka: `npm run test:kafka`. */
export default defineConfig({
  test: {
    include: ['test/matchers/**/*.test.ts', 'test/tasks/**/*.test.ts', 'test/kafka/suite/**/*.test.ts'],
    globalSetup: [join(import.meta.dirname, 'start-cluster.ts')],
    // They all use the same names, on one cluster.
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // A message tells how a cluster was waited for, so on real Kafka it is another.
    resolveSnapshotPath: (path, extension) =>
      join(import.meta.dirname, '__snapshots__', basename(dirname(path)), basename(path) + extension),
  },
})
