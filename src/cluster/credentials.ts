import { readFileSync } from 'node:fs'
import { isAbsolute, resolve } from 'node:path'
import type { ConnectionOptions as TlsOptions } from 'node:tls'
import { pathToFileURL } from 'node:url'
import type { KafkaConfig } from 'kafkajs'
import { ownClientId } from '../base/client-ids.ts'
import type { ClientOptions } from '../client/brokers.ts'
import type { Sasl } from '../client/sasl.ts'
import type { ClusterAddress } from '../config/cluster.ts'
import type { SaslConfig, SslConfig } from '../config/security.ts'
import type { ClientSecurity } from './cluster.ts'
import { ClusterTrouble } from './trouble.ts'

/** What kafkajs takes. @throws Error when a file that holds a certificate, a key or a token provider can't be read. */
export function kafkajsSecurity({ ssl, sasl, root }: ClusterAddress): ClientSecurity {
  return { ...(ssl ? { ssl: tlsOptions(ssl, root) } : {}), ...(sasl ? { sasl: kafkajsSasl(sasl, root) } : {}) }
}

/** What our own client takes. @throws ClusterTrouble when a file that holds a certificate or a key can't be read. */
export function clientOptions({ brokers, ssl, sasl, root }: ClusterAddress): ClientOptions {
  return {
    clientId: ownClientId,
    brokers,
    tls: ssl ? tlsOptions(ssl, root) : undefined,
    sasl: sasl ? saslOf(sasl, root) : undefined,
  }
}

/** TLS as Node takes it: what the config names as files is read. */
function tlsOptions(ssl: true | SslConfig, root: string): TlsOptions {
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

function saslOf(sasl: SaslConfig, root: string): Sasl {
  return sasl.mechanism === 'oauthbearer' ? { mechanism: 'oauthbearer', token: () => tokenOf(sasl, root) } : sasl
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
