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

/** How a cluster is reached. Plain data: it crosses processes, in memory only (it holds secrets). */
export interface ClusterAddress {
  brokers: string[]
  ssl: boolean | SslConfig
  sasl: SaslConfig | false
  /** Where files are looked for that the config names. */
  root: string
}

/** TLS. PEM goes by its text or by the file that holds it. */
export interface SslConfig {
  /** The authority that signed the brokers' certificates. Default: those that Node trusts. */
  ca?: string
  /** The client's own certificate and its key, where the brokers ask for one. */
  cert?: string
  key?: string
  passphrase?: string
  /** The name in the brokers' certificates, where it isn't the one that is dialled. */
  servername?: string
  /** Default true. */
  rejectUnauthorized?: boolean
}

/** SASL, by each mechanism of kafkajs. */
export type SaslConfig =
  | { mechanism: 'plain'; username: string; password: string }
  | { mechanism: 'scram-sha-256'; username: string; password: string }
  | { mechanism: 'scram-sha-512'; username: string; password: string }
  | {
      mechanism: 'aws'
      authorizationIdentity: string
      accessKeyId: string
      secretAccessKey: string
      sessionToken?: string
    }
  | {
      mechanism: 'oauthbearer'
      token?: string
      /** A module whose default export is a function that gives a token: a function itself can't reach the workers. */
      tokenProvider?: string
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

/** Never printed, not even when it is wrong. */
const secret: OptionKind = { ...text, secret: true }
const addresses: OptionKind = {
  wanted: "a string 'host:port' or a list of them",
  holds: (value) => [value].flat().every((one) => typeof one === 'string') && [value].flat().length > 0 && value !== '',
}
const offOrObject: OptionKind = {
  wanted: 'an object, or false',
  holds: (value) => value === false || (typeof value === 'object' && value !== null),
}

const sslOptions: Readonly<Record<keyof SslConfig, OptionKind>> = {
  ca: secret,
  cert: secret,
  key: secret,
  passphrase: secret,
  servername: text,
  rejectUnauthorized: flag,
}

const mechanisms = ['plain', 'scram-sha-256', 'scram-sha-512', 'aws', 'oauthbearer'] as const
const userOptions = { username: text, password: secret }
/** What each mechanism needs, and what it may have. */
const saslOptions: Readonly<
  Record<(typeof mechanisms)[number], { needs: Record<string, OptionKind>; may: Record<string, OptionKind> }>
> = {
  plain: { needs: userOptions, may: {} },
  'scram-sha-256': { needs: userOptions, may: {} },
  'scram-sha-512': { needs: userOptions, may: {} },
  aws: {
    needs: { authorizationIdentity: text, accessKeyId: secret, secretAccessKey: secret },
    may: { sessionToken: secret },
  },
  oauthbearer: { needs: {}, may: { token: secret, tokenProvider: text } },
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

/** What the config leaves out, and the environment variable that says it then. One table, also in docs/clusters.md. */
const connectionVariables = {
  brokers: 'KAFKA_BROKERS',
  ssl: {
    enabled: 'KAFKA_SSL',
    ca: 'KAFKA_SSL_CA',
    cert: 'KAFKA_SSL_CERT',
    key: 'KAFKA_SSL_KEY',
    passphrase: 'KAFKA_SSL_PASSPHRASE',
    servername: 'KAFKA_SSL_SERVERNAME',
    rejectUnauthorized: 'KAFKA_SSL_REJECT_UNAUTHORIZED',
  },
  sasl: {
    mechanism: 'KAFKA_SASL_MECHANISM',
    username: 'KAFKA_SASL_USERNAME',
    password: 'KAFKA_SASL_PASSWORD',
    authorizationIdentity: 'KAFKA_SASL_AUTHORIZATION_IDENTITY',
    accessKeyId: 'KAFKA_SASL_ACCESS_KEY_ID',
    secretAccessKey: 'KAFKA_SASL_SECRET_ACCESS_KEY',
    sessionToken: 'KAFKA_SASL_SESSION_TOKEN',
    token: 'KAFKA_SASL_TOKEN',
    tokenProvider: 'KAFKA_SASL_TOKEN_PROVIDER',
  },
} as const

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

function resolveSsl(ssl: ExternalConfig['ssl'], env: NodeJS.ProcessEnv, where: string): boolean | SslConfig {
  if (ssl === false) return false
  const { enabled, ...names } = connectionVariables.ssl
  const said = fromVariables(names, env)
  if (ssl === undefined && said === undefined) return switchOf(enabled, env) ?? false
  if (ssl === undefined && switchOf(enabled, env) === false) return false
  const { rejectUnauthorized, ...rest } = said ?? {}
  const fromEnv = {
    ...rest,
    ...(rejectUnauthorized === undefined ? {} : { rejectUnauthorized: switchOf(names.rejectUnauthorized, env) }),
  }
  const merged = { ...fromEnv, ...(typeof ssl === 'object' ? ssl : {}) }
  checkOptions(`${where}.ssl`, merged, sslOptions)
  return Object.keys(merged).length === 0 ? true : merged
}

function resolveSasl(sasl: ExternalConfig['sasl'], env: NodeJS.ProcessEnv, where: string): SaslConfig | false {
  if (sasl === false) return false
  const said = fromVariables(connectionVariables.sasl, env)
  if (sasl === undefined && said === undefined) return false
  const written: Record<string, unknown> = sasl ?? {}
  const mechanism = String(written.mechanism ?? said?.mechanism?.toLowerCase() ?? 'undefined')
  checkOptions(
    `${where}.sasl`,
    { mechanism: mechanism === 'undefined' ? undefined : mechanism },
    { mechanism: oneOf(...mechanisms) },
  )
  if (mechanism === 'undefined') {
    throw new Error(`${where}.sasl: its mechanism is missing, one of ${mechanisms.join(', ')} (KAFKA_SASL_MECHANISM)`)
  }
  const { needs, may } = saslOptions[mechanism as keyof typeof saslOptions]
  const known = { ...needs, ...may }
  // Of the variables only what this mechanism has: a shell may hold the credentials of several.
  const filled = Object.fromEntries(Object.entries(said ?? {}).filter(([name]) => Object.hasOwn(known, name)))
  const merged = { ...filled, ...written, mechanism }
  if (typeof (merged as { tokenProvider?: unknown }).tokenProvider === 'function') {
    throw new TypeError(
      `${where}.sasl: tokenProvider is a function, which can't reach the processes that run the tests. Name a module whose default export it is: tokenProvider: './kafka-token.js'`,
    )
  }
  checkOptions(`${where}.sasl`, merged, { mechanism: text, ...known })
  needOptions(`${where}.sasl`, merged, Object.keys(needs), connectionVariables.sasl)
  if (mechanism === 'oauthbearer' && !('token' in merged) && !('tokenProvider' in merged)) {
    throw new Error(
      `${where}.sasl: oauthbearer needs a tokenProvider (a module, KAFKA_SASL_TOKEN_PROVIDER) or a token (KAFKA_SASL_TOKEN)`,
    )
  }
  return merged as unknown as SaslConfig
}

function needOptions(
  where: string,
  given: object,
  names: readonly string[],
  variables: Readonly<Record<string, string>>,
): void {
  const missing = names.find((name) => (given as Record<string, unknown>)[name] === undefined)
  if (missing === undefined) return
  const variable = variables[missing]
  throw new Error(`${where}: its ${missing} is missing${variable === undefined ? '' : ` (${variable})`}`)
}

/** What environment variables say, undefined when none of them says anything. */
function fromVariables(
  names: Readonly<Record<string, string>>,
  env: NodeJS.ProcessEnv,
): Record<string, string> | undefined {
  const said = Object.entries(names).filter(([, variable]) => (env[variable] ?? '') !== '')
  return said.length === 0 ? undefined : Object.fromEntries(said.map(([option, variable]) => [option, env[variable]!]))
}

function switchOf(variable: string, env: NodeJS.ProcessEnv): boolean | undefined {
  const said = env[variable] ?? ''
  if (said === '') return undefined
  if (['true', '1'].includes(said)) return true
  if (['false', '0'].includes(said)) return false
  throw new TypeError(`${variable} is ${JSON.stringify(said)}, true or false is wanted`)
}
