import { createRequire } from 'node:module'
import type { Context } from 'node:vm'
import type { EnvironmentContext, JestEnvironment, JestEnvironmentConfig } from '@jest/environment'
import type { Circus } from '@jest/types'
import { type Config, type ResolvedConfig, resolveConfig } from '../config/config.ts'
import { pragma, withFileConfig } from '../config/file-options.ts'
import { type WorkerOptions, workerOptions } from '../config/worker-options.ts'
import { createKafka } from '../kafka/kafka.ts'
import { TestFile } from '../kafka/test-file.ts'
import { Attempts } from './attempts.ts'
import { type Handle, handleKey } from './handle.ts'
import { Leftovers } from './leftovers.ts'
import { matchersFor } from './matchers.ts'
import { Realm } from './realm.ts'
import { announcedCluster } from './run-cluster.ts'

/** What is used of it, its handler of events a method, so that a class derived from it may call it. */
interface Environment extends Pick<JestEnvironment, 'global'> {
  getVmContext(): Context | null
  setup(): Promise<void>
  teardown(): Promise<void>
  handleTestEvent?(event: Circus.Event, state: Circus.State): void | Promise<void>
}

/** Of whatever version of Jest. */
type AnyEnvironment = new (config: never, context: never) => Pick<Environment, 'setup' | 'teardown' | 'getVmContext'>
type BaseClass = new (config: JestEnvironmentConfig, context: EnvironmentContext) => Environment
type EnvironmentClass = new (config: JestEnvironmentConfig, context: EnvironmentContext) => JestEnvironment

/**
 * Gives an environment of Jest a broker for each test file. All of it lives outside of the sandbox, once a worker: fake
 * timers, `jest.resetModules()` and `jest.mock('kafkajs')` don't reach it.
 *
 * @throws Error in the constructor, when an option of `testEnvironmentOptions.kafka` is unknown or wrong.
 * @example
 * ```js
 * const { TestEnvironment } = require('jest-environment-jsdom')
 * const { withKafka } = require('kafka-testkit/jest/environment')
 * module.exports = withKafka(TestEnvironment)
 * ```
 */
export function withKafka<Class extends AnyEnvironment>(Base: Class): Class {
  class KafkaEnvironment extends (Base as unknown as BaseClass) {
    readonly #config: ResolvedConfig
    readonly #root: string
    readonly #project: string
    readonly #path: string
    /** What the file says for itself, in the comment at its top. */
    readonly #said: string | undefined
    readonly #leftovers: Leftovers
    #file: TestFile | undefined
    #attempts: Attempts | undefined

    constructor(config: JestEnvironmentConfig, context: EnvironmentContext) {
      super(config, context)
      const { projectConfig, globalConfig } = config
      const { kafka } = projectConfig.testEnvironmentOptions as { kafka?: Config }
      // Jest's Node environment makes globals of all its options.
      if (kafka !== undefined && this.global.kafka === kafka) delete this.global.kafka
      this.#config = resolveConfig(kafka)
      this.#root = globalConfig.rootDir
      this.#project = projectConfig.id
      this.#path = context.testPath
      this.#said = [context.docblockPragmas[pragma] ?? []].flat()[0]
      this.#leftovers = new Leftovers(this.global)
    }

    override async setup(): Promise<void> {
      await super.setup()
      const context = this.getVmContext()
      if (context === null) throw new Error('kafka-testkit: this environment has no context, withKafka() needs one')
      const realm = new Realm(context, this.global.process.env)
      const file = await TestFile.open(this.#options(), this.#path, realm)
      await file.redactConsole(this.global.console)
      const attempts = new Attempts(file, this.#project)
      this.#file = file
      this.#attempts = attempts
      const kafka = createKafka({ scope: () => attempts.currentScope(), environment: () => file.environment() })
      const handle: Handle = { kafka: realm.wrap(kafka), matchers: matchersFor(realm, this.global) }
      Object.assign(this.global, { [handleKey]: handle })
    }

    #options(): WorkerOptions {
      const cluster = announcedCluster(this.#config.cluster.kind)
      const options = workerOptions(this.#config, this.#root, cluster)
      return this.#said === undefined ? options : withFileConfig(options, this.#said)
    }

    override async teardown(): Promise<void> {
      try {
        await this.#close()
      } finally {
        await super.teardown()
      }
    }

    override async handleTestEvent(event: Circus.Event, state: Circus.State): Promise<void> {
      await super.handleTestEvent?.(event, state)
      await this.#attempts?.handle(event, state)
      if (event.name === 'run_finish') await this.#close()
    }

    async #close(): Promise<void> {
      const file = this.#file
      this.#file = undefined
      if (file === undefined) return
      this.#leftovers.stop()
      await file.close()
      // What the application hears of it, it hears before Jest takes the sandbox down.
      for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve))
    }
  }
  return KafkaEnvironment as unknown as Class
}

/** Jest's own environment for Node, of the Jest that runs: it depends on it, which this package doesn't. */
function nodeEnvironment(): EnvironmentClass {
  const require = createRequire(import.meta.url)
  const runner = Object.keys(require.cache).find((path) => /[\\/]jest-runner[\\/]/.test(path))
  const requireOfJest = runner === undefined ? require : createRequire(runner)
  const { TestEnvironment } = requireOfJest('jest-environment-node') as { TestEnvironment: EnvironmentClass }
  return TestEnvironment
}

const KafkaNodeEnvironment: EnvironmentClass = withKafka(nodeEnvironment())
export default KafkaNodeEnvironment
