import { checkOptions, flag, type OptionKind, oneOf, text } from './options.ts'

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

/** Never printed, not even when it is wrong. */
export const secret: OptionKind = { ...text, secret: true }

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

/** What the config leaves out, and the environment variable that says it then. One table, also in docs/clusters.md. */
const connectionVariables = {
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

export function resolveSsl(
  ssl: boolean | SslConfig | undefined,
  env: NodeJS.ProcessEnv,
  where: string,
): boolean | SslConfig {
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

export function resolveSasl(
  sasl: SaslConfig | Partial<SaslConfig> | false | undefined,
  env: NodeJS.ProcessEnv,
  where: string,
): SaslConfig | false {
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

export function needOptions(
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
