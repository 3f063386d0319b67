import { readFileSync } from 'node:fs'
import { isAbsolute, resolve } from 'node:path'
import type { ConnectionOptions as TlsOptions } from 'node:tls'
import { pathToFileURL } from 'node:url'
import type { SASLOptions } from '@platformatic/kafka'
import type { KafkaConfig } from 'kafkajs'
import type { Connection, SaslConfig, SslConfig } from '../config/connection.ts'
import type { ClientSecurity } from './cluster.ts'
import { ClusterTrouble } from './trouble.ts'

/** @throws Error when a file that holds a certificate, a key or a token provider can't be read. */
export function kafkajsSecurity({ ssl, sasl, root }: Connection): ClientSecurity {
  return { ...(ssl ? { ssl: tlsOptions(ssl, root) } : {}), ...(sasl ? { sasl: kafkajsSasl(sasl, root) } : {}) }
}

/** The same for @platformatic/kafka. */
export function platformaticSecurity({ ssl, sasl, root }: Connection): { tls?: TlsOptions; sasl?: SASLOptions } {
  return { ...(ssl ? { tls: tlsOptions(ssl, root) } : {}), ...(sasl ? { sasl: platformaticSasl(sasl, root) } : {}) }
}

/** TLS as Node takes it: what the config names as files is read. */
export function tlsOptions(ssl: true | SslConfig, root: string): TlsOptions {
  if (ssl === true) return {}
  const { ca, cert, key, ...rest } = ssl
  return {
    ...rest,
    ...(ca === undefined ? {} : { ca: pem(ca, 'ca', root) }),
    ...(cert === undefined ? {} : { cert: pem(cert, 'cert', root) }),
    ...(key === undefined ? {} : { key: pem(key, 'key', root) }),
  }
}

/** PEM by its text, or by the file that holds it. */
function pem(textOrFile: string, option: string, root: string): string {
  if (textOrFile.includes('-----BEGIN')) return textOrFile
  try {
    return readFileSync(resolve(root, textOrFile), 'utf8')
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code === 'ENOENT' ? "doesn't exist" : (error as Error).message
    throw new ClusterTrouble(
      `ssl.${option} of the cluster is neither PEM text (-----BEGIN …) nor a file that can be read: ${shown(textOrFile)} ${why}`,
    )
  }
}

/** A key that lost its first line must not end in a message. */
function shown(file: string): string {
  return file.length > 200 || file.includes('\n') ? 'its text' : file
}

function kafkajsSasl(sasl: SaslConfig, root: string): NonNullable<KafkaConfig['sasl']> {
  if (sasl.mechanism === 'oauthbearer') {
    return { mechanism: 'oauthbearer', oauthBearerProvider: async () => ({ value: await tokenOf(sasl, root) }) }
  }
  // A copy: kafkajs writes into it.
  return { ...sasl }
}

function platformaticSasl(sasl: SaslConfig, root: string): SASLOptions {
  switch (sasl.mechanism) {
    case 'plain':
      return { ...sasl, mechanism: 'PLAIN' }
    case 'scram-sha-256':
      return { ...sasl, mechanism: 'SCRAM-SHA-256' }
    case 'scram-sha-512':
      return { ...sasl, mechanism: 'SCRAM-SHA-512' }
    case 'oauthbearer':
      return { mechanism: 'OAUTHBEARER', token: () => tokenOf(sasl, root) }
    case 'aws':
      return { mechanism: 'PLAIN', authenticate: authenticateAws(sasl) }
  }
}

/**
 * @platformatic/kafka has authenticators of one's own for the mechanisms that it knows; AWS (the one of kafkajs, an
 * add-on of brokers) isn't among them. So its clients are made with another, and told the right one before they connect.
 */
export function speakAws(options: { sasl?: SASLOptions }, known: string[]): void {
  if (!known.includes('AWS')) known.push('AWS')
  Object.assign(options.sasl!, { mechanism: 'AWS' })
}

/** As kafkajs sends it: the four fields with zero bytes between them. */
function authenticateAws(sasl: Extract<SaslConfig, { mechanism: 'aws' }>): NonNullable<SASLOptions['authenticate']> {
  const { authorizationIdentity, accessKeyId, secretAccessKey, sessionToken = '' } = sasl
  const bytes = Buffer.from([authorizationIdentity, accessKeyId, secretAccessKey, sessionToken].join('\0'))
  return (_mechanism, connection, authenticate, _username, _password, _token, callback) =>
    authenticate(connection, bytes, callback)
}

/** A new token, from the config's provider or as it was given. */
async function tokenOf(sasl: Extract<SaslConfig, { mechanism: 'oauthbearer' }>, root: string): Promise<string> {
  const { token, tokenProvider } = sasl
  if (tokenProvider === undefined) return token!
  const path = isAbsolute(tokenProvider) || tokenProvider.startsWith('.') ? resolve(root, tokenProvider) : undefined
  const specifier = path === undefined ? tokenProvider : pathToFileURL(path).href
  const { default: provide } = (await import(specifier)) as { default?: () => unknown }
  const provided = typeof provide === 'function' ? await provide() : undefined
  // kafkajs's own providers answer `{ value }`.
  const value = typeof provided === 'object' && provided !== null ? (provided as { value?: unknown }).value : provided
  if (typeof value === 'string' && value !== '') return value
  throw new Error(
    `sasl.tokenProvider ${tokenProvider} must have a function as its default export that gives a token (a string, or { value })`,
  )
}
