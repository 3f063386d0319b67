import type { RedactConfig, RedactOptions } from '../redaction/options.ts'
import { type BrokerConfig, resolveBroker } from './broker.ts'
import { type ClusterConfig, type ResolvedCluster, resolveCluster } from './cluster.ts'
import { type EndpointConfig, type ResolvedEndpoint, resolveEndpoint } from './endpoint.ts'
import {
  type Color,
  chosenEnvironment,
  type Environment,
  type Variables,
  variableKind,
  variablesOf,
} from './environments.ts'
import { checkNode } from './node-version.ts'
import {
  anything,
  count,
  duration,
  fillOptions,
  flag,
  list,
  listOf,
  type OptionKind,
  oneOf,
  record,
  section,
  text,
  withDefault,
} from './options.ts'
import { redact, resolveRedact } from './redact.ts'
import { type DeclaredTopic, resolveTopics, type TopicConfig } from './topics.ts'
import { withVariables } from './variables.ts'

const reports = ['always', 'on-failure', 'never'] as const

/** What the plugin, the preset and `defineConfig` take. */
export interface Config {
  /**
   * Where the records live. Default `embedded`: a broker in the process of each test file. `testcontainers`: real Kafka
   * in a container that is started for the run. `external`: Kafka that somebody else runs.
   */
  cluster?: ClusterConfig
  /** Milliseconds that a matcher or a task waits at most, where it says nothing itself. Default 4000. */
  timeout?: number
  /** Milliseconds that `.not` waits on a cluster where an absence can't be known. Default 1000. */
  within?: number
  /**
   * Topics that are there before the application starts, on every cluster. Of a real one those that the run had to
   * create are deleted at its end.
   */
  topics?: readonly TopicConfig[]
  broker?: BrokerConfig
  /**
   * Environment variables in which the application looks for the brokers' addresses, beside `KAFKA_BROKERS`:
   * `['KAFKA_BOOTSTRAP_SERVERS']`. They are set before the test file's imports run.
   */
  env?: readonly string[]
  /** The name of the environment, kept with each run. Where there are `environments` it is one of theirs. */
  environment?: string
  /** Clusters with a name; `KAFKA_TESTKIT_ENVIRONMENT` chooses one of them. */
  environments?: Record<string, Environment>
  /** What `kafka.variables` holds; `{ env: 'NAME' }` is the value of an environment variable. */
  variables?: Variables
  /** The project's name in the history. Default: the name in package.json. */
  project?: string
  /** What is kept out of all that is stored and printed; `all`: record data and check data. Default: nothing. */
  redact?: 'all' | RedactOptions
  /**
   * When a run is written as a page too, into its folder of the history; on GitHub Actions a summary of it stands on the
   * page of the job, unless `never`. Default `on-failure`.
   */
  report?: (typeof reports)[number]
  history?: {
    /** Whether runs are stored at all. Default true. */
    enabled?: boolean
    /** How many runs are kept. Default 100. */
    runs?: number
    /** How many days a run is kept. Default 30. */
    days?: number
    /** Where runs are uploaded to. The token comes from the environment variable KAFKA_TESTKIT_TOKEN. */
    endpoint?: EndpointConfig
    /** Whether a run that can't be stored or uploaded ends with exit code 1. Default false: it is said in one line. */
    required?: boolean
  }
}

/** A config with every default filled in. */
export interface ResolvedConfig {
  cluster: ResolvedCluster
  timeout: number
  within: number
  topics: readonly DeclaredTopic[]
  broker: Required<BrokerConfig>
  /** With `KAFKA_BROKERS`. */
  env: readonly string[]
  environment: string | null
  /** The colour of the environment's name in the terminal and the report. */
  color: Color | null
  variables: Record<string, string>
  project: string | null
  redact: RedactConfig
  report: (typeof reports)[number]
  history: {
    enabled: boolean
    runs: number
    days: number
    endpoint: ResolvedEndpoint | null
    required: boolean
  }
}

const variableName: OptionKind = {
  wanted: 'the name of an environment variable',
  holds: (value) => typeof value === 'string' && /^[^=\s\0]+$/.test(value),
}

const configOptions = {
  cluster: anything,
  timeout: withDefault(duration, 4000),
  within: withDefault(duration, 1000),
  topics: withDefault(list, []),
  broker: section,
  env: withDefault(listOf(variableName), []),
  environment: text,
  environments: section,
  variables: record(variableKind),
  project: text,
  redact,
  report: withDefault(oneOf(...reports), 'on-failure'),
  history: section,
}

const historyOptions = {
  enabled: withDefault(flag, true),
  runs: withDefault(count, 100),
  days: withDefault(count, 30),
  endpoint: section,
  required: withDefault(flag, false),
}

/** Gives a config its type where it is written. */
export function defineConfig(config: Config): Config {
  return config
}

/**
 * Fills in the defaults. What the environment variables say (`KAFKA_TESTKIT_TIMEOUT=500`) wins.
 *
 * @throws TypeError for an unknown or wrong option, naming the nearest right one.
 * @throws Error when what the chosen cluster or environment needs is missing.
 */
export function resolveConfig(written: Config = {}, env: NodeJS.ProcessEnv = process.env): ResolvedConfig {
  checkNode()
  const config = typeof written === 'object' && written !== null ? withVariables(written, env) : written
  const options = fillOptions('kafka-testkit config', config, configOptions)
  const history = fillOptions('kafka-testkit config.history', options.history, historyOptions)
  const chosen = chosenEnvironment(config)
  const whose = chosen?.cluster === undefined ? 'kafka-testkit config' : `environment ${config.environment}`
  return {
    cluster: resolveCluster(clusterOf(config, chosen, env), env, whose),
    timeout: options.timeout,
    within: options.within,
    topics: resolveTopics('kafka-testkit config.topics', options.topics),
    broker: resolveBroker('kafka-testkit config.broker', options.broker, env),
    env: [...new Set(['KAFKA_BROKERS', ...options.env])],
    environment: options.environment ?? null,
    color: chosen?.color ?? null,
    variables: {
      ...variablesOf(config.variables, env, 'kafka-testkit config'),
      ...variablesOf(chosen?.variables, env, `environment ${config.environment}`),
    },
    project: options.project ?? null,
    redact: resolveRedact('kafka-testkit config.redact', options.redact, env.KAFKA_TESTKIT_REDACT),
    report: options.report,
    history: { ...history, endpoint: resolveEndpoint(history.endpoint, env) },
  }
}

/** The variable says which kind; the options are those of the config where they are of that kind. */
function clusterOf(config: Config, chosen: Environment | undefined, env: NodeJS.ProcessEnv): ClusterConfig {
  const written = [chosen?.cluster, config.cluster].filter((one) => one !== undefined)
  const said = env.KAFKA_TESTKIT_CLUSTER || undefined
  if (said === undefined) return written[0] ?? 'embedded'
  return written.find((one) => typeof one === 'object' && one !== null && one.kind === said) ?? (said as ClusterConfig)
}
