import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Plugin } from 'vitest/config'
import type { RunClusterOptions } from '../cluster/run-cluster.ts'
import { type Config, resolveConfig } from '../config/config.ts'
import { type WorkerOptions, workerOptions } from '../config/worker-options.ts'
import { withHoistedMocks } from './hoisting.ts'
import KafkaReporter from './reporter.ts'

declare module 'vitest' {
  interface ProvidedContext {
    'kafka-testkit': WorkerOptions
    /** What `global-setup.ts` starts the run's cluster with. */
    'kafka-testkit cluster': RunClusterOptions
  }
}

const setupFile = fileURLToPath(new URL('./setup.js', import.meta.url))
const globalSetupFile = fileURLToPath(new URL('./global-setup.js', import.meta.url))
const ownFiles = new RegExp(
  `^${dirname(dirname(setupFile))
    .replaceAll('\\', '/')
    .replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}/`,
)

/**
 * The plugin for `vitest.config.ts`: adds the set-up of each test file and the reporter.
 *
 * @throws Error when an option is unknown or wrong, naming the nearest right one.
 * @example
 * ```ts
 * import { defineConfig } from 'vitest/config'
 * import kafka from 'kafka-testkit/vitest/config'
 *
 * export default defineConfig({ plugins: [kafka()] })
 * ```
 */
export default function kafka(config: Config = {}): Plugin {
  const resolved = resolveConfig(config)
  return {
    name: 'kafka-testkit',
    // For `kafka-testkit cluster check`.
    api: { config },
    config(userConfig) {
      userConfig.test ??= {}
      const { test } = userConfig
      // First, so that the broker's address is there before the project's own set-up runs.
      test.setupFiles = [setupFile, ...[test.setupFiles ?? []].flat().filter((file) => file !== setupFile)]
      // Where the package is linked (a monorepo), Vite would take it for the project's source and load it anew for each
      // test file, within reach of `vi.mock`. Only the set-up file is meant to be (Vitest inlines set-up files first).
      return { test: { server: { deps: { external: [ownFiles] } } } }
    },
    transform: {
      order: 'pre',
      handler: (code) => withHoistedMocks(code),
    },
    configureVitest({ project, vitest }) {
      const { root } = vitest.config
      project.provide('kafka-testkit', workerOptions(resolved, root, { kind: 'embedded' }))
      // An inline project that extends this config shares its server in Vitest 5, and is not asked the hook above.
      const { setupFiles, globalSetup } = project.config
      if (!setupFiles.includes(setupFile)) setupFiles.unshift(setupFile)
      if (resolved.cluster.kind !== 'embedded') {
        project.provide('kafka-testkit cluster', { cluster: resolved.cluster, root })
        // Before the project's own, which may want its address. Each test file starts an embedded one by itself.
        const others = [globalSetup ?? []].flat().filter((file) => file !== globalSetupFile)
        project.config.globalSetup = [globalSetupFile, ...others]
      }
      const { reporters } = vitest.config
      const there = reporters.some(
        (reporter) =>
          reporter instanceof KafkaReporter ||
          (Array.isArray(reporter) && String(reporter[0]).includes('kafka-testkit')),
      )
      // Once, though the hook is called for each project.
      if (!there) reporters.push(new KafkaReporter(config) as unknown as (typeof reporters)[number])
    },
  }
}
