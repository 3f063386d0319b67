import { checkOptions, count, duration, flag, oneOf, positive, record, text } from './options.ts'
import { type RedactConfig, type RedactOptions, redact, resolveRedact } from './redact.ts'
import { withVariables } from './variables.ts'

/** What the plugin, the preset and `defineConfig` take. */
export interface Config {
  /** Where the records live. Default `embedded`: a broker in the process of each test file. */
  cluster?: 'embedded'
  /** Milliseconds that a matcher or a task waits at most, where it says nothing itself. Default 4000. */
  timeout?: number
  /** Milliseconds that `.not` waits on a cluster where an absence can't be known. Default 1000. */
  within?: number
  broker?: {
    /** Partitions of a topic when nobody says how many. Default 1. */
    partitions?: number
    /** Whether a topic comes to be when it is first used. Default true. */
    autoCreateTopics?: boolean
  }
  /** The name of the environment, kept with each run. */
  environment?: string
  /** What `kafka.variables` holds. */
  variables?: Record<string, string>
  /** The project's name in the history. Default: the name in package.json. */
  project?: string
  /** What is kept out of all that is stored and printed; `all`: record data and check data. Default: nothing. */
  redact?: 'all' | RedactOptions
  history?: {
    /** Whether runs are stored at all. Default true. */
    enabled?: boolean
    /** How many runs are kept. Default 100. */
    runs?: number
    /** How many days a run is kept. Default 30. */
    days?: number
  }
}

/** A config with every default filled in. */
export interface ResolvedConfig {
  cluster: 'embedded'
  timeout: number
  within: number
  broker: { partitions: number; autoCreateTopics: boolean }
  environment: string | null
  variables: Record<string, string>
  project: string | null
  redact: RedactConfig
  history: { enabled: boolean; runs: number; days: number }
}

/** Gives a config its type where it is written. */
export function defineConfig(config: Config): Config {
  return config
}

/**
 * Fills in the defaults. What the environment variables say (`KAFKA_TESTKIT_TIMEOUT=500`) wins.
 *
 * @throws TypeError for an unknown or wrong option, naming the nearest right one.
 */
export function resolveConfig(written: Config = {}, env: NodeJS.ProcessEnv = process.env): ResolvedConfig {
  const config = typeof written === 'object' && written !== null ? withVariables(written, env) : written
  checkOptions('kafka-testkit config', config, {
    cluster: oneOf('embedded'),
    timeout: duration,
    within: duration,
    broker: section,
    environment: text,
    variables: record({ wanted: 'a string', holds: (value) => typeof value === 'string' }),
    project: text,
    redact,
    history: section,
  })
  checkOptions('kafka-testkit config.broker', config.broker, { partitions: positive, autoCreateTopics: flag })
  checkOptions('kafka-testkit config.history', config.history, { enabled: flag, runs: count, days: count })
  return {
    cluster: 'embedded',
    timeout: config.timeout ?? 4000,
    within: config.within ?? 1000,
    broker: {
      partitions: config.broker?.partitions ?? 1,
      autoCreateTopics: config.broker?.autoCreateTopics ?? true,
    },
    environment: config.environment ?? null,
    variables: config.variables ?? {},
    project: config.project ?? null,
    redact: resolveRedact('kafka-testkit config.redact', config.redact, env.KAFKA_TESTKIT_REDACT),
    history: {
      enabled: config.history?.enabled ?? true,
      runs: config.history?.runs ?? 100,
      days: config.history?.days ?? 30,
    },
  }
}

const section = { wanted: 'an object', holds: (value: unknown) => typeof value === 'object' && value !== null }
