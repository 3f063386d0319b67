import { basename, dirname, join } from 'node:path'
import { defineConfig, type TestProjectConfiguration } from 'vitest/config'

/** The tests of matchers and tasks on one kind of real cluster, and what is to be tested of that kind. */
function project(kind: 'external' | 'testcontainers'): TestProjectConfiguration {
  return {
    test: {
      name: kind,
      include: [
        'test/matchers/**/*.test.ts',
        'test/kafka/**/*.test.ts',
        'test/real-kafka/*.test.ts',
        `test/real-kafka/${kind}/*.test.ts`,
      ],
      globalSetup: [join(import.meta.dirname, 'start-cluster.ts')],
      testTimeout: 60_000,
      hookTimeout: 120_000,
    },
  }
}

/** `npm run test:kafka` */
export default defineConfig({
  test: {
    projects: [project('external'), project('testcontainers')],
    // They all use the same names, on one cluster.
    fileParallelism: false,
    // A message tells how a cluster was waited for, so on real Kafka it is another.
    resolveSnapshotPath: (path, extension) =>
      join(import.meta.dirname, '__snapshots__', basename(dirname(path)), basename(path) + extension),
  },
})
