import { checkBroker } from './broker.ts'
import type { Config } from './config.ts'
import { checkOptions, duration, list, section } from './options.ts'
import { resolveTopics } from './topics.ts'
import type { WorkerOptions } from './worker-options.ts'

/** What a test file may say for itself, in the comment at its top: `@kafka-testkit {"topics": ["orders"]}`. */
type FileConfig = Pick<Config, 'topics' | 'timeout' | 'within' | 'broker'>

/** The name of the pragma in that comment. */
export const pragma = 'kafka-testkit'

/**
 * The options of a test file: its own in front of the config's, its topics beside those of the config.
 *
 * @param said The JSON behind the pragma.
 * @throws TypeError for what is no JSON, and for an unknown or wrong option, naming the nearest right one.
 */
export function withFileConfig(options: WorkerOptions, said: string): WorkerOptions {
  const where = `@${pragma}`
  const config = parse(where, said)
  checkOptions(where, config, { topics: list, timeout: duration, within: duration, broker: section })
  checkBroker(`${where} broker`, config.broker)
  const own = resolveTopics(`${where} topics`, config.topics)
  const names = new Set(own.map(({ name }) => name))
  return {
    ...options,
    timeout: config.timeout ?? options.timeout,
    within: config.within ?? options.within,
    broker: { ...options.broker, ...config.broker },
    topics: [...options.topics.filter(({ name }) => !names.has(name)), ...own],
  }
}

function parse(where: string, said: string): FileConfig {
  try {
    return JSON.parse(said) as FileConfig
  } catch (error) {
    throw new TypeError(
      `${where}: what stands behind it is no JSON on one line, as {"topics": ["orders"]}: ${(error as Error).message}`,
    )
  }
}
