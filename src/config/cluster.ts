import {
  checkOptions,
  duration,
  fillOptions,
  flag,
  type OptionKind,
  oneOf,
  record,
  switchOrObject,
  text,
  withDefault,
} from './options.ts'
import { needOptions, resolveSasl, resolveSsl, type SaslConfig, type SslConfig, secret } from './security.ts'

/** How a cluster is reached. Plain data: it crosses processes, in memory only (it holds secrets). */
export interface ClusterAddress {
  brokers: string[]
  ssl: boolean | SslConfig
  sasl: SaslConfig | false
  /** Where files are looked for that the config names. */
  root: string
}

/** Kafka that somebody else runs. What is left out comes from `KAFKA_BROKERS`, `KAFKA_SSL_*` and `KAFKA_SASL_*`. */
export interface ExternalConfig {
  kind: 'external'
  /** `host:port`, several as a list or separated by commas. */
  brokers?: string | readonly string[]
  ssl?: boolean | SslConfig
  sasl?: SaslConfig | Partial<SaslConfig> | false
  /** What the names begin with that kafka-testkit makes up, for topics and groups. Default: nothing. */
  prefix?: string
  /**
   * Whether the topics and groups that the tests name, and that weren't there when the run began, are deleted at its end.
   * Default true.
   */
  cleanUp?: boolean
}

/** Real Kafka in a container that is started for the run. */
export interface TestcontainersConfig {
  kind: 'testcontainers'
  /** Default `confluentinc/cp-kafka`. */
  image?: string
  /** Default 8.1.1. */
  tag?: string
  /** Leaves the container running for the next run, which then takes it. Default false. */
  reuse?: boolean
  /** Environment variables of the container: `KAFKA_AUTO_CREATE_TOPICS_ENABLE: 'false'`. */
  env?: Record<string, string>
  /** Milliseconds until it must answer. Default 120000: the image may have to be pulled. */
  startTimeout?: number
  /** Gives out a listener with TLS and SCRAM in place of the plain one. */
  saslSsl?: SaslSslConfig
  prefix?: string
}

export interface SaslSslConfig {
  mechanism?: 'scram-sha-256' | 'scram-sha-512'
  username: string
  password: string
  /** A PKCS12 file with the broker's key and certificate. */
  keystore: string
  passphrase: string
  /** The name in that certificate. Default `localhost`, also where Docker's host has another one, as inside a container. */
  servername?: string
  /** The authority that signed that certificate, as PEM text or a file. */
  ca: string
}

/** `embedded` has no options of its own here: those of its broker are in `broker`. */
export type ClusterConfig =
  | 'embedded'
  | 'testcontainers'
  | 'external'
  | { kind: 'embedded' }
  | ExternalConfig
  | TestcontainersConfig

/** A cluster's config with every default filled in. */
export type ResolvedCluster =
  | { kind: 'embedded'; prefix: string }
  | ({ kind: 'external'; prefix: string; cleanUp: boolean } & Omit<ClusterAddress, 'root'>)
  | ({ kind: 'testcontainers' } & Required<Omit<TestcontainersConfig, 'kind' | 'saslSsl'>> & {
        saslSsl: Required<SaslSslConfig> | null
      })

const kinds = ['embedded', 'testcontainers', 'external'] as const

const addresses: OptionKind = {
  wanted: "a string 'host:port' or a list of them",
  holds: (value) => [value].flat().every((one) => typeof one === 'string') && [value].flat().length > 0 && value !== '',
}
const offOrObject: OptionKind = {
  wanted: 'an object, or false',
  holds: (value) => value === false || (typeof value === 'object' && value !== null),
}

/**
 * A cluster's config with its defaults, and with what the environment variables say of a cluster that is external.
 *
 * @param whose It is, for a message: "kafka-testkit config", "environment staging".
 * @throws TypeError for an unknown or wrong option; Error when something is missing.
 */
export function resolveCluster(config: ClusterConfig, env: NodeJS.ProcessEnv, whose: string): ResolvedCluster {
  if (typeof config !== 'object' || config === null)
    checkOptions(whose, { cluster: config }, { cluster: oneOf(...kinds) })
  const options = (typeof config === 'string' ? { kind: config } : config) as Exclude<ClusterConfig, string>
  const where = `${whose}.cluster`
  checkOptions(where, { kind: options.kind }, { kind: oneOf(...kinds) })
  switch (options.kind) {
    case 'embedded':
      checkOptions(where, options, { kind: text })
      return { kind: 'embedded', prefix: '' }
    case 'testcontainers':
      return resolveTestcontainers(options, env, where)
    case 'external':
      return resolveExternal(options, env, where)
    default:
      throw new TypeError(`${where}: option "kind" is missing, one of ${kinds.join(', ')} is wanted`)
  }
}

const testcontainersOptions = {
  kind: text,
  image: text,
  tag: text,
  reuse: withDefault(flag, false),
  env: withDefault(record({ wanted: 'a string', holds: (value) => typeof value === 'string' }), {}),
  startTimeout: withDefault(duration, 120_000),
  saslSsl: offOrObject,
  prefix: withDefault(text, ''),
}

const externalOptions = {
  kind: text,
  brokers: addresses,
  ssl: switchOrObject,
  sasl: offOrObject,
  prefix: withDefault(text, ''),
  cleanUp: withDefault(flag, true),
}

function resolveTestcontainers(options: TestcontainersConfig, env: NodeJS.ProcessEnv, where: string): ResolvedCluster {
  const { reuse, env: variables, startTimeout, prefix, ...rest } = fillOptions(where, options, testcontainersOptions)
  const [image, tag] = splitImage(rest.image ?? (env.KAFKA_TESTKIT_IMAGE || 'confluentinc/cp-kafka'))
  const { saslSsl } = rest
  if (saslSsl) {
    checkOptions(`${where}.saslSsl`, saslSsl, {
      mechanism: oneOf('scram-sha-256', 'scram-sha-512'),
      username: text,
      password: secret,
      keystore: text,
      passphrase: secret,
      ca: secret,
      servername: text,
    })
    needOptions(`${where}.saslSsl`, saslSsl, ['username', 'password', 'keystore', 'passphrase', 'ca'], {})
  }
  return {
    kind: 'testcontainers',
    image,
    tag: rest.tag ?? tag ?? '8.1.1',
    reuse,
    env: variables,
    startTimeout,
    saslSsl: saslSsl ? { mechanism: 'scram-sha-512', servername: 'localhost', ...saslSsl } : null,
    prefix,
  }
}

/** `registry:5000/name:tag`: the tag is behind the last slash. */
function splitImage(image: string): [name: string, tag?: string] {
  const colon = image.indexOf(':', image.lastIndexOf('/'))
  return colon < 0 ? [image] : [image.slice(0, colon), image.slice(colon + 1)]
}

function resolveExternal(options: ExternalConfig, env: NodeJS.ProcessEnv, where: string): ResolvedCluster {
  const { prefix, cleanUp } = fillOptions(where, options, externalOptions)
  const brokers = [options.brokers ?? env.KAFKA_BROKERS ?? []]
    .flat()
    .flatMap((one) => one.split(','))
    .map((one) => one.trim())
    .filter((one) => one !== '')
  if (brokers.length === 0) {
    throw new Error(
      `${where}: an external cluster needs its brokers: set KAFKA_BROKERS=host:9092, or cluster: { kind: 'external', brokers: ['host:9092'] }`,
    )
  }
  // What stands before it may be a password: it is not repeated.
  const withUser = brokers.find((one) => one.includes('@'))
  if (withUser !== undefined) {
    const host = withUser.slice(withUser.lastIndexOf('@') + 1)
    throw new Error(
      `${where}: the broker "…@${host}" is no address, host:port is wanted; user and password go into sasl`,
    )
  }
  const wrong = brokers.find((one) => !/^[^\s/]+:\d{1,5}$/.test(one))
  if (wrong !== undefined) throw new Error(`${where}: the broker "${wrong}" is no address, host:port is wanted`)
  return {
    kind: 'external',
    brokers,
    ssl: resolveSsl(options.ssl, env, where),
    sasl: resolveSasl(options.sasl, env, where),
    prefix,
    cleanUp,
  }
}
